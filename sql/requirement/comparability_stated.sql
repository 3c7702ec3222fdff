-- Categories that are graded, or say why they are not.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' categories' AS finding
FROM (SELECT coalesce(is_graded OR length(reasons_zh) > 0, false) AS holds FROM benchmark)
