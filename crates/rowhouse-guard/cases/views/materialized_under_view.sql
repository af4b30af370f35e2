-- A view over a materialized view, granted in its place, without a filter.
-- object: crm.ticket_stats
-- object: crm.ticket_stats_stored
-- base: other-schema
--- setup
RESET ROLE;
CREATE MATERIALIZED VIEW crm.ticket_stats_stored AS
    SELECT workspace_id, count(*) AS tickets FROM crm.tickets GROUP BY workspace_id;
ALTER MATERIALIZED VIEW crm.ticket_stats_stored OWNER TO {owner};
--- leak
CREATE VIEW crm.ticket_stats AS SELECT * FROM crm.ticket_stats_stored;
GRANT SELECT ON crm.ticket_stats TO {app};
--- twin
CREATE VIEW crm.ticket_stats WITH (security_barrier = true) AS
    SELECT * FROM crm.ticket_stats_stored WHERE workspace_id = (SELECT crm.current_workspace());
GRANT SELECT ON crm.ticket_stats TO {app};
--- exploit
SELECT tickets FROM crm.ticket_stats WHERE workspace_id = {B};
