-- Covered lines of footprints that say why their factor was chosen and name the runners-up.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' lines' AS finding
FROM (SELECT coalesce(selection_rank IS NOT NULL AND length(reason_zh) > 0 AND runners_up IS NOT NULL, false) AS holds FROM footprint_line WHERE factor_id IS NOT NULL)
