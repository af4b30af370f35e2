-- Telemetry in partitions: text customers, a restrictive floor under open permissive policies, vehicles and readings.
-- a: hauler
-- b: courier
--- setup
CREATE SCHEMA fleet;
CREATE SCHEMA fleet_parts;
CREATE TABLE fleet.customers (code varchar(40) PRIMARY KEY CHECK (code <> ''), name text NOT NULL);
CREATE TABLE fleet.vehicles (
    customer_code varchar(40) NOT NULL REFERENCES fleet.customers,
    vin text NOT NULL,
    label text,
    PRIMARY KEY (customer_code, vin)
);
CREATE TABLE fleet.readings (
    customer_code varchar(40) NOT NULL,
    vin text NOT NULL,
    at timestamptz NOT NULL,
    speed real,
    position point,
    FOREIGN KEY (customer_code, vin) REFERENCES fleet.vehicles
) PARTITION BY RANGE (at);
CREATE INDEX ON fleet.readings (customer_code, vin, at);
CREATE TABLE fleet_parts.readings_2023 PARTITION OF fleet.readings FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE fleet_parts.readings_2024 PARTITION OF fleet.readings FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    PARTITION BY HASH (customer_code);
CREATE TABLE fleet_parts.readings_2024_0 PARTITION OF fleet_parts.readings_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE fleet_parts.readings_2024_1 PARTITION OF fleet_parts.readings_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE fleet.makers (wmi char(3) PRIMARY KEY, maker text NOT NULL);

INSERT INTO fleet.customers VALUES ('{A}', 'Hauler Inc'), ('{B}', 'Courier GmbH');
INSERT INTO fleet.vehicles VALUES ('{A}', 'WVW1', 'truck'), ('{B}', 'WDB2', 'secret of b');
INSERT INTO fleet.readings VALUES
    ('{A}', 'WVW1', '2023-05-05', 80, '(1,1)'), ('{B}', 'WDB2', '2023-05-05', 90, '(2,2)'),
    ('{A}', 'WVW1', '2024-05-05', 80, '(1,1)'), ('{B}', 'WDB2', '2024-05-05', 90, '(2,2)');
INSERT INTO fleet.makers VALUES ('WVW', 'VW'), ('WDB', 'Daimler');

ALTER TABLE fleet.customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.customers FORCE ROW LEVEL SECURITY;
ALTER TABLE fleet.vehicles ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.vehicles FORCE ROW LEVEL SECURITY;
ALTER TABLE fleet.readings ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.readings FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON fleet.customers FOR SELECT USING (true);
CREATE POLICY floor ON fleet.customers AS RESTRICTIVE USING (code = current_setting('fleet.customer', true));
CREATE POLICY everyone ON fleet.vehicles USING (true);
CREATE POLICY floor ON fleet.vehicles AS RESTRICTIVE USING (customer_code = current_setting('fleet.customer', true));
CREATE POLICY everyone ON fleet.readings USING (true);
CREATE POLICY floor ON fleet.readings AS RESTRICTIVE USING (customer_code = current_setting('fleet.customer', true));

GRANT USAGE ON SCHEMA fleet TO {app};
GRANT SELECT ON fleet.customers, fleet.makers TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON fleet.vehicles TO {app};
GRANT SELECT, INSERT ON fleet.readings TO {app};
--- tenant
SELECT set_config('fleet.customer', '{tenant}', true);
--- own
SELECT FROM fleet.readings;
