-- The eight modules of the national guideline and whether each holds rows.
WITH module(name, row_total) AS (
  SELECT 'model', count(*) FROM model UNION ALL SELECT 'process', count(*) FROM process
  UNION ALL SELECT 'flow', count(*) FROM flow UNION ALL SELECT 'flow_property', count(*) FROM flow_property
  UNION ALL SELECT 'unit_group', count(*) FROM unit_group UNION ALL SELECT 'gwp', count(*) FROM gwp
  UNION ALL SELECT 'source', count(*) FROM source UNION ALL SELECT 'contact', count(*) FROM contact
)
SELECT CASE WHEN bool_and(row_total > 0) THEN 'met' WHEN bool_or(row_total > 0) THEN 'partly'
            ELSE 'not_met' END AS result,
       string_agg(name || ' ' || row_total, ', ' ORDER BY name) AS finding
FROM module
