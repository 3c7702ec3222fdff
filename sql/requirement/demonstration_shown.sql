-- Demonstration data that say so; the tutorials that use them are pages of the repository.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' demonstration results say so; tutorials lie beside the release' AS finding
FROM (SELECT coalesce(list_contains(flags, 'demonstration'), false) AS holds FROM footprint WHERE result_state = 'demonstration')
