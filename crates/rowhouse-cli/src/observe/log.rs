//! The server's log, from files or from the server.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use rowhouse::ConnectOptions;
use rowhouse_guard::observe::Observations;

use crate::administration::Administration;
use crate::failure::{Causes, Misuse, Obstacle};
use crate::terminal;

/// How much of a file is asked for at a time.
const PART: i64 = 4 << 20;

/// Reads a file, or the standard input.
pub(super) fn of_file(path: &Path, seen: &mut Observations) -> anyhow::Result<()> {
    let wrong =
        |error: std::io::Error| Misuse::new(format!("cannot read {}: {error}", path.display()));
    let source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(path).map_err(wrong)?)
    };
    for line in BufReader::new(source).split(b'\n') {
        seen.read(&String::from_utf8_lossy(&line.map_err(wrong)?));
    }
    Ok(())
}

/// Asks the server for its files, and says where it would record nothing.
pub(super) async fn of_server(
    options: &ConnectOptions,
    seen: &mut Observations,
) -> anyhow::Result<()> {
    let owner = Administration::connect(options).await?;
    let rows = owner
        .rows(
            "SELECT pg_catalog.current_setting('logging_collector'), pg_catalog.current_setting('log_min_messages'),
                    pg_catalog.current_database()::text, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_policies
                     WHERE policyname = 'rowhouse_observe')",
        )
        .await?;
    let Some(row) = rows.first() else {
        return Ok(());
    };
    let (collects, level): (&str, &str) = (row.try_get(0)?, row.try_get(1)?);
    let (database, observed): (String, i64) = (row.try_get(2)?, row.try_get(3)?);
    terminal::progress(format!(
        "{observed} policies observe in database {database}"
    ));
    if let Some(why) = too_quiet(level) {
        terminal::warning(why);
    }
    if collects != "on" {
        return Err(Obstacle::new(
            "the server keeps no files of its log (logging_collector is off)",
            "give the log where it goes: rowhouse observe report FILE, or - for the standard input",
        )
        .into());
    }
    // The manual gives both functions to superusers and whom they grant them to.
    let files = owner
        .rows("SELECT name, size FROM pg_catalog.pg_ls_logdir() ORDER BY modification, name")
        .await
        .map_err(refused)?;
    for file in files {
        let (name, size): (String, i64) = (file.try_get(0)?, file.try_get(1)?);
        let mut rest = Vec::new();
        let mut at = 0;
        while at < size {
            let rows = owner
                .rows_with(
                    "SELECT pg_catalog.pg_read_binary_file(pg_catalog.current_setting('log_directory') || '/' || $1, $2, $3)",
                    &[&name, &at, &PART],
                )
                .await
                .map_err(refused)?;
            let part: &[u8] = rows.first().map_or(Ok(&[][..]), |row| row.try_get(0))?;
            rest.extend_from_slice(part);
            let whole = rest.iter().rposition(|&byte| byte == b'\n');
            let tail = rest.split_off(whole.map_or(0, |end| end + 1));
            for line in rest.split(|&byte| byte == b'\n') {
                seen.read(&String::from_utf8_lossy(line));
            }
            rest = tail;
            at += PART;
        }
        seen.read(&String::from_utf8_lossy(&rest));
    }
    seen.only(&database);
    Ok(())
}

/// Why a server that logs from this level on would not write records.
pub(crate) fn too_quiet(level: &str) -> Option<String> {
    matches!(level, "error" | "log" | "fatal" | "panic").then(|| {
        format!("log_min_messages is {level}: what is observed is a warning and would not be written; set it to warning")
    })
}

fn refused(error: anyhow::Error) -> anyhow::Error {
    Obstacle::new(
        format!("the server does not give its log: {}", Causes(&error)),
        "GRANT pg_monitor and EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint) to the role, or give the files",
    )
    .into()
}
