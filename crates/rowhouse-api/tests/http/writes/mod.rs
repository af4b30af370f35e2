//! Writes by `PostgREST`'s conventions, area by area. Every test writes as one tenant while
//! another one's rows are there, which must stay as they are.

mod changing;
mod contents;
mod demands;
mod inserting;
mod quoting;
mod relations;
mod repeating;
mod shop;
mod single;
mod tenants;
mod upserting;
mod walk;
