-- Computed footprints whose life-cycle model, processes and inventory result are in the release.
WITH chained AS (
  SELECT DISTINCT f.product_id,
         f.product_id IN (SELECT m.product_id FROM model m JOIN inventory_result r USING (model_id, version))
           AND f.inventory_id IN (SELECT inventory_id FROM process) AS has_chain
  FROM footprint f
)
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(has_chain) THEN 'met'
            WHEN bool_or(has_chain) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (has_chain) || '/' || count(*) || ' products' AS finding
FROM chained
