-- Factors whose rating falls a level by age alone within the rule's time, each with the day.
SELECT CASE WHEN (SELECT count(*) FROM factor) = 0 THEN 'not_built'
            WHEN coalesce(bool_and(holds), true) THEN 'met' ELSE 'not_met' END AS result,
       count(*) || ' factors to renew, the first on ' || coalesce(min(next_loss)::VARCHAR, '-') AS finding
FROM (SELECT r.next_loss, coalesce(r.quality_level_then > r.quality_level AND r.next_loss > r.aged_from
               AND r.next_loss <= r.aged_until AND f.factor_id IS NOT NULL, false) AS holds
      FROM renewal r LEFT JOIN factor f USING (factor_id, version))
