-- Grades whose product, rule, footprint, factors, sources and decisions are all in the release.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' grades' AS finding
FROM (SELECT coalesce(g.product_id IN (SELECT product_id FROM footprint)
    AND (g.rule_id, g.rule_version_no) IN (SELECT rule_id, rule_version_no FROM benchmark)
    AND NOT EXISTS (SELECT 1 FROM footprint_line l WHERE l.product_id = g.product_id AND l.factor_id IS NOT NULL
                    AND (l.factor_id, l.version) NOT IN (
                      SELECT f.factor_id, f.version FROM factor f JOIN source s USING (source_id, edition)
                      JOIN decision d USING (decision_id))), false) AS holds FROM grade g)
