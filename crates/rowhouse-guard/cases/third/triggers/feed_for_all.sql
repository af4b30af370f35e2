-- A definer trigger copies what is written into a feed that has no tenant and that everyone reads.
-- object: public.activity_feed
-- object: private.to_feed()
-- object: public.notes
-- base: third_members
--- setup
CREATE TABLE activity_feed (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, said text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION private.to_feed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN INSERT INTO public.activity_feed (said) VALUES ('note: ' || NEW.body); RETURN NULL; END $$;
CREATE TRIGGER feed AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION private.to_feed();
--- leak
GRANT SELECT ON activity_feed TO {authenticated};
--- victim
INSERT INTO notes (body) VALUES ('new secret of b');
--- exploit
SELECT said FROM activity_feed WHERE said LIKE '%secret of b';
