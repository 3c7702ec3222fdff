-- Everything that rests on a verification by a body that is not in good standing: factors so
-- verified and factors derived from them, footprints verified or computed with them (also by way
-- of another product's footprint), and the grades of those products. Tables: agency,
-- verification, factor, evidence, product, footprint_line, grade.
WITH RECURSIVE fallen AS (
  SELECT v.agency_id, a.standing, v.verification_id, v.subject_id
  FROM verification v JOIN agency a USING (agency_id) WHERE a.standing <> 'active'
),
hit(agency_id, object_kind, object_id, via) AS (
  SELECT f.agency_id, 'factor', x.factor_id, f.verification_id
  FROM factor x JOIN fallen f ON f.subject_id = x.factor_id OR f.verification_id = x.verification_id
  UNION
  SELECT f.agency_id, 'footprint', p.product_id, f.verification_id
  FROM product p JOIN fallen f ON f.subject_id = p.product_id OR f.verification_id = p.verification_id
  UNION
  SELECT h.agency_id, n.object_kind, n.object_id, h.object_id
  FROM hit h JOIN (
    SELECT 'factor' AS of_kind, split_part(u.parent, '@', 1) AS of_id, 'factor' AS object_kind, x.factor_id AS object_id
    FROM factor x JOIN (SELECT evidence_id, unnest(parents) AS parent FROM evidence) u USING (evidence_id)
    UNION SELECT 'factor', l.factor_id, 'footprint', l.product_id FROM footprint_line l WHERE l.factor_id IS NOT NULL
    UNION SELECT 'footprint', substr(l.provider, 9), 'footprint', l.product_id
    FROM footprint_line l WHERE l.provider LIKE 'product:%'
    UNION SELECT 'footprint', g.product_id, 'grade', g.product_id FROM grade g
  ) n ON n.of_kind = h.object_kind AND n.of_id = h.object_id
)
SELECT agency_id, object_kind, object_id, min(via) AS via
FROM hit GROUP BY agency_id, object_kind, object_id
ORDER BY agency_id, object_kind, object_id
