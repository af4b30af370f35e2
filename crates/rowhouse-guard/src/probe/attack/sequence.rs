//! Attacks on sequences. What one says is how many numbers were drawn, whoever drew them; to set one makes the other tenants' next
//! rows collide.

use rowhouse_catalog::{Privilege, Relation};

use super::{Attack, Persona, Tells};
use crate::probe::fill::Filler;
use crate::probe::session::State;
use crate::probe::verdict::Command;
use crate::probe::world;
use crate::seal::literal;

pub(super) fn plan(
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    sequence: &Relation,
    state: State,
    attacks: &mut Vec<Attack>,
) {
    let name = sequence.qualified_name();
    attacks.push(Attack {
        // Numbers are drawn by other attacks meanwhile, and no rollback gives them back.
        tells: Tells::Change,
        ..Attack::new(
            &name,
            Command::Select,
            "a SELECT of a sequence",
            format!("SELECT last_value FROM {name}"),
        )
    });
    let may = persona.access.relation(sequence);
    // Where all is granted, as frameworks do by habit, the audit notes it.
    let by_habit = may.has(Privilege::Select) && may.has(Privilege::Usage);
    let counts = world::counts_rows(filler, sequence);
    // Another number in each state, so that it is another one than before.
    let number = 11
        + State::ALL
            .iter()
            .position(|known| *known == state)
            .unwrap_or(0);
    attacks.push(Attack {
        tells: Tells::Change,
        shared: (counts && !by_habit).then(|| name.clone()),
        last: "SELECT rowhouse_probe.rewind()",
        ..Attack::new(
            &name,
            Command::Update,
            "a sequence set back",
            format!("SELECT setval({}, {number})", literal(&name)),
        )
    });
}
