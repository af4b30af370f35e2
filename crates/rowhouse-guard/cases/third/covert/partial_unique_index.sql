-- Unique only among the running campaigns, but among everybody's.
-- object: ads.campaigns
-- base: third_ads
--- setup
RESET ROLE;
UPDATE ads.campaigns SET state = 'running';
--- leak
CREATE UNIQUE INDEX one_running ON ads.campaigns (name) WHERE state = 'running';
--- twin
CREATE UNIQUE INDEX one_running ON ads.campaigns (company_id, name) WHERE state = 'running';
--- exploit
WITH i AS (INSERT INTO ads.campaigns (company_id, name, state) VALUES (5, 'secret of b', 'running') ON CONFLICT DO NOTHING RETURNING 1)
SELECT WHERE NOT EXISTS (SELECT FROM i);
