-- A tree of folders, and a recursive view of paths that runs as its caller.
-- base: projects
--- setup
CREATE VIEW folder_paths WITH (security_invoker) AS
    WITH RECURSIVE p (org_id, id, path) AS (
        SELECT org_id, id, name FROM folders WHERE parent_id IS NULL
        UNION ALL SELECT f.org_id, f.id, p.path || '/' || f.name FROM folders f JOIN p ON p.org_id = f.org_id AND p.id = f.parent_id
    ) SELECT * FROM p;
GRANT SELECT ON folder_paths TO {app};
--- exploit
SELECT path FROM folder_paths WHERE org_id = '{B}';
