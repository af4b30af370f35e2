-- DELETE is allowed on any row; no SELECT policy is needed to use it.
-- object: public.credential
-- base: realm
--- leak
ALTER POLICY cred_del ON credential USING (secret_data IS NOT NULL);
--- exploit
DELETE FROM credential;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM credential WHERE realm_id = 'bolt');
