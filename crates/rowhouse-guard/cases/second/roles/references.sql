-- With REFERENCES an own foreign key tells which ids other tenants have.
-- object: public.companies
-- refused: 23503
-- base: shop
--- setup
CREATE SCHEMA scratch; GRANT CREATE, USAGE ON SCHEMA scratch TO {web};
--- leak
GRANT REFERENCES ON companies TO {web};
--- exploit
CREATE TABLE scratch.probe (company_id bigint REFERENCES companies); INSERT INTO scratch.probe VALUES (202); SELECT 1;
