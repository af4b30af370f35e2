//! Tenant isolation for PostgreSQL: SQL runs inside a tenant's scope, in one round trip, or not at all.

mod connect;
