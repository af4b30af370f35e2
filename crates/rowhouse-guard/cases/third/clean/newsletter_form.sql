-- A form anyone may fill in: rows without a tenant that the app role adds and cannot read.
-- base: third_rails
--- setup
CREATE TABLE contact_requests (id bigserial PRIMARY KEY, email varchar NOT NULL, message text, created_at timestamptz NOT NULL DEFAULT now());
GRANT INSERT ON contact_requests TO {web};
GRANT USAGE ON SEQUENCE contact_requests_id_seq TO {web};
--- exploit
INSERT INTO contact_requests (email) VALUES ('x@y.test') RETURNING id;
