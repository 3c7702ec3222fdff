-- Footprints and models that name their accounting rule.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' footprints and models' AS finding
FROM (SELECT coalesce(length(accounting_rule) > 0, false) AS holds FROM (SELECT accounting_rule FROM footprint UNION ALL SELECT accounting_rule FROM model))
