-- Mass, energy and element balance of every unit process and model; met only where all close.
SELECT CASE WHEN (SELECT count(*) FROM process) = 0 THEN 'not_built'
            WHEN missing > 0 THEN 'not_met' WHEN rows_off + rows_unsaid > 0 THEN 'partly' ELSE 'met' END AS result,
       rows_closed || ' closed, ' || rows_off || ' do not close, ' || rows_unsaid || ' cannot be judged, '
         || missing || ' processes or models without balance' AS finding
FROM (SELECT count(*) FILTER (balance_result = 'closed') AS rows_closed,
             count(*) FILTER (balance_result IN ('exceeds', 'short')) AS rows_off,
             count(*) FILTER (balance_result = 'not_judged') AS rows_unsaid FROM balance),
     (SELECT count(*) AS missing FROM (
        SELECT 'process' AS kind, process_id AS id FROM process UNION SELECT 'model', model_id FROM model) o
      WHERE NOT EXISTS (SELECT 1 FROM balance b
        WHERE b.balanced_kind = o.kind AND b.balanced_id = o.id AND b.balance_kind = 'mass'))
