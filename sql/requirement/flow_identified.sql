-- Factors that name a flow of the flow table.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(w.flow_id IS NOT NULL) THEN 'met'
            ELSE 'not_met' END AS result,
       count(w.flow_id) || '/' || count(*) || ' factors; ' || (SELECT count(*) FROM flow) || ' flows' AS finding
FROM factor f LEFT JOIN flow w USING (flow_id)
