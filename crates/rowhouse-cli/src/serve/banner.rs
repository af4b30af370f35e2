//! What a newcomer reads when the service is ready.

use std::path::Path;
use std::time::Duration;

use rowhouse_api::resource::Resources;

use super::database::Database;
use crate::config::{File, SourceName};
use crate::terminal::{STRONG, line};
use crate::token::Wanted;

/// How long the token is good that a newcomer is shown.
const DAY: Duration = Duration::from_hours(24);

/// Where the data lives, which tenants exist, what to try, how to stop.
pub(crate) fn print(
    place: &str,
    file: &File,
    resources: &Resources,
    database: &Database,
    token: Option<&str>,
) {
    let header = &file.identity.header;
    line(format!("{STRONG}Rowhouse serves {place}{STRONG:#}"));
    row("data", &database.place);
    let mut label = "tenants";
    for tenant in &database.tenants {
        row(label, &format!("{}  {}", tenant.id, tenant.name));
        label = "";
    }
    let served: Vec<String> = resources
        .iter()
        .map(|resource| format!("/{}/", escaped(&resource.name)))
        .collect();
    if served.is_empty() {
        row(
            "serves",
            "nothing yet: no relation keeps tenants apart; `rowhouse doctor` says why",
        );
    } else {
        row("serves", &served.join(" "));
    }
    let functions = resources.functions().iter();
    let mut functions: Vec<String> = functions
        .map(|function| format!("/rpc/{}", escaped(&function.name)))
        .collect();
    // Several may share a name.
    functions.sort_unstable();
    functions.dedup();
    if !functions.is_empty() {
        row("functions", &functions.join(" "));
    }
    let tenant = database
        .tenants
        .first()
        .map_or("YOUR-TENANT", |tenant| tenant.id.as_str());
    let path = served.first().map_or("/", String::as_str);
    let mut label = "try";
    if file.identity.sources().contains(&SourceName::Header) {
        let curl = format!("curl --header \"{header}: {tenant}\" {place}{path}");
        row(label, &curl);
        label = "or";
    }
    if let Some(token) = token {
        let curl = format!("curl --header \"Authorization: Bearer {token}\" {place}{path}");
        row(label, &curl);
    } else if label == "try" {
        row(
            label,
            &format!("curl --header \"Authorization: Bearer …\" {place}{path}"),
        );
    }
    row("stop", "Ctrl-C");
}

/// A token for the demo's first tenant, where a key that was made for development signs some.
pub(crate) fn token(
    file: &File,
    database: &Database,
    data: Option<&Path>,
) -> anyhow::Result<Option<String>> {
    let token = &file.identity.token;
    let development = token.keys.first().is_some_and(|key| key.development);
    let tokens = file.identity.sources().contains(&SourceName::Token);
    match database.tenants.first() {
        Some(tenant) if development && tokens => {
            let wanted = Wanted {
                tenants: std::slice::from_ref(&tenant.id),
                subject: "developer",
                lifetime: DAY,
                kid: None,
                claims: &[],
            };
            Ok(Some(wanted.sign(file, data)?))
        }
        _ => Ok(None),
    }
}

/// A name as it is written in an address.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().fold(String::new(), |escaped, byte| {
        if plain(byte) {
            format!("{escaped}{}", char::from(byte))
        } else {
            format!("{escaped}%{byte:02X}")
        }
    })
}

fn row(label: &str, text: &str) {
    line(format!("  {label:<11}{text}"));
}
