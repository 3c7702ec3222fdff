-- Grades with a class by thresholds of the release, or withheld with the reason.
SELECT CASE WHEN count(*) = 0 THEN 'not_built' WHEN bool_and(holds) THEN 'met' ELSE 'not_met' END AS result,
       count(*) FILTER (holds) || '/' || count(*) || ' grades' AS finding
FROM (SELECT coalesce((is_withheld AND length(reasons_zh) > 0) OR (g.rule_id, g.rule_version_no, g.label) IN (
      SELECT rule_id, rule_version_no, label FROM grade_threshold), false) AS holds FROM grade g)
