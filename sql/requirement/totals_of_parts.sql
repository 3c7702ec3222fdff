-- Footprints whose total is the exact sum of their signed components.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' footprints' AS finding
FROM (SELECT coalesce(f.value_excluding_uptake = (SELECT sum(c.contribution) FROM footprint_component c
     WHERE c.product_id = f.product_id AND c.gwp_set = f.gwp_set
       AND c.component NOT IN ('biogenic_uptake', 'biogenic_co2_emission', 'aircraft')), false) AS holds FROM footprint f)
