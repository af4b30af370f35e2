-- What a rule does is checked as the owner of the view; this one changes any customer by number.
-- object: shop_data.customer_mail
-- base: third_hibernate
--- leak
RESET ROLE;
CREATE VIEW shop_data.customer_mail AS SELECT id, mail FROM shop_data.customer WHERE tenant_identifier = current_setting('hibernate.tenant');
CREATE RULE remove AS ON DELETE TO shop_data.customer_mail DO INSTEAD NOTHING;
CREATE RULE change AS ON INSERT TO shop_data.customer_mail DO INSTEAD
    UPDATE shop_data.customer SET mail = NEW.mail WHERE id = NEW.id;
GRANT INSERT ON shop_data.customer_mail TO {spring};
--- twin
RESET ROLE;
CREATE VIEW shop_data.customer_mail AS SELECT id, mail FROM shop_data.customer WHERE tenant_identifier = current_setting('hibernate.tenant');
CREATE RULE remove AS ON DELETE TO shop_data.customer_mail DO INSTEAD NOTHING;
CREATE RULE change AS ON INSERT TO shop_data.customer_mail DO INSTEAD
    UPDATE shop_data.customer SET mail = NEW.mail WHERE id = NEW.id AND tenant_identifier = current_setting('hibernate.tenant');
GRANT INSERT ON shop_data.customer_mail TO {spring};
--- exploit
INSERT INTO shop_data.customer_mail VALUES (2, 'taken@one.test');
--- proof
SELECT FROM shop_data.customer WHERE id = 2 AND mail = 'taken@one.test';
