-- A large table whose only index starts with the time.
-- object: fleet.alerts
-- level: note
-- base: third_fleet
--- setup
CREATE TABLE fleet.alerts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_code varchar(40) NOT NULL, at timestamptz NOT NULL, what text);
ALTER TABLE fleet.alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.alerts FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON fleet.alerts USING (customer_code = (SELECT current_setting('fleet.customer', true)));
GRANT SELECT, INSERT ON fleet.alerts TO {app};
--- leak
CREATE INDEX ON fleet.alerts (at, customer_code);
--- twin
CREATE INDEX ON fleet.alerts (customer_code, at);
