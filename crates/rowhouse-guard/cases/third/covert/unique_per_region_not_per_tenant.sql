-- The key has a second column, which is not the tenant.
-- object: shop_data.voucher
-- base: third_hibernate
--- setup
CREATE TABLE shop_data.voucher (
    id bigint PRIMARY KEY DEFAULT nextval('shop_data.hibernate_sequence'),
    tenant_identifier varchar(64) NOT NULL REFERENCES shop_data.tenant, iso char(2) NOT NULL REFERENCES shop_data.country, code varchar(20) NOT NULL
);
CREATE INDEX ON shop_data.voucher (tenant_identifier);
INSERT INTO shop_data.voucher (tenant_identifier, iso, code) VALUES ('{A}', 'FR', 'SPRING'), ('{B}', 'FR', 'MERGER');
ALTER TABLE shop_data.voucher ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_data.voucher FORCE ROW LEVEL SECURITY;
CREATE POLICY t_iso ON shop_data.voucher TO {spring} USING (tenant_identifier = current_setting('hibernate.tenant'));
GRANT SELECT, INSERT ON shop_data.voucher TO {spring};
--- leak
ALTER TABLE shop_data.voucher ADD CONSTRAINT uk_voucher UNIQUE (iso, code);
--- twin
ALTER TABLE shop_data.voucher ADD CONSTRAINT uk_voucher UNIQUE (iso, code, tenant_identifier);
--- exploit
WITH i AS (INSERT INTO shop_data.voucher (tenant_identifier, iso, code) VALUES ('{A}', 'FR', 'MERGER') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
