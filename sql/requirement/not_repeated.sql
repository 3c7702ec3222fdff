-- Factors that no second factor of the same source and edition repeats in everything that tells factors apart.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' factors' AS finding
FROM (SELECT coalesce(count(*) OVER (PARTITION BY source_id, edition, flow_id, name_en, region_code, route, technology, data_start,
     data_end, factor_kind, boundary, delivery_scope, reference_unit, value_unit, gwp_set, value) = 1, false) AS holds FROM factor)
