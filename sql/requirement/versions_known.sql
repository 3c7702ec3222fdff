-- Factors with a version and the day on which the database knew it.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' factors' AS finding
FROM (SELECT coalesce(length(version) > 0 AND known_from IS NOT NULL, false) AS holds FROM factor)
