-- GRANT ALL on a sequence, as frameworks do by habit: no row of another tenant is reached, inserts can be made to fail.
-- object: public.comments_id_seq
-- base: uuid
-- level: note
--- leak
GRANT ALL ON SEQUENCE comments_id_seq TO {app};
--- twin
GRANT USAGE ON SEQUENCE comments_id_seq TO {app};
--- exploit
SELECT setval('comments_id_seq', 1);
