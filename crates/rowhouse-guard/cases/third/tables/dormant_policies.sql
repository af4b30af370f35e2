-- The policy stands there and reads well, the switch was never thrown.
-- object: "HelpDesk"."KnowledgeArticle"
-- base: third_helpdesk
--- setup
CREATE TABLE "HelpDesk"."KnowledgeArticle" (
    "AccountKey" text NOT NULL REFERENCES "HelpDesk"."Account", "Slug" text NOT NULL, "Markdown" text NOT NULL,
    PRIMARY KEY ("AccountKey", "Slug")
);
INSERT INTO "HelpDesk"."KnowledgeArticle" VALUES ('{A}', 'reset', 'of a'), ('{B}', 'reset', 'secret of b');
CREATE POLICY "ByAccount" ON "HelpDesk"."KnowledgeArticle" TO {agents} USING ("AccountKey" = "HelpDesk"."CurrentAccount"());
GRANT SELECT, INSERT, UPDATE, DELETE ON "HelpDesk"."KnowledgeArticle" TO {agents};
ALTER TABLE "HelpDesk"."KnowledgeArticle" FORCE ROW LEVEL SECURITY;
--- leak
--- twin
ALTER TABLE "HelpDesk"."KnowledgeArticle" ENABLE ROW LEVEL SECURITY;
--- exploit
SELECT "Markdown" FROM "HelpDesk"."KnowledgeArticle" WHERE "AccountKey" = '{B}';
