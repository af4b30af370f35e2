-- A lookup with rows that any tenant can delete for all.
-- object: public.languages
-- base: text
--- leak
GRANT DELETE ON languages TO {app};
--- exploit
DELETE FROM languages WHERE code = 'nl';
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM languages WHERE code = 'nl');
