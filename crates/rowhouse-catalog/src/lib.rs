//! One snapshot of a PostgreSQL database's catalogs as plain structs.
