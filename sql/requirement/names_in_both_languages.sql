-- Factors and products named in Chinese and in English.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' names' AS finding
FROM (SELECT coalesce(length(name_zh) > 0 AND length(name_en) > 0, false) AS holds FROM (SELECT name_zh, name_en FROM factor UNION ALL SELECT name_zh, name_en FROM product))
