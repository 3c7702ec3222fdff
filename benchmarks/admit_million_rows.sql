-- The rules of admission as one plain query: how often each reason stands, and how many
-- candidates nothing stands against. $released_on, $folder and the two list parameters come
-- from the rulebook; nothing here is used by the pipeline.
WITH RECURSIVE
src AS (
  SELECT s.source_id, s.edition, s.onward_publication, s.authorisation_until,
         s.data_class AS source_class,
         coalesce(s.onward_publication AND l.is_redistributable AND s.data_class = 'public'
                  AND s.authorisation_scope IN ('public', 'figures_only')
                  AND coalesce(s.authorisation_until >= $released_on, true), false) AS is_open
  FROM source s LEFT JOIN licence l USING (licence)
),
told_gases AS (
  SELECT factor_id FROM (
    SELECT g.factor_id, count(*) OVER (PARTITION BY g.factor_id, g.gas) > 1
        OR NOT coalesce(g.mass_lower95 <= g.mass AND g.mass <= g.mass_upper95, true)
        OR NOT (/*GAS CONTRACT*/)
        OR known IS NULL OR held IS NULL AS is_broken
    FROM candidate_gas g
    LEFT JOIN (SELECT DISTINCT evidence_id AS known FROM evidence) e ON known = evidence_id
    LEFT JOIN (SELECT gas AS held FROM gas) k ON held = gas
  ) GROUP BY factor_id HAVING bool_or(is_broken)
),
broken AS (SELECT factor_id FROM candidate WHERE NOT (/*CONTRACT*/)),
gases AS (
  SELECT g.factor_id, bool_or(g.mass < 0) AS has_negative,
         bool_or(NOT isfinite(g.mass)) AS has_endless,
         bool_or(w.gas IS NULL) AS lacks, sum(g.mass * w.gwp100) AS co2e
  FROM candidate_gas g
  JOIN candidate c USING (factor_id)
  LEFT JOIN gwp w ON w.gwp_set = c.gwp_set AND w.gas = g.gas
  GROUP BY g.factor_id
),
link AS (
  SELECT c.factor_id, split_part(unnest(e.parents), '@', 1) AS parent_id
  FROM candidate c JOIN evidence e USING (evidence_id) WHERE len(e.parents) > 0
),
parent AS (
  SELECT factor_id AS parent_id,
         NOT coalesce(s.is_open AND l.is_redistributable AND c.data_class = 'public'
                      AND c.authorisation_scope IN ('public', 'figures_only'), false) AS is_closed
  FROM candidate c LEFT JOIN src s USING (source_id, edition) LEFT JOIN licence l USING (licence)
  WHERE factor_id IN (SELECT parent_id FROM link)
  UNION ALL
  SELECT parameter_id, NOT coalesce(s.is_open, false)
  FROM parameter p LEFT JOIN src s USING (source_id, edition)
),
closed AS (
  SELECT k.factor_id FROM link k LEFT JOIN parent p USING (parent_id)
  WHERE coalesce(p.is_closed, true)
  UNION
  SELECT k.factor_id FROM link k JOIN closed c ON c.factor_id = k.parent_id
),
own AS (
  SELECT c.*,
    list_contains(c.flags, 'offset_margin') AS a_kind_01,
    c.gwp_set IS NULL AS a_gwp_01,
    coalesce(c.gwp_set = 'not_stated' AND (NOT list_contains($not_stated, c.source_id)
             OR NOT list_contains(c.flags, 'gwp_not_stated')), false) AS a_gwp_02,
    e.evidence_id IS NULL AS a_evi_01,
    NOT coalesce(s.onward_publication, false) OR NOT coalesce(l.is_redistributable, false)
      OR c.data_class <> 'public' OR coalesce(s.source_class <> 'public', true)
      OR c.authorisation_scope NOT IN ('public', 'figures_only') AS a_right_01,
    coalesce(s.authorisation_until < $released_on, false) AS a_right_02,
    d.factor_id IS NOT NULL AS a_right_03,
    NOT list_contains($confidence, c.confidence) AS a_conf_01,
    c.core_data AND c.methodology_url IS NULL AS a_core_01,
    c.value IS NULL AND g.factor_id IS NULL AS a_val_01,
    coalesce(NOT isfinite(c.value), false) OR coalesce(NOT isfinite(c.lower95), false)
      OR coalesce(NOT isfinite(c.upper95), false) OR coalesce(g.has_endless, false) AS a_val_02,
    coalesce((g.has_negative AND (c.factor_kind IN ('direct_ef', 'energy_indirect_ef')
              OR coalesce(c.value, CASE WHEN g.lacks OR g.has_endless THEN NULL ELSE g.co2e END) < 0)
              OR c.value < 0) AND c.factor_kind <> 'removal_factor', false) AS a_sign_01,
    coalesce(c.value IS NULL AND g.lacks AND NOT g.has_endless, false) AS a_gas_01,
    coalesce(c.derivation = 'estimated' AND trim(coalesce(c.note_zh, '')) = '', false) AS a_est_01,
    coalesce((c.uncertainty_kind = 'gsd2' AND try_cast(c.uncertainty_value AS DOUBLE) <= 1)
      OR (c.uncertainty_kind = 'pedigree'
        AND NOT regexp_full_match(c.uncertainty_value, '\([1-5](,[1-5]){4}\)')), false) AS a_unc_01,
    coalesce(CASE c.value_convention
      WHEN 'excluding_uptake' THEN abs(c.value - (fossil + biogenic_non_co2 + land_use_change
        + land_management_emission + land_management_removal + technological_removal
        + ccs_capture)) > $parts * greatest(abs(c.value), fossil)
      WHEN 'including_uptake' THEN abs(c.value - (fossil + biogenic_non_co2 + land_use_change
        + land_management_emission + land_management_removal + technological_removal
        + ccs_capture + biogenic_uptake + biogenic_co2_emission))
        > $parts * greatest(abs(c.value), fossil) END, false)
      OR coalesce(list_contains(c.flags, 'components_differ_from_total'), false) AS a_pla_03,
    coalesce(c.value_unit = 'kgCO2e' AND coalesce(c.value_convention, '') <> 'including_uptake'
      AND NOT g.lacks AND NOT g.has_endless
      AND NOT (coalesce(list_contains(c.flags, 'p'), false) AND g.co2e < c.value)
      AND abs(g.co2e - c.value) > $gases * abs(c.value), false) AS a_pla_04,
    t.factor_id IS NOT NULL OR b.factor_id IS NOT NULL AS a_row_01
  FROM candidate c
  LEFT JOIN src s USING (source_id, edition)
  LEFT JOIN licence l USING (licence)
  LEFT JOIN gases g USING (factor_id)
  LEFT JOIN (SELECT DISTINCT evidence_id FROM evidence) e USING (evidence_id)
  LEFT JOIN closed d USING (factor_id)
  LEFT JOIN told_gases t USING (factor_id)
  LEFT JOIN broken b USING (factor_id)
),
told AS (
  SELECT *, a_kind_01 OR a_gwp_01 OR a_gwp_02 OR a_evi_01 OR a_right_01 OR a_right_02
    OR a_right_03 OR a_conf_01 OR a_core_01 OR a_val_01 OR a_val_02 OR a_sign_01
    OR a_gas_01 OR a_est_01 OR a_unc_01 OR a_pla_03 OR a_pla_04 OR a_row_01 AS has_reason
  FROM own
),
alike AS (
  SELECT *, row_number() OVER (
      PARTITION BY source_id, flow_id, name_en, region_code, route, technology, data_start,
                   data_end, factor_kind, boundary, delivery_scope, reference_unit, value_unit,
                   gwp_set, edition
      ORDER BY has_reason, factor_id) > 1 AS a_dup_01
  FROM told
),
fallen AS (
  SELECT k.factor_id FROM link k JOIN alike a ON a.factor_id = k.parent_id
  WHERE a.has_reason OR a.a_dup_01
  UNION
  SELECT k.factor_id FROM link k JOIN fallen f ON f.factor_id = k.parent_id
)
SELECT
  count(*) FILTER (a_kind_01) AS "A-KIND-01", count(*) FILTER (a_gwp_01) AS "A-GWP-01",
  count(*) FILTER (a_gwp_02) AS "A-GWP-02", count(*) FILTER (a_evi_01) AS "A-EVI-01",
  count(*) FILTER (a_right_01) AS "A-RIGHT-01", count(*) FILTER (a_right_02) AS "A-RIGHT-02",
  count(*) FILTER (a_right_03) AS "A-RIGHT-03", count(*) FILTER (a_conf_01) AS "A-CONF-01",
  count(*) FILTER (a_core_01) AS "A-CORE-01", count(*) FILTER (a_val_01) AS "A-VAL-01",
  count(*) FILTER (a_val_02) AS "A-VAL-02", count(*) FILTER (a_sign_01) AS "A-SIGN-01",
  count(*) FILTER (a_est_01) AS "A-EST-01", count(*) FILTER (a_unc_01) AS "A-UNC-01",
  count(*) FILTER (a_gas_01) AS "A-GAS-01", count(*) FILTER (a_pla_03) AS "A-PLA-03",
  count(*) FILTER (a_pla_04) AS "A-PLA-04", count(*) FILTER (a_row_01) AS "A-ROW-01",
  count(*) FILTER (a_dup_01) AS "A-DUP-01",
  count(f.factor_id) AS "A-PAR-01",
  count(*) FILTER (NOT has_reason AND NOT a_dup_01 AND f.factor_id IS NULL) AS "admitted"
FROM alike a LEFT JOIN fallen f USING (factor_id)
