-- A queue whose arguments hold every tenant's data and no tenant column.
-- object: public.solid_queue_jobs
-- base: shop
--- setup
CREATE TABLE solid_queue_jobs (id bigserial PRIMARY KEY, class_name varchar, arguments text); INSERT INTO solid_queue_jobs (class_name, arguments) VALUES ('Mail', '{"company_id":202}');
--- leak
GRANT SELECT, INSERT, UPDATE, DELETE ON solid_queue_jobs TO {web}; GRANT USAGE ON SEQUENCE solid_queue_jobs_id_seq TO {web};
--- exploit
SELECT FROM solid_queue_jobs WHERE arguments LIKE '%202%';
