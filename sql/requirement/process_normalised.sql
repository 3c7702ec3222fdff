-- Unit processes with one reference flow and a positive amount.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' processes' AS finding
FROM (SELECT coalesce(length(reference_flow) > 0 AND reference_amount > 0, false) AS holds FROM process)
