-- Hibernate with a tenant discriminator: varchar tenants, sequences for keys, an equality that raises without a tenant.
-- a: tenant_one
-- b: tenant_two
-- login: spring
--- setup
CREATE SCHEMA shop_data;
CREATE TABLE shop_data.tenant (tenant_identifier varchar(64) PRIMARY KEY CHECK (length(tenant_identifier) > 0), company varchar(255) NOT NULL);
CREATE SEQUENCE shop_data.hibernate_sequence START 1000 INCREMENT 50;
CREATE TABLE shop_data.customer (
    id bigint PRIMARY KEY DEFAULT nextval('shop_data.hibernate_sequence'),
    tenant_identifier varchar(64) NOT NULL REFERENCES shop_data.tenant,
    mail varchar(255) NOT NULL,
    version integer NOT NULL DEFAULT 0,
    CONSTRAINT uk_customer_mail UNIQUE (tenant_identifier, mail),
    CONSTRAINT uk_customer_id UNIQUE (tenant_identifier, id)
);
CREATE TABLE shop_data.purchase (
    id bigint PRIMARY KEY DEFAULT nextval('shop_data.hibernate_sequence'),
    tenant_identifier varchar(64) NOT NULL REFERENCES shop_data.tenant,
    customer_id bigint NOT NULL,
    amount numeric(19, 2) NOT NULL,
    comment varchar(2000),
    version integer NOT NULL DEFAULT 0,
    CONSTRAINT fk_purchase_customer FOREIGN KEY (tenant_identifier, customer_id) REFERENCES shop_data.customer (tenant_identifier, id)
);
CREATE INDEX ix_purchase_tenant ON shop_data.purchase (tenant_identifier, customer_id);
CREATE TABLE shop_data.country (iso char(2) PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE shop_data.flyway_schema_history (installed_rank integer PRIMARY KEY, script varchar(1000) NOT NULL, success boolean NOT NULL);
INSERT INTO shop_data.tenant VALUES ('{A}', 'One'), ('{B}', 'Two');
INSERT INTO shop_data.customer (id, tenant_identifier, mail) VALUES (1, '{A}', 'ann@one.test'), (2, '{B}', 'bob@two.test');
INSERT INTO shop_data.purchase (id, tenant_identifier, customer_id, amount, comment) VALUES
    (1, '{A}', 1, 10, 'of a'), (2, '{B}', 2, 20, 'secret of b');
INSERT INTO shop_data.country VALUES ('FR', 'France'), ('PT', 'Portugal');
ALTER TABLE shop_data.tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_data.tenant FORCE ROW LEVEL SECURITY;
ALTER TABLE shop_data.customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_data.customer FORCE ROW LEVEL SECURITY;
ALTER TABLE shop_data.purchase ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop_data.purchase FORCE ROW LEVEL SECURITY;
CREATE POLICY t_iso ON shop_data.tenant FOR SELECT TO {spring} USING (tenant_identifier = current_setting('hibernate.tenant'));
CREATE POLICY t_iso ON shop_data.customer TO {spring} USING (tenant_identifier = current_setting('hibernate.tenant'));
CREATE POLICY t_iso ON shop_data.purchase TO {spring} USING (tenant_identifier = current_setting('hibernate.tenant'));
GRANT USAGE ON SCHEMA shop_data TO {spring};
GRANT SELECT ON shop_data.tenant, shop_data.country TO {spring};
GRANT SELECT, INSERT, UPDATE, DELETE ON shop_data.customer, shop_data.purchase TO {spring};
GRANT USAGE ON SEQUENCE shop_data.hibernate_sequence TO {spring};
--- tenant
SELECT set_config('hibernate.tenant', '{tenant}', true);
--- own
SELECT FROM shop_data.purchase;
