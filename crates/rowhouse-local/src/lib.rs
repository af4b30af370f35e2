//! A private PostgreSQL for first runs, development and tests.
