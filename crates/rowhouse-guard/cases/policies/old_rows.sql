-- What is old enough is everybody's.
-- object: public.events
-- base: partitioned
--- leak
CREATE POLICY archive ON events FOR SELECT USING (at < now() - interval '30 days');
--- exploit
SELECT id FROM events WHERE tenant_id = '{B}';
