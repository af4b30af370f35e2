-- A materialized view has no row security.
-- object: public.item_counts
-- base: uuid
--- setup
RESET ROLE;
CREATE MATERIALIZED VIEW item_counts AS SELECT tenant_id, count(*) AS items FROM items GROUP BY tenant_id;
ALTER MATERIALIZED VIEW item_counts OWNER TO {owner};
--- leak
GRANT SELECT ON item_counts TO {app};
--- exploit
SELECT items FROM item_counts WHERE tenant_id = '{B}';
