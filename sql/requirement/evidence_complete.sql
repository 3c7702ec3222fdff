-- Factors whose evidence names a document or file hash and the text as found.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(has_text) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (has_text) || '/' || count(*) || ' factors' AS finding
FROM (SELECT coalesce(length(e.text_found) > 0 AND length(e.file_sha256) = 64, false) AS has_text
      FROM factor f LEFT JOIN evidence e USING (evidence_id))
