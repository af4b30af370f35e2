//! Reads by `PostgREST`'s conventions, area by area. Every test asks as one tenant while another
//! one's rows are there.

mod aggregates;
mod embedding;
mod errors;
mod filters;
mod logic;
mod media;
mod pages;
mod ranges;
mod schemas;
mod spread;
mod studio;
