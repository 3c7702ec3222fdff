-- Estimated lines of unit processes that say how and why.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' lines' AS finding
FROM (SELECT coalesce(derivation <> 'estimated' OR length(reason) > 0, false) AS holds FROM exchange)
