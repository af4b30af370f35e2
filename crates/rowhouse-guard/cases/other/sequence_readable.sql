-- A sequence tells how many orders all tenants together have placed.
-- object: public.orders_id_seq
-- base: integer
-- level: note
--- leak
GRANT SELECT ON SEQUENCE orders_id_seq TO {app};
--- twin
REVOKE SELECT ON SEQUENCE orders_id_seq FROM {app};
