-- References to shared lookups, which everybody may read anyway.
-- base: integer
--- setup
ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR' REFERENCES currencies;
CREATE INDEX ON orders (org_id, currency);
--- exploit
SELECT id FROM orders WHERE org_id = {B};
