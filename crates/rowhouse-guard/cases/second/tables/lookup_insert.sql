-- A shared price list into which one tenant may write for all.
-- object: public.tax_rates
-- base: shop
--- leak
GRANT INSERT ON tax_rates TO {web}; GRANT USAGE ON SEQUENCE tax_rates_id_seq TO {web};
--- exploit
INSERT INTO tax_rates (country, rate) VALUES ('NL', 0); SELECT 1;
