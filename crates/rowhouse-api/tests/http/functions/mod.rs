//! Functions at `/rpc/…`.

mod answers;
mod arguments;
mod isolation;
mod refusals;
mod rows;
mod timeouts;
mod workshop;
mod writing;
