//! Numbered files, after those that are there.

use std::fs;
use std::path::Path;

use rowhouse_guard::protect::Plan;

use crate::failure::Misuse;

/// Writes them; how many.
pub(super) fn write(folder: &Path, plan: &Plan) -> anyhow::Result<usize> {
    let name = folder.display();
    let wrong = |error: std::io::Error| Misuse::new(format!("cannot write to {name}: {error}"));
    fs::create_dir_all(folder).map_err(wrong)?;
    let mut last = 0;
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let file = entry.map_err(wrong)?.file_name();
        last = last.max(number(&file.to_string_lossy()));
    }
    let files = plan.to_files(last + 1);
    for file in &files {
        fs::write(folder.join(&file.name), &file.text).map_err(wrong)?;
    }
    Ok(files.len())
}

/// The number that a migration's name begins with; 0 where it does not.
fn number(name: &str) -> usize {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    name[..digits].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn names_of_migrations_begin_with_numbers() {
        assert_eq!(number("0012_items.up.sql"), 12);
        assert_eq!(number("V3__items.sql"), 0);
        assert_eq!(number("readme"), 0);
    }
}
