-- Factors rated for technology, place, time and precision, with rigour and traceability judged in words and evidence.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(q.factor_id IS NOT NULL AND judged) THEN 'met'
            WHEN bool_and(q.factor_id IS NOT NULL) THEN 'partly' ELSE 'not_met' END AS result,
       count(q.factor_id) || '/' || count(*) || ' factors rated, ' || count(*) FILTER (judged)
         || ' judged in words (' || count(*) FILTER (by_people) || ' by people)' AS finding
FROM factor f LEFT JOIN (
  SELECT *, rigour <> 'not_judged' AND traceability <> 'not_judged'
            AND rigour_evidence IS NOT NULL AND traceability_evidence IS NOT NULL AS judged,
         NOT list_contains(judged_by, 'policy') AND len(judged_by) > 0 AS by_people
  FROM factor_quality) q USING (factor_id, version)
