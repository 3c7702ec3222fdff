-- Verifications by bodies not in good standing whose subject is named as dependent.
SELECT CASE WHEN count(*) = 0 THEN 'met' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' verifications of suspended bodies' AS finding
FROM (SELECT coalesce(EXISTS (SELECT 1 FROM agency_dependent x WHERE x.agency_id = v.agency_id AND x.object_id = v.subject_id), false) AS holds FROM verification v JOIN agency a USING (agency_id) WHERE a.standing <> 'active'
   AND v.subject_id IN (SELECT factor_id FROM factor UNION SELECT product_id FROM product))
