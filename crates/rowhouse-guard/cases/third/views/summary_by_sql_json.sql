-- A view that packs the children into a document, owned by the administrator beside the facade's own owner.
-- object: facade.org_document
-- base: third_facade
--- leak
RESET ROLE;
CREATE VIEW facade.org_document AS
    SELECT o.label, jsonb_agg(jsonb_build_object('holder', w.holder, 'cents', w.cents)) AS wallets
      FROM core.org o JOIN core.wallet w ON w.org = o.id GROUP BY o.label;
GRANT SELECT ON facade.org_document TO {app};
--- twin
CREATE VIEW facade.org_document AS
    SELECT o.label, jsonb_agg(jsonb_build_object('holder', w.holder, 'cents', w.cents)) AS wallets
      FROM core.org o JOIN core.wallet w ON w.org = o.id GROUP BY o.label;
GRANT SELECT ON facade.org_document TO {app};
--- exploit
SELECT wallets FROM facade.org_document WHERE label = 'Bolt';
