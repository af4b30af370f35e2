-- A table for the scheduler, granted to PUBLIC "because only we connect anyway".
-- object: ops.job_run
-- base: third_ads
--- setup
CREATE SCHEMA ops;
CREATE TABLE ops.job_run (id bigint GENERATED ALWAYS AS IDENTITY, company_id integer NOT NULL, arguments jsonb NOT NULL, ran_at timestamptz DEFAULT now());
INSERT INTO ops.job_run (company_id, arguments) VALUES (5, '{"mail":"ann"}'), (6, '{"mail":"secret of b"}');
GRANT USAGE ON SCHEMA ops TO PUBLIC;
--- leak
GRANT SELECT ON ops.job_run TO PUBLIC;
--- exploit
SELECT arguments FROM ops.job_run WHERE company_id = 6;
