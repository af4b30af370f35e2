-- The service may move the sequence that all tenants share.
-- object: public.invoices_id_seq
-- base: shop
-- refused: 23505
--- leak
GRANT UPDATE ON SEQUENCE invoices_id_seq TO {web};
--- exploit
SELECT setval('invoices_id_seq', 1);
