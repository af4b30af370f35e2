-- A foreign key of one's own to another's table tells whether a row is there.
-- object: public.orders
-- base: integer
-- refused: 23503
--- setup
GRANT CREATE ON SCHEMA public TO {owner};
CREATE SCHEMA scratch;
GRANT USAGE, CREATE ON SCHEMA scratch TO {app};
--- leak
GRANT REFERENCES ON orders TO {app};
--- exploit
CREATE TABLE scratch.guess (order_id integer REFERENCES orders (id));
INSERT INTO scratch.guess VALUES (2) RETURNING order_id;
