-- Rows in = candidates + parameters + skipped; candidates = admitted + provisional + refused.
SELECT CASE WHEN bool_and(rows_in = candidates + parameters + skipped
                          AND candidates = admitted + provisional + refused)
             AND sum(candidates) = (SELECT count(*) FROM decision) THEN 'met' ELSE 'not_met' END AS result,
       sum(candidates) || ' candidates, ' || (SELECT count(*) FROM decision) || ' decisions' AS finding
FROM source_count
