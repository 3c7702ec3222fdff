-- Decisions by people where submitter, reviewers and decider are different people of different groups.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' decisions by people' AS finding
FROM (SELECT coalesce(NOT EXISTS (SELECT 1 FROM opinion o JOIN person p USING (person_id) WHERE o.subject_id = d.subject_id
        AND (o.person_id = d.roles[1] OR p.role <> 'reviewer' OR NOT o.acted_on BETWEEN p.term_from AND p.term_until))
    AND NOT EXISTS (SELECT 1 FROM review_event s JOIN (
          SELECT subject_id, person_id, group_id FROM review_event WHERE event_kind IN ('opinion', 'review_decision')) a
          USING (subject_id)
        WHERE s.event_kind = 'submission' AND s.subject_id = d.subject_id
          AND (s.person_id = a.person_id OR s.group_id = a.group_id)), false) AS holds FROM decision d WHERE decision_kind = 'person')
