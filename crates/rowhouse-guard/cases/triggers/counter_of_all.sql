-- A statistics row for all tenants together, kept by a trigger: each sees when others write.
-- object: public.totals
-- base: per-command
--- setup
CREATE TABLE totals (what text PRIMARY KEY, company_id integer NOT NULL, amount numeric NOT NULL DEFAULT 0);
INSERT INTO totals VALUES ('company 1', 1, 0), ('company 2', 2, 0);
CREATE FUNCTION add_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ BEGIN UPDATE totals SET amount = amount + NEW.amount WHERE company_id = NEW.company_id; RETURN NULL; END $$;
CREATE TRIGGER add_up AFTER INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION add_up();
--- leak
GRANT SELECT ON totals TO {service};
--- victim
INSERT INTO invoices (company_id, number, amount) VALUES (2, 88, 555);
--- exploit
SELECT amount FROM totals WHERE company_id = {B} AND amount = 555;
