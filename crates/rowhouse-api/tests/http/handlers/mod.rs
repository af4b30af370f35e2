//! Media types of the database's own: aggregates that make content of rows.

mod cookies;
mod functions;
mod gallery;
mod precedence;
mod rows;
mod withheld;
