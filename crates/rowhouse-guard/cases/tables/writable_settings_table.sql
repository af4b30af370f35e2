-- The settings of the whole product sit in a table that any tenant may change.
-- object: public.settings
-- base: integer
--- setup
CREATE TABLE settings (key text PRIMARY KEY, value text NOT NULL);
INSERT INTO settings VALUES ('smtp_host', 'mail.example.org');
GRANT SELECT ON settings TO {app};
--- leak
GRANT INSERT, UPDATE ON settings TO {app};
--- exploit
INSERT INTO settings VALUES ('smtp_host', 'mail.of-a.example')
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value;
--- proof
SELECT FROM settings WHERE value = 'mail.of-a.example';
