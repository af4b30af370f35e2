-- One release switched FORCE off to back-fill a column, and never on again; the facade's owner is free since.
-- object: core.entry
-- object: facade.entries
-- base: third_facade
--- leak
ALTER TABLE core.entry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE core.wallet ADD COLUMN currency char(3) NOT NULL DEFAULT 'EUR';
CREATE OR REPLACE VIEW facade.entries AS SELECT e.id, ''::text AS holder, e.delta, e.booked_at FROM core.entry e;
--- twin
ALTER TABLE core.wallet ADD COLUMN currency char(3) NOT NULL DEFAULT 'EUR';
CREATE OR REPLACE VIEW facade.entries AS SELECT e.id, ''::text AS holder, e.delta, e.booked_at FROM core.entry e;
--- exploit
SELECT delta FROM facade.entries WHERE delta = 200;
