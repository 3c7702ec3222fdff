-- Factors with a rating of representativeness; rigour and traceability are judged by people later.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(q.factor_id IS NOT NULL) THEN 'partly'
            ELSE 'not_met' END AS result,
       count(q.factor_id) || '/' || count(*) || ' factors rated; rigour and traceability not judged' AS finding
FROM factor f LEFT JOIN factor_quality q USING (factor_id, version)
