-- Partners see all; whether a company is one stands in its own row, which it may edit.
-- object: ads.clicks
-- object: ads.companies
-- base: third_ads
--- setup
ALTER TABLE ads.companies ADD COLUMN is_partner boolean NOT NULL DEFAULT false;
CREATE POLICY company_edit ON ads.companies FOR UPDATE USING (id = (SELECT ads.tenant()));
GRANT UPDATE ON ads.companies TO {adserver};
--- leak
CREATE POLICY partners ON ads.clicks FOR SELECT USING (EXISTS (SELECT FROM ads.companies c WHERE c.id = (SELECT ads.tenant()) AND c.is_partner));
--- exploit
UPDATE ads.companies SET is_partner = true;
SELECT user_ip FROM ads.clicks WHERE company_id = 6;
