//! Who may ask, in the words of `OpenAPI`.

use rowhouse_identity::{Identity, Source};
use serde_json::{Map, Value, json};

/// The ways to say whose a request is, and the demand that one of them be taken.
pub(super) fn schemes(identity: &Identity) -> (Value, Value) {
    let mut schemes = Map::new();
    let mut demands = Vec::new();
    let mut add = |name: &str, scheme: Value| {
        if !schemes.contains_key(name) {
            schemes.insert(name.to_owned(), scheme);
            demands.push(json!({name: []}));
        }
    };
    for source in identity.sources() {
        match source {
            Source::Token(_) => {
                let mut token = json!({"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "A signed token that names the tenant."});
                if let Some(header) = identity.chooser() {
                    token["description"] = format!(
                        "A signed token that names the tenant; of several, the header {} says which.",
                        header.spelling()
                    )
                    .into();
                }
                add("token", token);
            }
            Source::ApiKey(_) => {
                let key = json!({"type": "apiKey", "in": "header", "name": "x-api-key",
                    "description": "An API key of the tenant."});
                add("x-api-key", key);
                let key = json!({"type": "http", "scheme": "bearer", "bearerFormat": "API key",
                    "description": "An API key of the tenant."});
                add("api-key", key);
            }
            Source::Header(header) => {
                let name = header.name().as_str();
                let scheme = json!({"type": "apiKey", "in": "header", "name": name,
                    "description": "The tenant's id."});
                add(name, scheme);
            }
            _ => {}
        }
    }
    (schemes.into(), demands.into())
}
