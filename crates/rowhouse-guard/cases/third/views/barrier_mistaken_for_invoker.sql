-- security_barrier orders the conditions; it does not change as whom the view reads.
-- object: public.note_digest
-- base: third_members
--- leak
RESET ROLE;
CREATE VIEW note_digest WITH (security_barrier = true) AS SELECT id, left(body, 80) AS teaser FROM notes WHERE NOT archived;
GRANT SELECT ON note_digest TO {authenticated};
--- twin
RESET ROLE;
CREATE VIEW note_digest WITH (security_barrier = true, security_invoker = true) AS SELECT id, left(body, 80) AS teaser FROM notes WHERE NOT archived;
GRANT SELECT ON note_digest TO {authenticated};
--- exploit
SELECT teaser FROM note_digest WHERE teaser = 'secret of b';
