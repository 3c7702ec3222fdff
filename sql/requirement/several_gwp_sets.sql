-- Products computed under at least two GWP sets, AR5 (the national inventory) among them; exchange formats are not built.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' products under several sets; exchange formats are not built' AS finding
FROM (SELECT coalesce(count(*) >= 2 AND bool_or(gwp_set = 'AR5'), false) AS holds FROM footprint GROUP BY product_id)
