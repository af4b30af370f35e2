-- A range that is meant to hold one value begins at the setting and ends at another.
-- object: public.order_lines
-- base: integer
--- leak
DROP POLICY order_lines_own ON order_lines;
CREATE POLICY order_lines_own ON order_lines TO {app}
    USING (org_id BETWEEN NULLIF(current_setting('myapp.org', true), '')::integer AND 1000);
--- exploit
SELECT id FROM order_lines WHERE org_id = {B};
