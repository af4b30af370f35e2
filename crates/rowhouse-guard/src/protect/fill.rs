//! The tenant of rows that had none, from the rows they reference, a part of the table at a time.

use std::fmt::Write as _;

use rowhouse_catalog::quote_literal;

/// Pages of a table that are filled in one transaction: 4 MB, some ten thousand rows.
const PAGES: i64 = 512;

/// An update that walks a table from its first page to its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// The tables that hold the rows: the table itself, or its partitions.
    pub tables: Vec<String>,
    /// The column, as it stands in SQL.
    pub column: String,
    pub(super) parent: String,
    pub(super) parent_column: String,
    /// Columns of the table and the parent's, as they stand in SQL.
    pub(super) pairs: Vec<(String, String)>,
}

impl Fill {
    /// How many parts a table has now.
    pub fn parts(table: &str) -> String {
        format!(
            "SELECT 1 + pg_relation_size({}) / (current_setting('block_size')::bigint * {PAGES})",
            quote_literal(table)
        )
    }

    /// The statement for one part of a table. A part is a range of pages, which the server reads without looking at others.
    pub fn part(&self, table: &str, part: i64) -> String {
        self.update(
            table,
            &format!(
                "t.ctid >= '({},0)'::tid AND t.ctid < '({},0)'::tid",
                part * PAGES,
                (part + 1) * PAGES
            ),
        )
    }

    /// How many rows of the table have no tenant and cannot be given one.
    pub fn orphans(&self, table: &str) -> String {
        format!(
            "SELECT count(*) FROM ONLY {table} WHERE {} IS NULL",
            self.column
        )
    }

    fn update(&self, table: &str, range: &str) -> String {
        let pairs: Vec<String> = self
            .pairs
            .iter()
            .map(|(ours, theirs)| format!("p.{theirs} = t.{ours}"))
            .collect();
        format!(
            "UPDATE ONLY {table} AS t SET {column} = p.{theirs} FROM {parent} AS p\n    WHERE {} AND t.{column} IS NULL AND {range}",
            pairs.join(" AND "),
            column = self.column,
            theirs = self.parent_column,
            parent = self.parent,
        )
    }

    /// All of it as one statement, which commits part by part.
    pub(super) fn block(&self) -> String {
        let mut body =
            String::from("#variable_conflict use_variable\nDECLARE rowhouse_part bigint; BEGIN\n");
        for table in &self.tables {
            let update = self.update(
                table,
                &format!("t.ctid >= format('(%s,0)', rowhouse_part * {PAGES})::tid AND t.ctid < format('(%s,0)', (rowhouse_part + 1) * {PAGES})::tid"),
            );
            let _ = write!(
                body,
                "    FOR rowhouse_part IN 0 .. pg_relation_size({table}) / (current_setting('block_size')::bigint * {PAGES}) LOOP\n\
                 {update};\n    COMMIT;\n    END LOOP;\n",
                table = quote_literal(table),
            );
        }
        body.push_str("END");
        // A name may hold whatever would end the text.
        let mut tag = "rowhouse".to_owned();
        while body.contains(&format!("${tag}")) {
            tag.push('_');
        }
        format!("DO ${tag}$\n{body}\n${tag}$")
    }
}
