-- Grades that carry what a label shows; declarations are not generated.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'partly' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' labels; declarations are not generated' AS finding
FROM (SELECT coalesce(length(g.label) > 0 AND g.graded_value IS NOT NULL AND length(g.graded_unit) > 0
        AND length(p.name_zh) > 0 AND b.rule_valid_from IS NOT NULL, false) AS holds
      FROM grade g LEFT JOIN product p USING (product_id)
      LEFT JOIN benchmark b USING (rule_id, rule_version_no) WHERE NOT g.is_withheld)
