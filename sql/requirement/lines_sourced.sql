-- Lines of unit processes with their origin and how they were obtained.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' lines' AS finding
FROM (SELECT coalesce(length(data_origin) > 0 AND length(derivation) > 0, false) AS holds FROM exchange)
