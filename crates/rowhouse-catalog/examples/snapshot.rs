//! Writes a database's catalogs as JSON: `cargo run --example snapshot -- 'host=/tmp dbname=app'`.
//! The time it took goes to standard error.

#![allow(clippy::print_stdout, clippy::print_stderr)] // a program, not the library

use std::error::Error;
use std::time::Instant;

use rowhouse_catalog::Catalog;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = std::env::args()
        .nth(1)
        .ok_or("usage: snapshot CONNECTION-STRING")?;
    let (mut client, connection) = tokio_postgres::connect(&config, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);

    let start = Instant::now();
    let catalog = Catalog::read(&mut client).await?;
    let read = start.elapsed();
    let start = Instant::now();
    let json = catalog.to_json()?;
    eprintln!(
        "{} relations and {} functions read in {read:.2?}, {} bytes of JSON in {:.2?}",
        catalog.relations.len(),
        catalog.functions.len(),
        json.len(),
        start.elapsed(),
    );
    println!("{json}");
    Ok(())
}
