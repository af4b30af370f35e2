-- A definer trigger marks invoices of the same number, of every company.
-- object: public.supersede()
-- object: public.invoices
-- base: shop
--- leak
RESET ROLE; CREATE FUNCTION supersede() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN UPDATE invoices SET status = 'superseded' WHERE number = NEW.number AND id <> NEW.id; RETURN NEW; END $$;
CREATE TRIGGER supersede AFTER INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION supersede();
--- twin
RESET ROLE; CREATE FUNCTION supersede() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN UPDATE invoices SET status = 'superseded' WHERE number = NEW.number AND id <> NEW.id AND company_id = NEW.company_id; RETURN NEW; END $$;
CREATE TRIGGER supersede AFTER INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION supersede();
--- exploit
INSERT INTO invoices (company_id, number) VALUES (101, 'B-1');
--- proof
SELECT FROM invoices WHERE company_id = 202 AND status = 'superseded';
