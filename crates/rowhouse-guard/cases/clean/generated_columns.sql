-- Generated columns and checks beside the tenant.
-- base: uuid
--- setup
ALTER TABLE items ADD COLUMN title_length integer GENERATED ALWAYS AS (length(title)) STORED,
    ADD CONSTRAINT title_not_empty CHECK (title <> '');
CREATE INDEX items_search ON items USING gin (to_tsvector('english', title));
CREATE UNIQUE INDEX items_title ON items (tenant_id, lower(title));
--- exploit
SELECT id FROM items WHERE tenant_id = '{B}' AND title_length > 0;
