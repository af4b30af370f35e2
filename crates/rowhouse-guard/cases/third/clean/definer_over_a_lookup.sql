-- A definer function that reads a catalogue the app role cannot, and nothing else.
-- base: third_hibernate
--- setup
CREATE TABLE shop_data.exchange_rate (iso char(3) NOT NULL, day date NOT NULL, rate numeric NOT NULL, PRIMARY KEY (iso, day));
INSERT INTO shop_data.exchange_rate VALUES ('USD', '2024-01-01', 1.1);
CREATE FUNCTION shop_data.rate_of(currency char(3)) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = shop_data, pg_temp
    AS $$ SELECT rate FROM exchange_rate WHERE iso = currency ORDER BY day DESC LIMIT 1 $$;
--- exploit
SELECT rate FROM shop_data.exchange_rate;
