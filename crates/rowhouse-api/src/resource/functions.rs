//! From the catalog's functions to those that are served.

use std::collections::HashMap;

use postgres_types::Type;
use rowhouse_catalog::{
    Access, ArgumentMode, Catalog, Column as CatalogColumn, FunctionKind, Oid, Privilege, Shape,
    Volatility, quote_ident,
};

use super::function::{Argument, Function, Gives, Media, Minds, VALUE};
use super::types::Types;
use super::{BuildError, Column, Exposure, Resource, Resources, Verdict, Withheld, Writing};
use super::{hoisted, pre_request};
use crate::config::{ApiConfig, is_called};

/// The setting that holds the request's cookies.
const COOKIES: &str = "request.cookies";
/// The others by which a function reads the head of a request, and says the head of an answer.
const HEADS: [&str; 5] = [
    "request.method",
    "request.path",
    "request.headers",
    "response.status",
    "response.headers",
];

/// What resources are built of.
pub(super) struct Source<'a, 'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) config: &'a ApiConfig,
    pub(super) exposure: &'a dyn Exposure,
    pub(super) access: &'a Access<'c>,
}

impl Resources {
    /// Finds the functions in the served schemas that the app role may call. `places` are the
    /// resources by their relations' numbers.
    pub(super) fn call(
        &mut self,
        source: &Source<'_, '_>,
        types: &mut Types<'_>,
        places: &HashMap<Oid, usize>,
    ) -> Result<(), BuildError> {
        check_names(source)?;
        for schema in &source.config.schemas {
            let functions = source.catalog.functions.iter().filter(|function| {
                function.schema == *schema
                    && function.kind == FunctionKind::Function
                    && function.extension.is_none()
                    && source.access.function(function).has(Privilege::Execute)
                    && !source.config.functions.hides(function)
            });
            for function in functions {
                let Some(made) = self.function(source, function, types, places) else {
                    continue;
                };
                match withheld(source, function) {
                    Some(withheld) => self.withheld.push(withheld),
                    None => self.add_function(made),
                }
            }
        }
        Ok(())
    }

    fn add_function(&mut self, function: Function) {
        let key = (function.schema.clone(), function.name.clone());
        self.by_name
            .entry(key)
            .or_default()
            .push(self.functions.len());
        self.functions.push(function);
    }

    /// The function as it would be served; none for one that cannot be called by a statement of
    /// ours: of a trigger, or of types that only signatures have.
    fn function(
        &self,
        source: &Source<'_, '_>,
        function: &rowhouse_catalog::Function,
        types: &mut Types<'_>,
        places: &HashMap<Oid, usize>,
    ) -> Option<Function> {
        let inputs: Vec<_> = function
            .arguments
            .iter()
            .filter(|argument| !matches!(argument.mode, ArgumentMode::Out | ArgumentMode::Table))
            .collect();
        let defaults = usize::try_from(function.defaults).unwrap_or_default();
        let first_default = inputs.len().saturating_sub(defaults);
        let arguments = inputs.iter().enumerate().map(|(at, argument)| {
            let ty = source.catalog.type_of(argument.type_oid)?;
            if matches!(ty.shape, Shape::Pseudo) {
                return None;
            }
            let name = argument.name.clone().unwrap_or_default();
            Some(Argument {
                sql: quote_ident(&name),
                name,
                ty: ty.qualified_name(),
                shown: ty.formatted.clone(),
                data_type: types.get(argument.type_oid),
                required: at < first_default,
                variadic: argument.mode == ArgumentMode::Variadic,
            })
        });
        let arguments = arguments.collect::<Option<Vec<_>>>()?;
        // What has no name cannot be given, save the content as a whole.
        let unnamed = |argument: &Argument| argument.name.is_empty() && argument.required;
        if !takes_content(&arguments) && arguments.iter().any(unnamed) {
            return None;
        }
        let (gives, rows) = self.result(source, function, types, places)?;
        let key = match relation(source, function).and_then(|oid| places.get(&oid)) {
            Some(&place) if gives == Gives::Rows => self.list[place].key.clone(),
            _ => Vec::new(),
        };
        Some(Function {
            name: function.name.clone(),
            schema: function.schema.clone(),
            sql: super::computed::qualified(function),
            arguments,
            gives,
            many: function.set_returning,
            rows,
            key,
            volatile: function.volatility == Volatility::Volatile,
            timeout: hoisted::timeout(function),
            minds: minds(function),
            media: media(source.catalog, function),
            comment: function.comment.clone(),
        })
    }

    fn result(
        &self,
        source: &Source<'_, '_>,
        function: &rowhouse_catalog::Function,
        types: &mut Types<'_>,
        places: &HashMap<Oid, usize>,
    ) -> Option<(Gives, Resource)> {
        let outputs: Vec<(String, Oid)> = function
            .arguments
            .iter()
            .filter(|argument| {
                use ArgumentMode::{InOut, Out, Table};
                matches!(argument.mode, InOut | Out | Table)
            })
            .enumerate()
            .map(|(at, argument)| {
                let name = argument.name.clone();
                (
                    name.unwrap_or_else(|| format!("column{}", at + 1)),
                    argument.type_oid,
                )
            })
            .collect();
        let plain = |columns| Resource::of_rows(&function.schema, &function.name, columns);
        let returned = source
            .catalog
            .type_of(base(source.catalog, function.returns));
        if let Some(Shape::Composite {
            relation,
            attributes,
        }) = returned.map(|ty| &ty.shape)
            && outputs.len() < 2
        {
            if let Some(&place) = places.get(relation) {
                return Some((Gives::Rows, self.list[place].returned()));
            }
            let columns = if attributes.is_empty() {
                &source.catalog.relation_by_oid(*relation)?.columns
            } else {
                attributes
            };
            let columns = columns.iter().map(|column| field(column, types));
            return Some((Gives::Rows, plain(columns.collect())));
        }
        if !outputs.is_empty() {
            let columns = outputs
                .iter()
                .map(|(name, oid)| typed(source, name, *oid, types));
            return Some((Gives::Outputs, plain(columns.collect())));
        }
        match returned {
            Some(ty) if ty.name == "void" && ty.oid.is_builtin() => {
                Some((Gives::Nothing, plain(Vec::new())))
            }
            // Rows whose columns only the call knows; the server prints them.
            Some(ty) if ty.name == "record" && ty.oid.is_builtin() => {
                let value = column(VALUE, None, "record", types);
                Some((Gives::Value, plain(vec![value])))
            }
            Some(ty) if matches!(ty.shape, Shape::Pseudo) => None,
            None => None,
            Some(_) => {
                let value = typed(source, VALUE, function.returns, types);
                Some((Gives::Value, plain(vec![value])))
            }
        }
    }
}

/// The relation whose rows a function gives, where its result is the type of one.
fn relation(source: &Source<'_, '_>, function: &rowhouse_catalog::Function) -> Option<Oid> {
    let returned = base(source.catalog, function.returns);
    match source.catalog.type_of(returned)?.shape {
        Shape::Composite { relation, .. } => Some(relation),
        _ => None,
    }
}

/// What a function is told, by the settings that its own text names.
pub(super) fn minds(function: &rowhouse_catalog::Function) -> Minds {
    let sql_body = function.sql_body.as_deref().unwrap_or_default();
    let names = |setting| function.body.contains(setting) || sql_body.contains(setting);
    if names(COOKIES) {
        Minds::Cookies
    } else if HEADS.into_iter().any(names) {
        Minds::Head
    } else {
        Minds::Nothing
    }
}

/// Whether the content as a whole is the only argument.
fn takes_content(arguments: &[Argument]) -> bool {
    const WHOLE: [Type; 5] = [Type::JSON, Type::JSONB, Type::TEXT, Type::XML, Type::BYTEA];
    let [argument] = arguments else {
        return false;
    };
    let ty = argument.data_type.as_ref();
    argument.name.is_empty() && ty.is_some_and(|ty| WHOLE.contains(ty))
}

/// Why a function is not served, where it is not.
pub(super) fn withheld(
    source: &Source<'_, '_>,
    function: &rowhouse_catalog::Function,
) -> Option<Withheld> {
    let (reason, open) = if function.security_definer
        && !source
            .config
            .functions
            .allows_definer(function, &source.config.schemas)
    {
        let reason = "it runs as its owner, whom policies may not bind; name it in `definer` of \
                      [api.functions] if it keeps tenants apart by itself";
        (reason.to_owned(), false)
    } else {
        match source.exposure.function(function) {
            Verdict::Protected => return None,
            Verdict::Unprotected(reason) => (reason, false),
            Verdict::Open(reason) => (reason, true),
        }
    };
    Some(Withheld {
        relation: function.qualified_name(),
        reason,
        open,
    })
}

/// Every function that the configuration names must be there.
fn check_names(source: &Source<'_, '_>) -> Result<(), BuildError> {
    let known = |name: &String| {
        let functions = source.catalog.functions.iter();
        let mut served = functions.filter(|function| {
            let casts = &mut source.catalog.casts.iter();
            source.config.schemas.contains(&function.schema)
                || pre_request::is_meant(source.config, function)
                || casts.any(|cast| cast.function == Some(function.oid))
        });
        served.any(|function| is_called(function, name))
    };
    let functions = &source.config.functions;
    for (key, names) in [
        ("api.functions.definer", &functions.definer),
        ("api.functions.trusted", &functions.trusted),
        ("api.functions.hidden", &functions.hidden),
    ] {
        if let Some(name) = names.iter().find(|name| !known(name)) {
            let name = name.clone();
            return Err(BuildError::UnknownFunction { key, name });
        }
    }
    Ok(())
}

/// What a domain narrows, or the type itself.
fn base(catalog: &Catalog, mut oid: Oid) -> Oid {
    while let Some(Shape::Domain(domain)) = catalog.type_of(oid).map(|ty| &ty.shape) {
        oid = domain.base;
    }
    oid
}

/// The media type that a function's value is of, by the name of its domain (`PostgREST`'s documentation, "Media Type
/// Handlers").
pub(super) fn media(catalog: &Catalog, function: &rowhouse_catalog::Function) -> Option<Media> {
    let domain = catalog.type_of(function.returns)?;
    let (ty, subtype) = domain.name.split_once('/')?;
    let is_token = |text: &str| {
        let sign = |b: u8| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b);
        !text.is_empty() && text.bytes().all(sign)
    };
    let is_name = domain.name == "*/*" || is_token(ty) && is_token(subtype);
    let is_domain = matches!(domain.shape, Shape::Domain(_));
    if !is_domain || function.set_returning || !is_name {
        return None;
    }
    let base = catalog.type_of(base(catalog, function.returns))?;
    let binary = match base.name.as_str() {
        _ if !base.oid.is_builtin() => return None,
        "bytea" => true,
        "text" | "varchar" | "bpchar" | "json" | "jsonb" | "xml" => false,
        _ => return None,
    };
    Some(Media {
        name: domain.name.to_ascii_lowercase(),
        binary,
    })
}

fn field(field: &CatalogColumn, types: &mut Types<'_>) -> Column {
    let ty = types.get(field.type_oid);
    Column {
        comment: field.comment.clone(),
        ..column(&field.name, ty, &field.formatted_type, types)
    }
}

fn typed(source: &Source<'_, '_>, name: &str, oid: Oid, types: &mut Types<'_>) -> Column {
    let shown = source.catalog.type_of(oid).map(|ty| ty.formatted.as_str());
    let ty = types.get(oid);
    column(name, ty, shown.unwrap_or_default(), types)
}

fn column(name: &str, ty: Option<postgres_types::Type>, shown: &str, types: &Types<'_>) -> Column {
    Column {
        name: name.to_owned(),
        sql: quote_ident(name),
        decoder: types.decoder(ty.as_ref()),
        ty,
        not_null: false,
        shown: shown.to_owned(),
        comment: None,
        function: None,
        representation: None,
    }
}

impl Resource {
    /// Rows that no relation has.
    fn of_rows(schema: &str, name: &str, columns: Vec<Column>) -> Self {
        Self {
            name: name.to_owned(),
            schema: schema.to_owned(),
            sql: String::new(),
            relation: name.to_owned(),
            shared: false,
            columns,
            computed: Vec::new(),
            key: Vec::new(),
            links: Vec::new(),
            select: None,
            order: None,
            comment: None,
            writing: Writing::default(),
            handlers: Vec::new(),
        }
    }

    /// Its rows as a function gives them: in the function's order, and as many as it likes of one
    /// key.
    fn returned(&self) -> Self {
        Self {
            key: Vec::new(),
            select: None,
            order: None,
            ..self.clone()
        }
    }
}
