//! What a newcomer reads when the service is ready.

use rowhouse_api::resource::Resources;

use super::database::Database;
use crate::terminal::{STRONG, line};

/// Where the data lives, which tenants exist, what to try, how to stop.
pub(crate) fn print(place: &str, header: &str, resources: &Resources, database: &Database) {
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
    let tenant = database
        .tenants
        .first()
        .map_or("YOUR-TENANT", |tenant| tenant.id.as_str());
    let path = served.first().map_or("/", String::as_str);
    row(
        "try",
        &format!("curl --header \"{header}: {tenant}\" {place}{path}"),
    );
    row("stop", "Ctrl-C");
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
    line(format!("  {label:<9}{text}"));
}
