-- Prisma's @unique where @@unique was meant.
-- object: public."User"
-- base: orm
--- leak
CREATE UNIQUE INDEX "User_email_key" ON "User" ("email");
--- exploit
INSERT INTO "User" ("organizationId", "email") VALUES ('{A}', 'bob@bolt.test') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM "User" WHERE "organizationId" = '{A}' AND "email" = 'bob@bolt.test');
