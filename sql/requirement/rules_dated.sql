-- Grade rules with the first day they are in force.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' rules' AS finding
FROM (SELECT coalesce(rule_valid_from IS NOT NULL, false) AS holds FROM benchmark)
