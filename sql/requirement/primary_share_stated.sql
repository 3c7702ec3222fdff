-- Footprints with their share of primary data.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' footprints' AS finding
FROM (SELECT coalesce(primary_data_share BETWEEN 0 AND 1, false) AS holds FROM footprint)
