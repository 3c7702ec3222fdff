-- Results that say all by which two releases may be subtracted; no statement in the buyer's form is made.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' results can be compared between releases' AS finding
FROM (SELECT coalesce(length(boundary) > 0 AND length(gwp_set) > 0 AND length(accounting_rule) > 0
        AND length(declared_unit) > 0 AND length(category_id) > 0, false) AS holds FROM footprint)
