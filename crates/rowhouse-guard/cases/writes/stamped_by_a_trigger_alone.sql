-- The policy lets any new row in because a trigger is said to fill the tenant in, which it does when it is missing.
-- object: public.audit_log
-- base: projects
--- setup
CREATE FUNCTION stamp_org() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.org_id := coalesce(NEW.org_id, current_setting('app.org_id')::uuid);
    RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION stamp_org();
--- leak
DROP POLICY org_add ON audit_log;
CREATE POLICY org_add ON audit_log FOR INSERT WITH CHECK (org_id IS NOT NULL);
--- exploit
INSERT INTO audit_log (org_id, what) VALUES ('{B}', 'forged');
SELECT 1;
