-- Files of sources that are held by their SHA-256.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' files' AS finding
FROM (SELECT coalesce(length(file_sha256) = 64, false) AS holds FROM source_file)
