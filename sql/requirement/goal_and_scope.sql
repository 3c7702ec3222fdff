-- Products with functional unit, boundary, place, period and what is covered.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' products' AS finding
FROM (SELECT coalesce(length(functional_unit) > 0 AND length(boundary) > 0 AND length(region_code) > 0 AND period_start IS NOT NULL AND length(coverage_zh) > 0, false) AS holds FROM product)
