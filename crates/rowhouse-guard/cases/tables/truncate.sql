-- TRUNCATE asks no policy.
-- object: public.items
-- base: uuid
--- setup
DROP TABLE comments;
--- leak
GRANT TRUNCATE ON items TO {app};
--- exploit
TRUNCATE items;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM items);
