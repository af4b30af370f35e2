-- Flags without a tenant, inserted by the service at start-up; what one tenant switches, all feel.
-- object: "HelpDesk"."FeatureFlag"
-- base: third_helpdesk
--- setup
CREATE TABLE "HelpDesk"."FeatureFlag" ("Name" text PRIMARY KEY, "Enabled" boolean NOT NULL DEFAULT false);
INSERT INTO "HelpDesk"."FeatureFlag" VALUES ('sso', true);
GRANT SELECT ON "HelpDesk"."FeatureFlag" TO {agents};
--- leak
GRANT DELETE ON "HelpDesk"."FeatureFlag" TO {agents};
--- exploit
DELETE FROM "HelpDesk"."FeatureFlag" WHERE "Name" = 'sso' RETURNING 1;
