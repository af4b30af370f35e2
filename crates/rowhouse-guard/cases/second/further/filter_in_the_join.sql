-- The filter stands in the outer join's condition, where it removes nothing.
-- object: public.user_list
-- base: shop
--- leak
RESET ROLE; CREATE VIEW user_list WITH (security_barrier) AS SELECT u.id, u.email FROM users u LEFT JOIN companies c ON c.id = u.company_id AND c.id = nullif(current_setting('rails.company_id', true), '')::bigint; GRANT SELECT ON user_list TO {web};
--- twin
RESET ROLE; CREATE VIEW user_list WITH (security_barrier) AS SELECT u.id, u.email FROM users u JOIN companies c ON c.id = u.company_id AND c.id = nullif(current_setting('rails.company_id', true), '')::bigint; GRANT SELECT ON user_list TO {web};
--- exploit
SELECT FROM user_list WHERE email LIKE 'bob%';
