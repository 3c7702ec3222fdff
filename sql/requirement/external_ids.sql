-- Flows mapped to ids of other systems.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' WHEN bool_or(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' flows' AS finding
FROM (SELECT coalesce(len(external_ids) > 0, false) AS holds FROM flow)
