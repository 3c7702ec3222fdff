-- Flags of the plausibility suite P1 to P14 over the factors and processes of this release.
SELECT CASE WHEN (SELECT count(*) FROM factor) = 0 THEN 'not_built'
            WHEN count(*) FILTER (severity = 'error') > 0 THEN 'not_met' ELSE 'met' END AS result,
       count(*) || ' flags on ' || count(DISTINCT checked_id) || ' records for people to look at, '
         || count(*) FILTER (severity = 'error') || ' errors' AS finding
FROM plausibility
