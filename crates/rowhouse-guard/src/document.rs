//! A rule as a page.

use std::fmt::Write;

use crate::Rule;

impl Rule {
    /// The rule's page, in Markdown.
    pub fn to_markdown(&self) -> String {
        let mut page = format!(
            "# {}\n\n**{}** · `{}`\n\n",
            self.title,
            self.level.word(),
            self.id
        );
        for (heading, text) in [
            ("What", self.what),
            ("Why it matters", self.why),
            ("How to close it", self.close),
        ] {
            let _ = write!(page, "## {heading}\n\n{text}\n\n");
        }
        if !self.example.bad.is_empty() {
            let _ = write!(
                page,
                "## Example\n\nOn top of [the examples' schema](schema.sql), this is found on `{}`:\n\n```sql\n{}\n```\n",
                self.example.object, self.example.bad
            );
        }
        if !self.example.good.is_empty() {
            let _ = write!(
                page,
                "\nThis is not:\n\n```sql\n{}\n```\n",
                self.example.good
            );
        }
        page
    }
}
