-- Rooms may not be booked twice, whoever booked them.
-- object: public.bookings
-- base: empty
-- a: 1
-- b: 2
--- setup
CREATE TABLE hotels (id integer PRIMARY KEY);
CREATE TABLE bookings (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hotel_id integer NOT NULL REFERENCES hotels, room int4range NOT NULL, stay daterange NOT NULL);
INSERT INTO hotels VALUES (1), (2); INSERT INTO bookings (hotel_id, room, stay) VALUES (1, '[9,9]', '[2024-01-01,2024-01-02)'), (2, '[12,12]', '[2024-05-01,2024-05-09)');
ALTER TABLE hotels ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; ALTER TABLE bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY h ON hotels USING (id = current_setting('pms.hotel', false)::integer); CREATE POLICY h ON bookings USING (hotel_id = current_setting('pms.hotel', false)::integer);
GRANT SELECT ON hotels TO {app}; GRANT SELECT, INSERT ON bookings TO {app};
--- leak
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH &&, stay WITH &&);
--- twin
ALTER TABLE bookings ADD EXCLUDE USING gist (int4range(hotel_id, hotel_id, '[]') WITH =, room WITH &&, stay WITH &&);
--- tenant
SELECT set_config('pms.hotel', '{tenant}', true);
--- own
SELECT FROM bookings;
--- exploit
INSERT INTO bookings (hotel_id, room, stay) VALUES (1, '[12,12]', '[2024-05-02,2024-05-03)') ON CONFLICT DO NOTHING;
--- proof
SELECT WHERE NOT EXISTS (SELECT FROM bookings WHERE hotel_id = 1 AND room = '[12,12]');
