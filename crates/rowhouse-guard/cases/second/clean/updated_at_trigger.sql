-- A trigger that stamps a column, as invoker.
-- base: shop
--- setup
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.status := lower(NEW.status); RETURN NEW; END $$; CREATE TRIGGER touch BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION touch();
--- exploit
SELECT FROM invoices WHERE company_id = 202;
