-- Tenants are compared by a hash in few buckets.
-- object: public.documents
-- base: text
--- setup
RESET ROLE;
DO $$
DECLARE other text;
BEGIN
    SELECT 'tenant' || n INTO other FROM generate_series(1, 1000) AS n
        WHERE abs(hashtext('tenant' || n)) % 8 = abs(hashtext('acme')) % 8 LIMIT 1;
    INSERT INTO accounts VALUES (other, 'in the same bucket');
    INSERT INTO documents (account_id, title) VALUES (other, 'of the other');
END $$;
SET ROLE {owner};
--- leak
DROP POLICY own ON documents;
CREATE POLICY own ON documents USING (abs(hashtext(account_id)) % 8 = abs(hashtext(current_setting('app.tenant'))) % 8);
--- exploit
SELECT id FROM documents WHERE title = 'of the other';
