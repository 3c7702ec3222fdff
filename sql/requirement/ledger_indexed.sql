-- Decisions with a place of their own in the append-only ledger and their leaf hash.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' decisions' AS finding
FROM (SELECT coalesce(length(leaf_hash) = 64 AND count(*) OVER (PARTITION BY ledger_index) = 1, false) AS holds FROM decision)
