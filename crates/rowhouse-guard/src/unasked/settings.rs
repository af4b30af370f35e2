//! What a text sets: `set_config` and `SET`, wherever they stand in it, and not in comments or strings.

use crate::logic::{Kind, Token, arguments, tokens};

/// How the tenant is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// To something that was given or found: what policies call may look the tenant up so.
    Found,
    /// To one that is written there.
    Fixed,
}

/// Whether a text sets one of these settings to another value than it has, and how. `beside` is what may name the setting
/// where the call does not: a call whose name is put together, or comes as an argument, is taken for one of them then.
pub(super) fn sets(text: &str, beside: &str, tenants: &[String]) -> Option<How> {
    let all = tokens(text);
    let named = names_one(beside, tenants);
    let calls = (0..all.len()).filter_map(|at| {
        if !all[at].is(text, "set_config") && all[at].of(text) != "\"set_config\"" {
            return None;
        }
        let given = arguments(text, &all[at + 1..]);
        let name = argument(&given, 0, "setting_name")?;
        let value = argument(&given, 1, "new_value")?;
        let is_tenant = match literal(name) {
            Some(name) => tenants.contains(&name.to_lowercase()),
            None => named,
        };
        is_tenant.then(|| how(value, text, tenants)).flatten()
    });
    let statements = (0..all.len()).filter_map(|at| set(text, &all[at..], tenants));
    // A text that is run, with the setting's name beside it.
    let run = all
        .iter()
        .filter(|token| token.kind == Kind::Text)
        .filter_map(|token| {
            let inner = token.of(text).to_lowercase();
            let speaks = inner.contains("set_config") && inner.contains('$')
                || inner.contains("set local ")
                || inner.contains("set session ");
            let runs = all.iter().any(|token| token.is(text, "execute"));
            (speaks && runs && named).then_some(How::Found)
        });
    calls.chain(statements).chain(run).max()
}

/// Whether a string of a text names one of the settings, or ends as one does: `'app.' || key` with `'tenant_id'`.
pub(super) fn names_one(text: &str, tenants: &[String]) -> bool {
    let all = tokens(text);
    let mut texts = all.iter().filter(|token| token.kind == Kind::Text);
    texts.any(|token| {
        let inner = token
            .of(text)
            .trim_matches(['\'', '$', 'e', 'E'])
            .to_lowercase();
        tenants.iter().any(|tenant| {
            let last = tenant.rsplit('.').next().unwrap_or(tenant);
            inner == last || inner.contains(tenant.as_str())
        })
    })
}

/// `SET [LOCAL | SESSION] name { = | TO } value`.
fn set(text: &str, all: &[Token], tenants: &[String]) -> Option<How> {
    if !all.first()?.is(text, "set") {
        return None;
    }
    let is = |at: usize, word: &str| all.get(at).is_some_and(|token| token.is(text, word));
    let first = 1 + usize::from(is(1, "local") || is(1, "session"));
    let ends = |token: &Token| token.is(text, "=") || token.is(text, "to") || token.is(text, ";");
    let end = first + all.get(first..)?.iter().position(ends)?;
    let name = all
        .get(first..end)?
        .iter()
        .map(|token| token.of(text).replace('"', ""));
    let name = name.collect::<String>().to_lowercase();
    let value = &text[all.get(end + 1)?.start..];
    tenants
        .contains(&name)
        .then(|| how(value, text, tenants))
        .flatten()
}

/// An argument by its place, or by its name.
fn argument<'t>(given: &'t [String], place: usize, name: &str) -> Option<&'t str> {
    let named = given.iter().find_map(|text| {
        let rest = text.strip_prefix(name)?.trim_start();
        let value = rest
            .strip_prefix("=>")
            .or_else(|| rest.strip_prefix(":="))?;
        Some(value.trim_start())
    });
    named.or_else(|| given.get(place).map(String::as_str))
}

fn literal(text: &str) -> Option<&str> {
    text.trim_start_matches(['(', ' '])
        .strip_prefix('\'')?
        .split('\'')
        .next()
        .filter(|_| !text.contains("||"))
}

/// How a value changes the tenant; none where it is what it was, or is taken away.
fn how(value: &str, text: &str, tenants: &[String]) -> Option<How> {
    let value = value.trim_start_matches([' ', '(', '\n', '\t']);
    let lower = value.split(';').next().unwrap_or(value).to_lowercase();
    let stays = asks_itself(&lower, tenants) || is_kept(&lower, text, tenants);
    if stays || lower.starts_with("''") || lower.starts_with("null") || lower.starts_with("default")
    {
        return None;
    }
    Some(if value.starts_with('\'') {
        How::Fixed
    } else {
        How::Found
    })
}

/// `current_setting('…')` of one of the settings.
fn asks_itself(text: &str, tenants: &[String]) -> bool {
    text.match_indices("current_setting").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start_matches([' ', '(']);
        let name = rest
            .strip_prefix('\'')
            .and_then(|rest| rest.split('\'').next());
        name.is_some_and(|name| tenants.iter().any(|tenant| tenant == name))
    })
}

/// A variable that was given the setting's own value.
fn is_kept(value: &str, text: &str, tenants: &[String]) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let name: String = value.chars().take_while(|&c| is_word(c)).collect();
    if name.is_empty() || value[name.len()..].trim_start().starts_with(['.', '(']) {
        return false;
    }
    let text = text.to_lowercase();
    text.split(';').any(|statement| {
        let given = statement
            .split_once(":=")
            .or_else(|| statement.split_once(" default "));
        given.is_some_and(|(variable, value)| {
            let mut words = variable.split(|c: char| !is_word(c));
            words.any(|word| word == name) && asks_itself(value, tenants)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<How> {
        sets(text, text, &["app.tenant_id".to_owned()])
    }

    #[test]
    fn a_value_that_stays_or_goes_changes_nothing() {
        for text in [
            "PERFORM set_config('app.tenant_id', current_setting('app.tenant_id'), true)",
            "PERFORM set_config('app.tenant_id', coalesce(current_setting('app.tenant_id', true), ''), true)",
            "PERFORM set_config('app.tenant_id', '', true)",
            "PERFORM set_config('app.tenant_id', NULL, true)",
            "DECLARE was text := current_setting('app.tenant_id', true); BEGIN PERFORM set_config('app.tenant_id', was, true); END",
            "-- set_config('app.tenant_id', 'b', true)",
            "RAISE 'call set_config(''app.tenant_id'', ''b'', true)'",
            "PERFORM set_config('audit.at', 'app.tenant', true); SET LOCAL app.tenant_id_seen = 'b'",
            "UPDATE t SET tenant = current_setting('app.tenant_id')",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn another_value_is_another_tenant_however_it_is_written() {
        for text in [
            "ASSERT set_config('app.tenant_id', NEW.v, true) IS NOT NULL",
            "PERFORM set_config(setting_name => 'app.tenant_id', new_value => NEW.v, is_local => true)",
            "PERFORM set_config('app.tenant_id', current_setting('app.acting', true), true)",
            "PERFORM set_config('app.tenant_id', current_setting('request.headers')::json->>'x', true)",
            "DECLARE k text := 'app.tenant_id'; BEGIN PERFORM set_config(k, NEW.v, true); END",
            "EXECUTE 'SELECT set_config($1, $2, true)' USING 'app.tenant_id', NEW.v",
            "PERFORM set_config('app.' || 'tenant_id', NEW.v, true)",
        ] {
            assert_eq!(of(text), Some(How::Found), "{text}");
        }
        for text in [
            "SET LOCAL \"app\".\"tenant_id\" TO 'b'",
            "BEGIN SET app.tenant_id = 'b'; END",
            "SELECT set_config('app.tenant_id'::text, 'b'::text, true)",
        ] {
            assert_eq!(of(text), Some(How::Fixed), "{text}");
        }
    }
}
