-- pg_write_all_data lets it change what it was given to read only.
-- object: role:{web}
-- base: shop
--- leak
RESET ROLE; GRANT pg_write_all_data TO {web};
--- exploit
UPDATE tax_rates SET rate = 0 WHERE country = 'NL' RETURNING id;
