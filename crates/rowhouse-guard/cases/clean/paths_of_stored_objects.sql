-- Objects in a store: the tenant is the first part of the path.
-- base: projects
--- setup
CREATE SCHEMA storage;
GRANT USAGE ON SCHEMA storage TO {app};
CREATE TABLE storage.objects (
    bucket text NOT NULL, name text NOT NULL CHECK (name ~ '^[^/]+/.+'), size bigint NOT NULL DEFAULT 0, PRIMARY KEY (bucket, name)
);
CREATE INDEX ON storage.objects (split_part(name, '/', 1));
INSERT INTO storage.objects VALUES ('docs', '{A}/a.pdf', 1), ('docs', '{B}/b.pdf', 1);
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_folder ON storage.objects
    USING (split_part(name, '/', 1) = (SELECT current_setting('app.org_id')))
    WITH CHECK (split_part(name, '/', 1) = (SELECT current_setting('app.org_id')));
GRANT SELECT, INSERT, DELETE ON storage.objects TO {app};
--- exploit
SELECT size FROM storage.objects WHERE name LIKE '{B}%';
