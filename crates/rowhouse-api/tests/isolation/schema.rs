//! Eight related tables and the tenants, as data: the database and the model are both made of it. Each of the tables has a
//! view that shows all of it but the tenant.

use std::fmt::Write;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Bool,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    /// The table whose `id` it holds, of the same tenant.
    pub(crate) to: Option<&'static str>,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Beside the tenant's.
    pub(crate) columns: &'static [Column],
    /// The primary key, beside the tenant's column.
    pub(crate) key: &'static [&'static str],
    /// Columns whose values differ within a tenant.
    pub(crate) unique: &'static [&'static str],
}

const fn int(name: &'static str) -> Column {
    column(name, Kind::Int, false, None)
}

const fn maybe(name: &'static str) -> Column {
    column(name, Kind::Int, true, None)
}

const fn text(name: &'static str) -> Column {
    column(name, Kind::Text, false, None)
}

const fn flag(name: &'static str) -> Column {
    column(name, Kind::Bool, false, None)
}

const fn to(name: &'static str, table: &'static str) -> Column {
    column(name, Kind::Int, false, Some(table))
}

const fn maybe_to(name: &'static str, table: &'static str) -> Column {
    column(name, Kind::Int, true, Some(table))
}

const fn column(
    name: &'static str,
    kind: Kind,
    nullable: bool,
    to: Option<&'static str>,
) -> Column {
    Column {
        name,
        kind,
        nullable,
        to,
    }
}

/// Numbers that functions of casts show and read, as they would be without.
const NUMBER: &str = "CREATE DOMAIN number AS int;
    CREATE FUNCTION shown(number) RETURNS json STABLE LANGUAGE sql AS 'SELECT to_json($1::int)';
    CREATE FUNCTION number(text) RETURNS number VOLATILE LANGUAGE sql AS 'SELECT $1::int';
    CREATE FUNCTION number(json) RETURNS number IMMUTABLE LANGUAGE sql AS 'SELECT ($1 #>> ''{}'')::int';
    CREATE CAST (number AS json) WITH FUNCTION shown(number) AS IMPLICIT;
    CREATE CAST (text AS number) WITH FUNCTION number(text) AS IMPLICIT;
    CREATE CAST (json AS number) WITH FUNCTION number(json) AS IMPLICIT;";

const ID: &[&str] = &["id"];

/// Those that refer to others come behind them.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "customers",
        columns: &[int("id"), text("name"), maybe("level")],
        key: ID,
        unique: &["name"],
    },
    Table {
        name: "people",
        columns: &[int("id"), text("name"), maybe_to("boss_id", "people")],
        key: ID,
        unique: &["name"],
    },
    Table {
        name: "projects",
        columns: &[
            int("id"),
            to("customer_id", "customers"),
            text("name"),
            maybe("budget"),
        ],
        key: ID,
        unique: &[],
    },
    Table {
        name: "tasks",
        columns: &[
            int("id"),
            to("project_id", "projects"),
            text("title"),
            flag("done"),
            maybe("priority"),
        ],
        key: ID,
        unique: &[],
    },
    Table {
        name: "assignments",
        columns: &[
            to("task_id", "tasks"),
            to("person_id", "people"),
            maybe("share"),
        ],
        key: &["task_id", "person_id"],
        unique: &[],
    },
    Table {
        name: "comments",
        columns: &[
            int("id"),
            to("task_id", "tasks"),
            maybe_to("author_id", "people"),
            text("body"),
        ],
        key: ID,
        unique: &[],
    },
    Table {
        name: "invoices",
        columns: &[
            int("id"),
            to("customer_id", "customers"),
            maybe("total"),
            flag("paid"),
        ],
        key: ID,
        unique: &[],
    },
    Table {
        name: "lines",
        columns: &[
            int("id"),
            to("invoice_id", "invoices"),
            text("words"),
            int("amount"),
        ],
        key: ID,
        unique: &[],
    },
];

pub(crate) fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).unwrap()
}

/// Ids are the same in every tenant, so that whatever looks at an id alone meets everybody's rows.
pub(crate) fn sql(tenants: &[String]) -> String {
    let mut sql = String::from("CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);");
    sql.push_str(NUMBER);
    for (place, table) in TABLES.iter().enumerate() {
        let Table {
            name,
            columns,
            key,
            unique,
        } = table;
        let _ = write!(
            sql,
            "CREATE TABLE {name} (tenant_id uuid NOT NULL REFERENCES tenants"
        );
        for column in *columns {
            let ty = match column.kind {
                Kind::Int if place % 2 == 0 => "number",
                Kind::Int => "int",
                Kind::Text => "text",
                Kind::Bool => "boolean",
            };
            let null = if column.nullable { "" } else { " NOT NULL" };
            let _ = write!(sql, ", {} {ty}{null}", column.name);
        }
        let _ = write!(sql, ", PRIMARY KEY (tenant_id, {})", key.join(", "));
        for column in *unique {
            let _ = write!(sql, ", UNIQUE (tenant_id, {column})");
        }
        for column in *columns {
            if let Some(target) = column.to {
                let _ = write!(
                    sql,
                    ", FOREIGN KEY (tenant_id, {}) REFERENCES {target} (tenant_id, id)",
                    column.name
                );
            }
        }
        sql.push_str(");");
    }
    for (name, column) in TABLES
        .iter()
        .map(|table| (table.name, "tenant_id"))
        .chain([("tenants", "id")])
    {
        let _ = write!(
            sql,
            "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
             CREATE POLICY tenant_isolation ON {name}
                 USING ({column} = (SELECT current_setting('app.current_tenant_id')::uuid));
             GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO rowhouse_app;"
        );
    }
    for Table { name, columns, .. } in TABLES {
        let columns: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let _ = write!(
            sql,
            "CREATE VIEW {name}_v WITH (security_invoker) AS SELECT {} FROM {name};
             GRANT SELECT ON {name}_v TO rowhouse_app;",
            columns.join(", ")
        );
    }
    sql.push_str(
        "CREATE FUNCTION open_tasks() RETURNS bigint LANGUAGE sql STABLE
             AS 'SELECT count(*) FROM tasks WHERE NOT done';
         CREATE FUNCTION tasks_in(project int) RETURNS SETOF tasks LANGUAGE sql STABLE
             AS 'SELECT * FROM tasks WHERE project_id = project';
         CREATE FUNCTION finish_tasks(project int) RETURNS SETOF tasks LANGUAGE sql VOLATILE
             AS 'UPDATE tasks SET done = true WHERE project_id = project RETURNING *';",
    );
    for (number, tenant) in tenants.iter().enumerate() {
        let _ = write!(
            sql,
            "SET app.current_tenant_id = '{tenant}'; INSERT INTO tenants VALUES ('{tenant}', '{}');",
            crate::marker(number)
        );
    }
    sql.push_str("RESET app.current_tenant_id;");
    sql
}
