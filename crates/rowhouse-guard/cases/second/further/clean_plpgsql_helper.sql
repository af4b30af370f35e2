-- The policy asks a plpgsql helper that raises when there is no tenant.
-- base: shop
--- setup
CREATE FUNCTION current_company() RETURNS bigint LANGUAGE plpgsql STABLE AS $$ DECLARE v text := current_setting('rails.company_id', true); BEGIN IF v IS NULL OR v = '' THEN RAISE EXCEPTION 'no company' USING ERRCODE = '42501'; END IF; RETURN v::bigint; END $$;
ALTER POLICY company_isolation ON invoices USING (company_id = (SELECT current_company()));
--- exploit
SELECT FROM invoices WHERE company_id = 202;
