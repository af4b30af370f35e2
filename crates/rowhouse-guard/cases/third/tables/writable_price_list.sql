-- Reference data that all read may be changed by any: one tenant sets the seats of everybody's plan.
-- object: public.plans
-- base: third_members
--- leak
GRANT UPDATE (seats) ON plans TO {authenticated};
--- exploit
UPDATE plans SET seats = 0 WHERE tier = 'free' RETURNING tier;
