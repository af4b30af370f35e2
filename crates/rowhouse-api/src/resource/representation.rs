//! How values of a domain are shown and taken: implicit casts between it and JSON or text, made by functions
//! (`PostgREST`'s documentation, "Domain Representations"). The server itself passes over casts of domains.

use std::collections::HashMap;
use std::sync::Arc;

use postgres_types::Type;
use rowhouse_catalog::{
    ArgumentMode, Cast, CastContext, DataType, Function, FunctionKind, Oid, Privilege, Shape,
    Volatility,
};

use super::computed::qualified;
use super::functions::Source;
use super::{Verdict, Withheld};

/// What casts make of the values of a domain.
#[derive(Debug, Clone, Default)]
pub struct Representation {
    /// The domain as SQL.
    pub domain: String,
    /// To JSON: what is answered.
    pub shown: Option<Conversion>,
    /// From text: how the values of filters are read.
    pub filtered: Option<Conversion>,
    /// From JSON: how the values of a content are read.
    pub written: Option<Conversion>,
}

/// A function of one value.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// `schema.function` as SQL.
    function: String,
    /// The type of its argument as SQL, where it is not the cast's own: of several functions of a name, this one is
    /// meant.
    argument: Option<String>,
    /// The cast's own type as SQL, where the function's result is another that reads as it.
    result: Option<String>,
    /// It may give something else each time.
    volatile: bool,
}

impl Conversion {
    /// What becomes of a value.
    pub(crate) fn of(&self, value: &str) -> String {
        let call = match &self.argument {
            None => format!("{}({value})", self.function),
            Some(ty) => format!("{}(CAST({value} AS {ty}))", self.function),
        };
        match &self.result {
            None => call,
            Some(ty) => format!("CAST({call} AS {ty})"),
        }
    }

    /// What becomes of a value that is the same for all rows. One that is volatile would be called for each of them, and
    /// no index would be used.
    pub(crate) fn once(&self, value: &str) -> String {
        if self.volatile {
            format!("(SELECT {})", self.of(value))
        } else {
            self.of(value)
        }
    }

    /// What becomes of each of an array's texts, as an array.
    pub(crate) fn each(&self, texts: &str) -> String {
        format!(
            "ARRAY(SELECT {} FROM pg_catalog.unnest({texts}) AS u(v))",
            self.of("u.v")
        )
    }
}

/// The representations of a catalog's domains.
#[derive(Debug, Default)]
pub(super) struct Representations {
    by_domain: HashMap<Oid, Found>,
    unused: Vec<Withheld>,
}

/// A domain's casts, and those of them that are left alone.
#[derive(Debug, Default)]
struct Found {
    representation: Arc<Representation>,
    unused: Vec<Withheld>,
}

impl Representations {
    /// Those whose functions the app role may be made to call.
    pub(super) fn find(source: &Source<'_, '_>) -> Self {
        let mut found = Self::default();
        for cast in &source.catalog.casts {
            let Some((domain, way)) = way(source, cast) else {
                continue;
            };
            let function = cast.function;
            let Some(function) = function.and_then(|oid| source.catalog.function_by_oid(oid))
            else {
                continue;
            };
            let of_domain = found.by_domain.entry(domain.oid).or_default();
            match conversion(source, cast, function) {
                Ok(conversion) => {
                    let representation = Arc::make_mut(&mut of_domain.representation);
                    representation.domain = domain.qualified_name();
                    *match way {
                        Way::Shown => &mut representation.shown,
                        Way::Filtered => &mut representation.filtered,
                        Way::Written => &mut representation.written,
                    } = Some(conversion);
                }
                Err(reason) => of_domain.unused.push(Withheld {
                    relation: way.name(domain),
                    reason: format!("{} {reason}", function.qualified_name()),
                    open: false,
                }),
            }
        }
        found
    }

    /// That of a type, where it has one. Takes note of what is left alone of a type that is asked for.
    pub(super) fn of(&mut self, ty: Oid) -> Option<Arc<Representation>> {
        let found = self.by_domain.get_mut(&ty)?;
        self.unused.append(&mut found.unused);
        let is_empty = found.representation.domain.is_empty();
        (!is_empty).then(|| Arc::clone(&found.representation))
    }

    /// The casts that are left alone although a column has their domain, with the reasons.
    pub(super) fn unused(&mut self) -> Vec<Withheld> {
        std::mem::take(&mut self.unused)
    }
}

/// What a cast is for.
#[derive(Debug, Clone, Copy)]
enum Way {
    Shown,
    Filtered,
    Written,
}

impl Way {
    fn name(self, domain: &DataType) -> String {
        let domain = domain.qualified_name();
        match self {
            Self::Shown => format!("the cast of {domain} to json"),
            Self::Filtered => format!("the cast of text to {domain}"),
            Self::Written => format!("the cast of json to {domain}"),
        }
    }
}

/// The domain of a cast that is a part of its representation.
fn way<'c>(source: &Source<'_, 'c>, cast: &Cast) -> Option<(&'c DataType, Way)> {
    let (json, text) = (Oid(Type::JSON.oid()), Oid(Type::TEXT.oid()));
    let (domain, way) = match (cast.source, cast.target) {
        (domain, other) if other == json => (domain, Way::Shown),
        (other, domain) if other == text => (domain, Way::Filtered),
        (other, domain) if other == json => (domain, Way::Written),
        _ => return None,
    };
    let domain = source.catalog.type_of(domain)?;
    let is_domain = matches!(domain.shape, Shape::Domain(_));
    (is_domain && cast.context == CastContext::Implicit).then_some((domain, way))
}

/// The cast's function as it is called; or why it is not.
fn conversion(
    source: &Source<'_, '_>,
    cast: &Cast,
    function: &Function,
) -> Result<Conversion, String> {
    let mut inputs = function
        .arguments
        .iter()
        .filter(|argument| !matches!(argument.mode, ArgumentMode::Out | ArgumentMode::Table));
    let (Some(argument), None) = (inputs.next(), inputs.next()) else {
        return Err("takes more than the value".into());
    };
    if function.kind != FunctionKind::Function || function.set_returning {
        return Err("is no function that gives one value".into());
    }
    let schema = &function.schema;
    let in_reach = schema == "pg_catalog"
        || source
            .access
            .schema(schema)
            .is_some_and(|may| may.has(Privilege::Usage));
    if !in_reach || !source.access.function(function).has(Privilege::Execute) {
        return Err("may not be executed by the service's role".into());
    }
    if source.config.functions.hides(function) {
        return Err("is hidden by [api.functions]".into());
    }
    let functions = &source.config.functions;
    if function.security_definer && !functions.allows_definer(function, &source.config.schemas) {
        let reason = "runs as its owner, whom policies may not bind; name it in `definer` of \
                      [api.functions] if it keeps tenants apart by itself";
        return Err(reason.into());
    }
    match source.exposure.function(function) {
        Verdict::Protected => {}
        Verdict::Unprotected(reason) | Verdict::Open(reason) => {
            return Err(format!("is not called: {reason}"));
        }
    }
    let other = |own: Oid, cast: Oid, wanted: Oid| {
        let ty = source.catalog.type_of(wanted);
        let ty = ty.filter(|_| own != cast).map(DataType::qualified_name);
        (own == cast || ty.is_some()).then_some(ty)
    };
    let types = other(argument.type_oid, cast.source, argument.type_oid).zip(other(
        function.returns,
        cast.target,
        cast.target,
    ));
    let Some((argument, result)) = types else {
        return Err("has types that the catalog does not know".into());
    };
    Ok(Conversion {
        function: qualified(function),
        argument,
        result,
        volatile: function.volatility == Volatility::Volatile,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_that_is_meant_is_called() {
        let mut conversion = Conversion {
            function: "public.color".into(),
            argument: None,
            result: None,
            volatile: false,
        };
        assert_eq!(conversion.of("$1"), "public.color($1)");
        assert_eq!(conversion.once("$1"), "public.color($1)");
        conversion.volatile = true;
        assert_eq!(conversion.once("$1"), "(SELECT public.color($1))");
        conversion.argument = Some("pg_catalog.int4".into());
        conversion.result = Some("pg_catalog.json".into());
        assert_eq!(
            conversion.of("t1.color"),
            "CAST(public.color(CAST(t1.color AS pg_catalog.int4)) AS pg_catalog.json)"
        );
    }
}
