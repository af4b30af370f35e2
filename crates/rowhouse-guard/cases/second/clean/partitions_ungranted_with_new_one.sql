-- Sub-partitions, none granted.
-- base: metrics
--- setup
CREATE TABLE telemetry.readings_2027 PARTITION OF telemetry.readings FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY LIST (account_id);
CREATE TABLE telemetry.readings_2027_7 PARTITION OF telemetry.readings_2027 FOR VALUES IN (7); CREATE TABLE telemetry.readings_2027_rest PARTITION OF telemetry.readings_2027 DEFAULT;
--- exploit
SELECT FROM telemetry.readings_2027_rest;
