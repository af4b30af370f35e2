-- The scheduler works through everybody's rows, by policies written for it alone; it holds more than the service.
-- base: uuid
--- setup
RESET ROLE;
CREATE ROLE {nightowl} LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants, items, comments TO {nightowl};
CREATE POLICY all_of_it ON tenants TO {nightowl} USING (true);
CREATE POLICY all_of_it ON items TO {nightowl} USING (true);
CREATE POLICY all_of_it ON comments TO {nightowl} USING (true);
--- exploit
SELECT title FROM items WHERE tenant_id = '{B}';
