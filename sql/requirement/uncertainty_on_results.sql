-- Footprints with an interval of 95 %.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' WHEN bool_or(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' footprints' AS finding
FROM (SELECT coalesce(p2_5 IS NOT NULL AND p97_5 IS NOT NULL, false) AS holds FROM footprint)
