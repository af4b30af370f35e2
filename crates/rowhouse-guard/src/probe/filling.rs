//! Filling the copy: rows are written as the superuser with nothing firing; values that the server refuses are made in
//! other forms until it takes them.

#![allow(
    clippy::disallowed_types,
    reason = "the copy is filled over a connection of its superuser that the caller opened"
)]

use std::collections::BTreeSet;

use rowhouse_catalog::{Column, Relation};
use tokio_postgres::Client;

use super::Error;
use super::fill::{Filler, Values};

/// Forms for values that a check refused; `{}` stands for the plain one.
const FORMS: [&str; 18] = [
    "{}@example.test",
    "https://{}.example.test",
    "1",
    "0",
    "10",
    "100",
    "-1",
    "a",
    "A",
    "AA",
    "ABC",
    "a1",
    "{}-x",
    "2024-06-01",
    "2000-01-01",
    "2100-01-01",
    "true",
    "+31612345678",
];
/// How many forms of a row are tried.
const MOST: usize = 120;

/// What the server said of one statement.
#[derive(Debug, Clone)]
struct Trouble {
    /// Which statement, from 0.
    place: usize,
    code: String,
    said: String,
    restriction: String,
    column: String,
}

/// Writes all rows; gives the tables that stayed empty, and why.
pub(super) async fn fill(
    client: &Client,
    filler: &Filler<'_>,
) -> Result<Vec<(String, String)>, Error> {
    let mut empty = Vec::new();
    for table in filler.tables() {
        if let Err(why) = first(client, filler, table).await? {
            empty.push((table.qualified_name(), why));
            continue;
        }
        let rows = filler.rows(table);
        let statements: Vec<String> = rows
            .iter()
            .map(|row| Filler::insert(table, &row.values))
            .collect();
        // Rows beside the plain ones are there to see more; where a constraint refuses one, the others do.
        let troubles = run(client, &statements).await?;
        if filler.is_root(table) {
            let failed: BTreeSet<usize> = troubles.iter().map(|trouble| trouble.place).collect();
            let all: BTreeSet<usize> = rows.iter().filter_map(|row| row.whose).collect();
            let there = rows.iter().enumerate();
            let there = there.filter(|(at, _)| !failed.contains(at));
            let there: BTreeSet<usize> = there.filter_map(|(_, row)| row.whose).collect();
            // The two first are there in any case.
            for place in all.difference(&there).filter(|place| **place > 1) {
                filler.refuse(*place);
            }
        }
    }
    Ok(empty)
}

/// Finds values with which the first tenant's plain row is taken.
async fn first(
    client: &Client,
    filler: &Filler<'_>,
    table: &Relation,
) -> Result<Result<(), String>, Error> {
    let owner = if filler.is_tenants(table) {
        &filler.tenants[0]
    } else {
        &filler.nobody
    };
    let mut values = filler.plain(table, owner).values;
    let Some(mut trouble) = attempt(client, table, &values).await? else {
        return Ok(Ok(()));
    };
    let plain = values.clone();
    let mut tried = 0;
    // One column after the other that the server complains of, perhaps because of the last one's new value.
    for _ in 0..4 {
        let mut better = None;
        for column in suspects(table, &trouble) {
            for form in forms(filler, table, column) {
                tried += 1;
                if tried > MOST {
                    return Ok(Err(trouble.said));
                }
                let before = plain
                    .get(&column.number)
                    .cloned()
                    .flatten()
                    .unwrap_or_default();
                let mut changed = values.clone();
                changed.insert(column.number, Some(form.replace("{}", &before)));
                match attempt(client, table, &changed).await? {
                    None => {
                        filler.set_form(table.oid, column.number, &form);
                        return Ok(Ok(()));
                    }
                    Some(next)
                        if better.is_none()
                            && !same(&next, &trouble)
                            && next.code.starts_with("23") =>
                    {
                        better = Some((column.number, form, changed, next));
                    }
                    Some(_) => {}
                }
            }
        }
        let Some((number, form, changed, next)) = better else {
            break;
        };
        filler.set_form(table.oid, number, &form);
        (values, trouble) = (changed, next);
    }
    Ok(Err(trouble.said))
}

fn same(a: &Trouble, b: &Trouble) -> bool {
    a.code == b.code && a.restriction == b.restriction && a.column == b.column
}

/// The columns that may be why a row was refused.
fn suspects<'t>(table: &'t Relation, trouble: &Trouble) -> Vec<&'t Column> {
    let named = table
        .columns
        .iter()
        .filter(|column| column.name == trouble.column);
    let checked = table
        .checks
        .iter()
        .filter(|check| check.name == trouble.restriction)
        .flat_map(|check| {
            check
                .columns
                .iter()
                .filter_map(|&number| table.column_at(number))
        });
    let found: Vec<&Column> = named.chain(checked).collect();
    if found.is_empty() {
        table
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .collect()
    } else {
        found
    }
}

fn forms(filler: &Filler<'_>, table: &Relation, column: &Column) -> Vec<String> {
    let said = filler.words.compared.get(&column.name.to_ascii_lowercase());
    let mut found: Vec<String> = said.into_iter().flatten().cloned().collect();
    for check in table
        .checks
        .iter()
        .filter(|check| check.columns.contains(&column.number))
    {
        let numbers = check
            .expression
            .split(|c: char| !c.is_ascii_digit())
            .filter(|word| !word.is_empty());
        found.extend(
            numbers
                .filter_map(|word| word.parse::<i64>().ok())
                .flat_map(|number| {
                    [
                        number.to_string(),
                        (number + 1).to_string(),
                        (number - 1).to_string(),
                    ]
                }),
        );
    }
    found.extend(FORMS.map(str::to_owned));
    found
}

async fn attempt(
    client: &Client,
    table: &Relation,
    values: &Values,
) -> Result<Option<Trouble>, Error> {
    let statement = Filler::insert(table, values);
    Ok(run(client, &[statement]).await?.into_iter().next())
}

async fn run(client: &Client, statements: &[String]) -> Result<Vec<Trouble>, Error> {
    let rows = client
        .query(
            "SELECT code, said, restriction, of_column, place - 1 FROM rowhouse_probe.try($1)",
            &[&statements],
        )
        .await
        .map_err(|error| Error::Copy(error.to_string()))?;
    let troubles = rows.iter().map(|row| Trouble {
        place: usize::try_from(row.get::<_, i32>(4)).unwrap_or(0),
        code: row.get(0),
        said: row.get(1),
        restriction: row.get::<_, Option<String>>(2).unwrap_or_default(),
        column: row.get::<_, Option<String>>(3).unwrap_or_default(),
    });
    Ok(troubles.collect())
}
