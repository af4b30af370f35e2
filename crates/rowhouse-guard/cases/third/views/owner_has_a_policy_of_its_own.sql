-- FORCE binds the owner, and then a policy frees it again for its migrations: the facade reads as that owner.
-- object: core.wallet
-- object: facade.wallets
-- base: third_facade
--- leak
CREATE POLICY migrations ON core.wallet TO {owner} USING (true);
--- twin
RESET ROLE;
CREATE ROLE {migrator} NOLOGIN;
CREATE POLICY migrations ON core.wallet TO {migrator} USING (true);
--- exploit
SELECT holder FROM facade.wallets WHERE holder = 'bob';
