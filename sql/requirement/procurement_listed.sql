-- Products in the two best classes of dated rules: what a procurement list of this release holds.
SELECT CASE WHEN count(*) = 0 THEN 'partly' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (position <= 2) || '/' || count(*) || ' graded products stand in the two best classes' AS finding
FROM (SELECT t.position, t.position IS NOT NULL AND b.rule_valid_from <= b.rule_valid_until AS holds
      FROM grade g LEFT JOIN benchmark b USING (rule_id, rule_version_no)
      LEFT JOIN grade_threshold t ON t.rule_id = g.rule_id AND t.rule_version_no = g.rule_version_no AND t.label = g.label
      WHERE NOT g.is_withheld)
