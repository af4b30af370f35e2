-- The grandchild goes through a table that has no row security itself.
-- object: public.attachments
-- object: public.uploads
-- base: wiki
--- setup
CREATE TABLE uploads (id uuid PRIMARY KEY, document_id uuid NOT NULL REFERENCES documents);
CREATE TABLE attachments (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), upload_id uuid NOT NULL REFERENCES uploads, bytes bytea);
INSERT INTO uploads VALUES ('bbbbbbbb-0000-4000-8000-00000000000c', 'bbbbbbbb-0000-4000-8000-000000000001');
INSERT INTO attachments (upload_id, bytes) VALUES ('bbbbbbbb-0000-4000-8000-00000000000c', 'b');
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY ws ON attachments USING (EXISTS (SELECT FROM uploads u WHERE u.id = attachments.upload_id));
GRANT SELECT ON uploads, attachments TO {backend};
--- leak
SELECT 1;
--- twin
ALTER TABLE uploads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY ws ON uploads USING (document_id IN (SELECT id FROM documents));
--- exploit
SELECT FROM attachments;
