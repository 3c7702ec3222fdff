-- Third-party verifications with all four ratings; none in a release is said.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' verifications' AS finding
FROM (SELECT coalesce(representativeness IS NOT NULL AND accuracy IS NOT NULL AND completeness IS NOT NULL AND consistency IS NOT NULL, false) AS holds FROM verification)
