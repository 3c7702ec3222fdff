-- Core-data factors that publish where their methodology is described.
SELECT CASE WHEN count(*) = 0 THEN 'not_built'
            WHEN bool_and(methodology_url IS NOT NULL) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (methodology_url IS NOT NULL) || '/' || count(*) || ' core factors' AS finding
FROM factor WHERE core_data
