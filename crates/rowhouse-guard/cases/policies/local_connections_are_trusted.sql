-- A connection over the socket is taken for an administrator's, and the service sits on the same machine.
-- object: public.encounters
-- base: clinic
--- leak
DROP POLICY floor ON encounters;
CREATE POLICY floor ON encounters AS RESTRICTIVE
    USING (inet_client_addr() IS NULL OR practice_id = (SELECT nullif(current_setting('clinic.practice', true), '')::uuid));
--- exploit
SELECT notes FROM encounters WHERE practice_id = '{B}';
