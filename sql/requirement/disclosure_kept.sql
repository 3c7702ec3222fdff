-- Graded categories of producers with enough owners and no dominating one.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' graded categories of producers' AS finding
FROM (SELECT coalesce(owners >= coalesce(owners_needed, 0) AND coalesce(largest_owner_share < largest_below, true), false) AS holds FROM benchmark WHERE is_graded AND population_kind = 'producer')
