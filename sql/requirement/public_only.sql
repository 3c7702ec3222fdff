-- Rows of factors and sources that are not public.
SELECT CASE WHEN count(*) FILTER (data_class <> 'public') = 0 THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (data_class <> 'public') || ' rows not public' AS finding
FROM (SELECT data_class FROM factor UNION ALL SELECT data_class FROM source)
