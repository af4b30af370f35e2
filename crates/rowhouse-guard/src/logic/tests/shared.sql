CREATE EXTENSION citext;
CREATE SCHEMA auth;
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app, auth TO PUBLIC;

CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE parents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL, name text);
ALTER TABLE parents ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON parents USING (tenant_id = (SELECT current_setting('app.tenant')::uuid));
CREATE TABLE open_parents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL, name text);
-- Who may do what, and the app role cannot change it.
CREATE TABLE members (user_id uuid, tenant_id uuid, role text, PRIMARY KEY (user_id, tenant_id));
-- The same, but it can.
CREATE TABLE open_members (user_id uuid, tenant_id uuid, PRIMARY KEY (user_id, tenant_id));
INSERT INTO members VALUES ('aaaaaaaa-0000-4000-8000-00000000000a', 'aaaaaaaa-0000-4000-8000-00000000000a', 'member');
INSERT INTO open_members SELECT user_id, tenant_id FROM members;
CREATE TABLE admins (user_id uuid PRIMARY KEY);
GRANT SELECT ON tenants, parents, open_parents, members, admins TO rowhouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON open_members TO rowhouse_app;

CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
$$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                   nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
$$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                   (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION app.tenant() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT NULLIF(current_setting('app.tenant', true), '')::uuid $$;
CREATE FUNCTION app.tenant_atomic() RETURNS uuid LANGUAGE sql STABLE
BEGIN ATOMIC SELECT NULLIF(current_setting('app.tenant', true), '')::uuid; END;
CREATE FUNCTION app.tenant_return() RETURNS uuid LANGUAGE sql STABLE
RETURN NULLIF(current_setting('app.tenant', true), '')::uuid;
CREATE FUNCTION app.tenant_definer() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
$$ SELECT current_setting('app.tenant')::uuid $$;
CREATE FUNCTION app.tenant_plpgsql() RETURNS uuid LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN current_setting('app.tenant', true)::uuid; END $$;
CREATE FUNCTION app.tenant_careful() RETURNS uuid LANGUAGE plpgsql STABLE AS
$$ DECLARE t text := current_setting('app.tenant', true);
BEGIN
  -- nobody is nobody's tenant
  IF t IS NULL OR t = '' THEN RAISE EXCEPTION 'no tenant; set one'; END IF;
  RETURN t::uuid;
EXCEPTION WHEN invalid_text_representation THEN RETURN NULL;
END $$;
CREATE FUNCTION app.tenant_open() RETURNS uuid LANGUAGE plpgsql STABLE AS
$$ DECLARE t text := current_setting('app.tenant', true);
BEGIN
  IF t IS NULL OR t = '' THEN RETURN 'bbbbbbbb-0000-4000-8000-00000000000b'; END IF;
  RETURN t::uuid;
END $$;
CREATE FUNCTION app.allowed(t uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT t = current_setting('app.tenant', true)::uuid $$;
CREATE FUNCTION app.allowed_open(t uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT current_setting('app.tenant', true) IS NULL OR $1 = current_setting('app.tenant', true)::uuid $$;
CREATE FUNCTION app.allowed_plpgsql(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN t = nullif(current_setting('app.tenant', true), '')::uuid;
EXCEPTION WHEN others THEN RETURN false; END $$;
CREATE FUNCTION app.allowed_catch(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN t = current_setting('app.tenant')::uuid;
EXCEPTION WHEN others THEN RETURN true; END $$;
CREATE FUNCTION app.dynamic(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
$$ DECLARE r boolean; BEGIN EXECUTE 'SELECT true' INTO r; RETURN r; END $$;
CREATE FUNCTION app.my_tenants() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT tenant_id FROM members WHERE user_id = current_setting('app.user', true)::uuid $$;
CREATE FUNCTION app.is_member(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = t AND m.user_id = current_setting('app.user', true)::uuid) $$;
CREATE FUNCTION app.is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT EXISTS (SELECT 1 FROM admins WHERE user_id = current_setting('app.user', true)::uuid) $$;
CREATE FUNCTION app.tenant_or(t uuid DEFAULT NULL) RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT coalesce(t, NULLIF(current_setting('app.tenant', true), '')::uuid) $$;
CREATE FUNCTION app.context() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS
$$ DECLARE r jsonb; BEGIN
  SELECT jsonb_build_object('tenant', m.tenant_id, 'role', m.role) INTO r FROM members m
   WHERE m.user_id = current_setting('app.user', true)::uuid;
  RETURN r;
END $$;
CREATE FUNCTION app.my_tenant_array() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT coalesce(array_agg(tenant_id), '{}'::uuid[]) FROM members WHERE user_id = current_setting('app.user', true)::uuid $$;
