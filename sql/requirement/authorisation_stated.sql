-- Source editions with a scope of authorisation, its document and leave to pass the data on.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(is_stated) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (is_stated) || '/' || count(*) || ' editions' AS finding
FROM (SELECT coalesce(length(authorisation_document) > 0 AND length(authorisation_scope) > 0
                      AND onward_publication, false) AS is_stated FROM source)
