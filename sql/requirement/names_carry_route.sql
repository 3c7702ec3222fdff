-- Footprint factors whose route or technology is stated beside the name.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met'
            WHEN bool_or(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' footprint factors' AS finding
FROM (SELECT coalesce(length(route) > 0, false) OR coalesce(length(technology) > 0, false) AS holds
      FROM factor WHERE factor_kind = 'footprint_factor')
