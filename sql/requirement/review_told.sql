-- Decisions by people whose opinions and acts, from handing in to the decision, are in the release.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' decisions by people' AS finding
FROM (SELECT coalesce((SELECT count(DISTINCT event_kind) FROM review_event e WHERE e.subject_id = d.subject_id) = 4
    AND EXISTS (SELECT 1 FROM opinion o WHERE o.subject_id = d.subject_id AND o.record_hash = d.record_hash), false) AS holds FROM decision d WHERE decision_kind = 'person')
