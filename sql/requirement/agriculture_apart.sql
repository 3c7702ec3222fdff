-- Footprints of agricultural products that show biogenic methane or nitrous oxide apart.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' footprints' AS finding
FROM (SELECT coalesce(EXISTS (SELECT 1 FROM footprint_gas g WHERE g.product_id = f.product_id AND g.gwp_set = f.gwp_set AND g.gas_or_unsplit IN ('ch4_biogenic', 'n2o')), false) AS holds FROM footprint f WHERE category_id LIKE 'agriculture%' OR product_id LIKE '%milk%')
