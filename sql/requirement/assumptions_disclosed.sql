-- Assumptions with their effect and source, and models whose inventory discloses any.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' assumptions' AS finding
FROM (SELECT coalesce(length(effect) > 0 AND length(assumption_source) > 0, false) AS holds FROM assumption)
