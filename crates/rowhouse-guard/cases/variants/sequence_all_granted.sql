-- GRANT ALL on a table's sequence.
-- object: public.comments_id_seq
-- base: uuid
--- leak
GRANT ALL ON SEQUENCE comments_id_seq TO {app};
--- twin
GRANT USAGE ON SEQUENCE comments_id_seq TO {app};
--- exploit
SELECT setval('comments_id_seq', 1);
