-- A materialized view in the same schema, read by another role only.
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {analyst} LOGIN;
CREATE MATERIALIZED VIEW item_counts AS SELECT tenant_id, count(*) FROM items GROUP BY 1;
ALTER MATERIALIZED VIEW item_counts OWNER TO {owner};
GRANT SELECT ON item_counts TO {analyst};
--- exploit
SELECT count FROM item_counts;
