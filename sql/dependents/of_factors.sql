-- Everything that rests on given factors: factors derived from them, footprints computed with
-- them (also by way of another product's footprint), and the grades of those products.
-- Tables: root(factor_id), factor, evidence, footprint_line, grade.
WITH RECURSIVE link AS (
  SELECT 'factor' AS of_kind, split_part(u.parent, '@', 1) AS of_id,
         'factor' AS object_kind, f.factor_id AS object_id
  FROM factor f JOIN (SELECT evidence_id, unnest(parents) AS parent FROM evidence) u USING (evidence_id)
  UNION
  SELECT 'factor', l.factor_id, 'footprint', l.product_id FROM footprint_line l WHERE l.factor_id IS NOT NULL
  UNION
  SELECT 'footprint', substr(l.provider, 9), 'footprint', l.product_id
  FROM footprint_line l WHERE l.provider LIKE 'product:%'
  UNION
  SELECT 'footprint', g.product_id, 'grade', g.product_id FROM grade g
),
hit(root_id, object_kind, object_id) AS (
  SELECT factor_id, 'factor', factor_id FROM root
  UNION
  SELECT h.root_id, n.object_kind, n.object_id
  FROM hit h JOIN link n ON n.of_kind = h.object_kind AND n.of_id = h.object_id
)
SELECT root_id, object_kind, object_id FROM hit
WHERE object_kind <> 'factor' OR object_id <> root_id
ORDER BY root_id, object_kind, object_id
