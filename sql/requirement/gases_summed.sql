-- Footprints whose gases and unsplit rest add up to the total within its last digits.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' footprints' AS finding
FROM (SELECT coalesce(abs((SELECT sum(g.contribution) FROM footprint_gas g WHERE g.product_id = f.product_id AND g.gwp_set = f.gwp_set)
     - f.footprint_value) <= 0.000001 * greatest(abs(f.footprint_value), 1), false) AS holds FROM footprint f)
