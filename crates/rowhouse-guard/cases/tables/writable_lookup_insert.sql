-- Into a lookup shared by all tenants each can put rows that all others see.
-- object: crm.priorities
-- base: other-schema
--- leak
GRANT INSERT ON crm.priorities TO {app};
--- exploit
INSERT INTO crm.priorities VALUES (2, 'by a');
--- proof
SELECT FROM crm.priorities WHERE label = 'by a';
