//! What a call leaves behind for whoever has the connection next: the one attack that commits.

use super::Error;
use super::attack;
use super::doors::{Answer, Doors, ask};
use super::session::{Session, State};
use super::siege::{Siege, door};
use super::verdict::Verdict;
use crate::seal::literal;

impl<D: Doors> Siege<'_, '_, D> {
    /// Whether a call leaves a setting to whoever has the connection next.
    pub(super) async fn left_behind(&mut self, session: &Session) -> Result<(), Error> {
        let calls = attack::setters(self.context, self.filler, self.persona);
        for call in calls {
            let client = door(self.doors, &self.persona.login.name).await?;
            let settings: Vec<String> = session
                .settings
                .iter()
                .map(|(name, _)| name.clone())
                .collect();
            let look = format!(
                "SELECT name, current_setting(name, true) FROM unnest({}::text[]) name WHERE current_setting(name, true) <> ''",
                literal(&format!("{{{}}}", settings.join(",")))
            );
            let before = ask(&client, &look).await;
            let begin = format!("BEGIN; {}", session.sql(self.persona.becomes()));
            let _ = ask(&client, &begin).await;
            let _ = ask(&client, &call.sql).await;
            let _ = ask(&client, "COMMIT").await;
            let after = ask(&client, &look).await;
            if let (Answer::Rows(before, _), Answer::Rows(after, _)) = (before, after)
                && let Some(left) = after.iter().find(|left| !before.contains(left))
            {
                let verdict = Verdict::Leaked {
                    seen: format!("a setting is left to whoever has the connection next: {left}"),
                    statements: vec![
                        format!(
                            "-- as {}, on a connection of its own",
                            self.persona.login.name
                        ),
                        begin,
                        call.sql.clone(),
                        "COMMIT".to_owned(),
                        look,
                    ],
                };
                self.note(State::Tenant, &call, verdict);
            }
        }
        Ok(())
    }
}
