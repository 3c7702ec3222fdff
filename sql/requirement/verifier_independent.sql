-- Verifications by a registered body that is not of the group that handed the record in.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' verifications' AS finding
FROM (SELECT coalesce(v.agency_id IN (SELECT agency_id FROM agency) AND NOT EXISTS (
      SELECT 1 FROM review_event e JOIN agency a ON a.agency_id = v.agency_id
      WHERE e.subject_id = v.subject_id AND e.event_kind = 'submission' AND e.group_id = a.group_id), false) AS holds FROM verification v)
