-- Products whose development report has data for every step from scope to factor.
WITH told AS (
  SELECT p.product_id,
         length(p.functional_unit) > 0 AND length(p.coverage_zh) > 0 AND p.period_start IS NOT NULL
           AND EXISTS (SELECT 1 FROM model m JOIN exchange x ON list_contains(m.processes, x.process_id)
                       WHERE m.product_id = p.product_id)
           AND EXISTS (SELECT 1 FROM inventory_result r WHERE r.model_id = p.product_id)
           AND coalesce((SELECT f.footprint_value FROM footprint f
                         WHERE f.product_id = p.product_id AND f.gwp_set = p.gwp_set)
                      = (SELECT sum(a.contribution) FROM footprint_part a
                         WHERE a.product_id = p.product_id AND a.gwp_set = p.gwp_set AND a.is_counted),
                        false) AS holds
  FROM product p
)
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met'
            WHEN bool_or(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' products' AS finding
FROM told
