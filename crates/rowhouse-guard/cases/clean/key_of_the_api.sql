-- A definer function tells which tenant a key is of, to those who know the key; the keys themselves are not granted.
-- base: projects
--- setup
RESET ROLE;
CREATE TABLE api_keys (hash bytea PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
ALTER TABLE api_keys OWNER TO {owner};
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
INSERT INTO api_keys VALUES (sha256('key of a'), '{A}'), (sha256('key of b'), '{B}');
CREATE FUNCTION org_of_key(p_key text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT k.org_id FROM public.api_keys k WHERE k.hash = sha256(convert_to(p_key, 'UTF8')) $$;
--- exploit
SELECT org_id FROM api_keys;
