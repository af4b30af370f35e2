-- A lookup shared by all tenants can be changed by each.
-- object: public.countries
-- base: uuid
--- leak
GRANT UPDATE ON countries TO {app};
--- exploit
UPDATE countries SET name = 'changed by a' WHERE code = 'NL';
--- proof
SELECT FROM countries WHERE name = 'changed by a';
