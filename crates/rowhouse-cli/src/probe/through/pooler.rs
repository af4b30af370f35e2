//! A pooler, from outside: what one client leaves behind on a connection must not meet the next one.

use anyhow::Context;
use rowhouse::ConnectOptions;

use super::report::{Cell, Outside, Verdict};
use crate::administration::Administration;

/// How many clients there are: more than a pooler has connections for, so that they take turns.
const CLIENTS: usize = 12;
/// How often each of them looks.
const LOOKS: usize = 4;
const OBJECT: &str = "the pooler";

/// Something left behind: what leaves it, what finds it, and what takes it away again.
struct Attack {
    words: &'static str,
    leave: String,
    look: String,
    found: String,
    undo: String,
}

fn attacks(setting: &str, tenant: &str) -> Vec<Attack> {
    let (setting, value) = (literal(setting), literal(tenant));
    let name = "rowhouse_probe";
    let set = |local: bool| format!("SELECT set_config({setting}, {value}, {local})");
    let mut all = Vec::new();
    let mut add = |words, leave: String, look: String, found: &str, undo: String| {
        all.push(Attack {
            words,
            leave,
            look,
            found: found.to_owned(),
            undo,
        });
    };
    let current = format!("SELECT current_setting({setting}, true)");
    let reset = format!("SELECT set_config({setting}, '', false)");
    let local = format!("BEGIN; {}; COMMIT", set(true));
    add(
        "the tenant, set for a transaction",
        local,
        current.clone(),
        tenant,
        reset.clone(),
    );
    add(
        "the tenant, set for the session",
        set(false),
        current,
        tenant,
        reset,
    );
    add(
        "row security, turned off",
        "SET row_security = off".to_owned(),
        "SHOW row_security".to_owned(),
        "off",
        "RESET row_security".to_owned(),
    );
    add(
        "a search path",
        format!("SET search_path = {name}"),
        "SHOW search_path".to_owned(),
        name,
        "RESET search_path".to_owned(),
    );
    add(
        "a temporary table",
        format!("CREATE TEMPORARY TABLE {name} AS SELECT {value}::text AS tenant"),
        format!("SELECT tenant FROM pg_temp.{name}"),
        tenant,
        format!("DROP TABLE IF EXISTS pg_temp.{name}"),
    );
    add(
        "a prepared statement",
        format!("PREPARE {name} AS SELECT {value}::text"),
        format!("EXECUTE {name}"),
        tenant,
        format!("DEALLOCATE {name}"),
    );
    add(
        "a cursor that is held open",
        format!(
            "DECLARE {name} CURSOR WITH HOLD FOR SELECT {value}::text FROM generate_series(1, 1000)"
        ),
        format!("FETCH 1 FROM {name}"),
        tenant,
        format!("CLOSE {name}"),
    );
    all
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Leaves each of these as tenant A, and looks for it as everybody else.
pub(super) async fn probe(
    options: &ConnectOptions,
    setting: &str,
    tenant: &str,
    told: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Outside> {
    let place = options.place();
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let client = Box::pin(Administration::connect(options)).await;
        clients.push(client.with_context(|| format!("cannot connect to {place}"))?);
    }
    let (mut cells, mut asked) = (Vec::new(), 0);
    for attack in attacks(setting, tenant) {
        told(&format!("leaving {}", attack.words));
        let verdict = try_one(&clients, &attack, &mut asked).await;
        cells.push(Cell {
            object: OBJECT.to_owned(),
            method: "SQL".to_owned(),
            attack: attack.words,
            verdict,
        });
    }
    Ok(Outside::new(place, asked, cells, Vec::new()))
}

async fn try_one(clients: &[Administration], attack: &Attack, asked: &mut usize) -> Verdict {
    let Some((first, others)) = clients.split_first() else {
        return Verdict::held(0);
    };
    *asked += 1;
    if let Err(error) = first.words(&attack.leave).await {
        return Verdict::NotExercised {
            why: format!("the server refuses to let it be left: {error:#}"),
        };
    }
    let mut verdict = Verdict::held(0);
    for _ in 0..LOOKS {
        // All at once, so that they meet on every connection that there is.
        let looks = others.iter().map(|client| client.words(&attack.look));
        let answers = futures_util::future::join_all(looks).await;
        *asked += answers.len();
        let met = answers
            .iter()
            .flatten()
            .flatten()
            .any(|word| *word == attack.found);
        if met {
            verdict = Verdict::leaked(
                format!(
                    "what one client left is there for another: {}",
                    attack.found
                ),
                vec![
                    format!("{}; -- one client", attack.leave),
                    format!("{}; -- another one, later", attack.look),
                ],
            );
        }
    }
    for _ in 0..LOOKS {
        // Where it is not, there is nothing to take away.
        let undone = clients.iter().map(|client| client.words(&attack.undo));
        futures_util::future::join_all(undone).await;
    }
    verdict
}
