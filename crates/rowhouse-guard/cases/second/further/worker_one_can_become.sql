-- The web service may become the background worker, which bypasses row security.
-- object: role:{web}
-- base: shop
--- setup
RESET ROLE; CREATE ROLE {sidekiq} NOLOGIN BYPASSRLS; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {sidekiq};
--- leak
RESET ROLE; GRANT {sidekiq} TO {web};
--- exploit
SET LOCAL ROLE {sidekiq}; SELECT FROM users WHERE company_id = 202;
