//! Keys for seals, as `rowhouse seal` writes them.

use std::fmt::{self, Write as _};
use std::path::Path;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::tenant_id::TenantType;

/// What begins a line with a key.
const MARK: &str = "rowhouse-seal-1";

/// Keys for [sealed](crate::Builder::seal) scopes. The first one seals; the others are what a rotation is about to
/// retire.
///
/// The text form has a line for each key: `rowhouse-seal-1`, the key's id, its 32 bytes in hexadecimal digits, the
/// setting, the tenant's type, and the names of the sealed claims with commas between them. Empty lines, and lines that
/// begin with `#`, say nothing. Whoever reads the text can act as any tenant.
#[derive(Clone)]
pub struct SealKeys(Vec<SealKey>);

/// What is wrong with a text of keys. It never repeats any of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealKeyError {
    /// The file cannot be read.
    #[error("cannot read the seal's keys")]
    Unreadable(#[source] std::io::Error),
    /// Others than its owner may read the file.
    #[error(
        "the file of the seal's keys can be read by other accounts of this machine; take that away with chmod 600"
    )]
    Exposed,
    /// A line is not a key.
    #[error("line {line} of the seal's keys: {reason}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is no key.
    #[error("there is no key for seals; `rowhouse seal init` makes one")]
    None,
}

/// One key. The secret itself is not kept, only the MAC's state after it.
#[derive(Clone)]
pub(crate) struct SealKey {
    id: String,
    mac: Hmac<Sha256>,
    setting: String,
    tenant_type: TenantType,
    claims: Vec<String>,
}

impl SealKeys {
    /// Reads a file of keys.
    ///
    /// # Errors
    /// It cannot be read, other accounts may read it, or it holds no keys.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, SealKeyError> {
        use std::io::Read;
        use std::os::unix::fs::PermissionsExt;
        let unreadable = SealKeyError::Unreadable;
        let path = path.as_ref();
        // Asked before it is opened: opening a pipe waits for somebody to write.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(unreadable(std::io::Error::other("it is not a file")));
        }
        let mut file = std::fs::File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.permissions().mode() & 0o007 != 0 {
            return Err(SealKeyError::Exposed);
        }
        let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        // All at once: a buffer that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(length.saturating_add(1).min(1 << 20)));
        file.read_to_string(&mut text).map_err(unreadable)?;
        text.parse()
    }

    /// The ids of the keys, the one that seals first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.id.as_str())
    }

    pub(crate) fn first(&self) -> &SealKey {
        &self.0[0]
    }
}

impl FromStr for SealKeys {
    type Err = SealKeyError;

    fn from_str(text: &str) -> Result<Self, SealKeyError> {
        let mut keys = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = SealKey::parse(line).map_err(|reason| SealKeyError::Line {
                line: at + 1,
                reason,
            })?;
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(SealKeyError::None);
        }
        Ok(Self(keys))
    }
}

impl fmt::Debug for SealKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

impl SealKey {
    fn parse(line: &str) -> Result<Self, &'static str> {
        let mut words = line.split_ascii_whitespace();
        if words.next() != Some(MARK) {
            return Err("it does not begin with rowhouse-seal-1");
        }
        let id = words.next().unwrap_or_default();
        if id.len() != 8 || !is_hex(id) {
            return Err("the key's id is not 8 hexadecimal digits");
        }
        let mut secret = Zeroizing::new([0_u8; 32]);
        unhex(words.next().unwrap_or_default(), &mut secret)?;
        let setting = words.next().ok_or("it does not name the setting")?;
        let tenant_type: TenantType = words
            .next()
            .unwrap_or_default()
            .parse()
            .map_err(|_| "the tenant's type is not uuid, integer or text")?;
        let claims: Vec<String> = match words.next() {
            Some(names) => names.split(',').map(str::to_owned).collect(),
            None => Vec::new(),
        };
        if words.next().is_some() {
            return Err("there is more in it than a key");
        }
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*secret)
            .map_err(|_| "the secret is not a key")?;
        let names = claims.iter().map(String::as_str);
        mac.update(list([setting, tenant_type.name()].into_iter().chain(names)).as_bytes());
        Ok(Self {
            id: id.to_owned(),
            mac,
            setting: setting.to_owned(),
            tenant_type,
            claims,
        })
    }

    pub(crate) fn setting(&self) -> &str {
        &self.setting
    }

    pub(crate) fn tenant_type(&self) -> TenantType {
        self.tenant_type
    }

    /// The seal of `tenant`, good until a time in seconds since 1970, at a server process or, with 0, at any.
    pub(crate) fn seal<'a>(
        &self,
        tenant: &str,
        value: impl Fn(&str) -> &'a str,
        until: u64,
        process: u32,
    ) -> String {
        let values = list(self.claims.iter().map(|name| value(name)));
        let mut header = Vec::with_capacity(51);
        header.extend_from_slice(b"1t");
        header.extend_from_slice(self.id.as_bytes());
        header.extend_from_slice(&micros_since_2000(until).to_be_bytes());
        header.extend_from_slice(&Sha256::digest(values.as_bytes()));
        header.push(u8::from(process != 0));
        let mut mac = self.mac.clone();
        mac.update(&header);
        mac.update(&process.to_be_bytes());
        mac.update(tenant.as_bytes());
        let mut seal = String::with_capacity(2 * (32 + header.len()));
        hex(&mut seal, &mac.finalize().into_bytes());
        hex(&mut seal, &header);
        seal
    }
}

/// A time as PostgreSQL sends it. What is too far off for that never expires; what is before 2000 has expired.
fn micros_since_2000(seconds_since_1970: u64) -> i64 {
    const BETWEEN: u64 = 946_684_800;
    let seconds = seconds_since_1970.saturating_sub(BETWEEN);
    i64::try_from(seconds.saturating_mul(1_000_000)).unwrap_or(i64::MAX)
}

/// Items so that no two lists look the same.
fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut list = String::new();
    for item in items {
        let _ = write!(list, "{}:{item},", item.len());
    }
    list
}

fn is_hex(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

fn unhex(text: &str, bytes: &mut [u8; 32]) -> Result<(), &'static str> {
    let wrong = "the secret is not 64 hexadecimal digits";
    if text.len() != 64 || !is_hex(text) {
        return Err(wrong);
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "rowhouse-seal-1 0000000a 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \
                       app.current_tenant_id uuid app.user_id,app.roles";

    fn sealed(keys: &SealKeys) -> String {
        let value = |name: &str| if name == "app.user_id" { "é," } else { "" };
        keys.first().seal(
            "7a245486-3fc8-47ec-b303-04fefe7a58ff",
            value,
            1_900_000_000,
            4711,
        )
    }

    /// Computed with Python's hmac and hashlib.
    #[test]
    fn a_known_answer() {
        let keys: SealKeys = format!("# a comment\n\n  {KEY}\n").parse().unwrap();
        assert_eq!(sealed(&keys), include_str!("known_answer.txt").trim());
    }

    #[test]
    fn everything_is_covered() {
        let seal = sealed(&KEY.parse().unwrap());
        for (from, to) in [
            ("9f86", "9f87"),
            ("tenant_id", "tenant_ie"),
            ("uuid", "text"),
            ("user_id,app.roles", "user_id"),
        ] {
            let other: SealKeys = KEY.replace(from, to).parse().unwrap();
            assert_ne!(sealed(&other)[..64], seal[..64], "{from}");
        }
        let other: SealKeys = KEY.replace("0000000a", "0000000b").parse().unwrap();
        assert_ne!(sealed(&other)[..64], seal[..64]);
    }

    #[test]
    fn lists_of_values_cannot_be_mistaken_for_one_another() {
        let lists = [
            vec![],
            vec![""],
            vec!["", ""],
            vec!["a", "b"],
            vec!["a,1:b"],
            vec!["ab"],
        ];
        for (at, one) in lists.iter().enumerate() {
            for other in &lists[at + 1..] {
                assert_ne!(list(one.iter().copied()), list(other.iter().copied()));
            }
        }
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_repeated() {
        for (text, says) in [
            ("", "no key"),
            ("# nothing", "no key"),
            ("hunter2secret", "line 1"),
            ("rowhouse-seal-1 xyz", "id"),
            ("rowhouse-seal-1 0000000a hunter2secret", "secret"),
            (&KEY.replace("uuid", "uid"), "type"),
            (&format!("{KEY} more"), "more"),
            (&KEY.replace("9f86", "9F86"), "secret"),
        ] {
            let error = text.parse::<SealKeys>().unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            assert!(!error.contains("hunter2secret"), "{error}");
        }
    }

    #[test]
    fn keys_do_not_show_themselves() {
        let keys: SealKeys = KEY.parse().unwrap();
        assert_eq!(format!("{keys:?}"), r#"["0000000a"]"#);
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        std::fs::write(&path, KEY).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(SealKeys::read(&path), Err(SealKeyError::Exposed)));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(SealKeys::read(&path).unwrap().ids().count(), 1);
        let missing = SealKeys::read(folder.path().join("none")).unwrap_err();
        assert!(matches!(missing, SealKeyError::Unreadable(_)));
    }
}
