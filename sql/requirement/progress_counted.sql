-- Progress: rules, factors, products and the share of products with a third-party verification.
SELECT CASE WHEN factors = 0 OR rules = 0 OR products = 0 THEN 'not_met' ELSE 'met' END AS result,
       rules || ' rules, ' || factors || ' factors, ' || products || ' products, ' || verified || ' verified' AS finding
FROM (SELECT count(DISTINCT rule_id) AS rules FROM benchmark), (SELECT count(*) AS factors FROM factor),
     (SELECT count(*) AS products, count(verification_id) AS verified FROM product)
