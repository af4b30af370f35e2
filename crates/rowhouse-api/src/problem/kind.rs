//! The kinds of problem there are.

use http::StatusCode;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $status:ident, $code:literal, $slug:literal, $title:literal;)+) => {
        /// What kind of problem it is. Each has a `type` that stays as it is for good: programs
        /// may tell problems apart by it. We own no domain, so the types are names, not addresses.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $kind,)+
        }

        impl Kind {
            /// All of them, for descriptions of the service.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The `type` of the document.
            pub fn uri(self) -> &'static str {
                match self { $(Self::$kind => concat!("urn:rowhouse:problem:", $slug),)+ }
            }

            /// The `title`, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)+ }
            }

            /// The `code` that clients of `PostgREST` know it by; of our own, where those know none.
            pub fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)+ }
            }

            /// The HTTP status.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status,)+ }
            }
        }
    };
}

kinds! {
    /// The request does not say whose it is.
    MissingTenant = BAD_REQUEST, "RH001", "missing-tenant", "No tenant";
    /// What says whose request it is cannot be a tenant's id.
    InvalidTenant = BAD_REQUEST, "RH002", "invalid-tenant", "Not a tenant id";
    /// The request says nothing of who it comes from.
    Unauthenticated = UNAUTHORIZED, "PGRST302", "unauthenticated", "Not authenticated";
    /// A token that is not believed.
    InvalidToken = UNAUTHORIZED, "PGRST301", "invalid-token", "Token not accepted";
    /// An API key that is not believed.
    InvalidApiKey = UNAUTHORIZED, "RH015", "invalid-api-key", "API key not accepted";
    /// The caller may not act for the tenant.
    NotForCaller = FORBIDDEN, "RH016", "not-for-caller", "Not allowed to this caller";
    /// What says whose request it is says two things.
    Disagreement = BAD_REQUEST, "RH017", "identities-disagree", "Two tenants at once";
    /// Nobody can say at the moment who the caller is, or what it may.
    IdentityUnavailable = SERVICE_UNAVAILABLE, "RH018", "identity-unavailable", "Identity not available";
    /// A parameter that is not understood.
    InvalidRequest = BAD_REQUEST, "PGRST100", "invalid-request", "Request not understood";
    /// The query string is too long.
    RequestTooLong = URI_TOO_LONG, "RH003", "request-too-long", "Request too long";
    /// The head of the request is too large.
    HeadTooLarge = REQUEST_HEADER_FIELDS_TOO_LARGE, "RH004", "head-too-large", "Headers too large";
    /// The content of the request is too large.
    ContentTooLarge = PAYLOAD_TOO_LARGE, "RH005", "content-too-large", "Content too large";
    /// The content of the request did not come, or not all of it, in time.
    ContentTimeout = REQUEST_TIMEOUT, "RH008", "content-timeout", "Content took too long";
    /// The content of the request cannot be read.
    InvalidContent = BAD_REQUEST, "PGRST102", "invalid-content", "Content not understood";
    /// The content is encoded in a way that nobody undoes.
    UnsupportedEncoding = UNSUPPORTED_MEDIA_TYPE, "RH019", "unsupported-encoding", "Content encoded";
    /// The message is encoded in a way that nobody undoes.
    UnsupportedTransfer = NOT_IMPLEMENTED, "RH020", "unsupported-transfer", "Transfer encoded";
    /// No such resource.
    UnknownResource = NOT_FOUND, "PGRST205", "unknown-resource", "No such resource";
    /// No such column.
    UnknownColumn = BAD_REQUEST, "42703", "unknown-column", "No such column";
    /// No foreign key leads there.
    UnknownRelationship = BAD_REQUEST, "PGRST200", "unknown-relationship", "No such relationship";
    /// Several foreign keys lead there (300, as in `PostgREST`).
    AmbiguousRelationship = MULTIPLE_CHOICES, "PGRST201", "ambiguous-relationship", "More than one relationship";
    /// No function takes these arguments.
    UnknownFunction = NOT_FOUND, "PGRST202", "unknown-function", "No such function";
    /// Several functions take these arguments (300, as in `PostgREST`).
    AmbiguousFunction = MULTIPLE_CHOICES, "PGRST203", "ambiguous-function", "More than one function";
    /// The range of rows is none there is.
    UnsatisfiableRange = RANGE_NOT_SATISFIABLE, "PGRST103", "unsatisfiable-range", "No such rows";
    /// One row was asked for, and there is none or more than one.
    NotSingular = NOT_ACCEPTABLE, "PGRST116", "not-singular", "Not exactly one row";
    /// A schema that is not served.
    UnknownSchema = NOT_ACCEPTABLE, "PGRST106", "unknown-schema", "No such schema";
    /// The operator or function is not there for these types.
    UnknownOperation = NOT_FOUND, "42883", "unknown-operation", "No such operation";
    /// What a function of the database raised on purpose.
    Raised = BAD_REQUEST, "P0001", "raised", "Refused by the database";
    /// A method the resource does not have.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "PGRST117", "method-not-allowed", "Method not allowed";
    /// None of the accepted media types can be had.
    NotAcceptable = NOT_ACCEPTABLE, "PGRST107", "not-acceptable", "No acceptable media type";
    /// A request from another site, or for another host.
    Misdirected = FORBIDDEN, "RH006", "misdirected", "Request from elsewhere";
    /// The database refuses it to the service's role.
    Forbidden = FORBIDDEN, "42501", "forbidden", "Not allowed";
    /// A value that its column or a cast cannot take.
    InvalidValue = BAD_REQUEST, "22023", "invalid-value", "Value not accepted";
    /// A constraint stands against it.
    Conflict = CONFLICT, "23505", "conflict", "Conflict with other rows";
    /// A change of every row, which nobody allowed.
    Unfiltered = BAD_REQUEST, "21000", "unfiltered", "No filter";
    /// A row of another tenant was to be written.
    ForeignTenant = FORBIDDEN, "RH009", "foreign-tenant", "Another tenant";
    /// More rows would be touched than the client wants.
    TooManyRows = BAD_REQUEST, "PGRST124", "too-many-rows", "Too many rows";
    /// The `Idempotency-Key` is none.
    InvalidKey = BAD_REQUEST, "RH010", "invalid-idempotency-key", "Not an idempotency key";
    /// The `Idempotency-Key` was used for another request.
    ReusedKey = UNPROCESSABLE_ENTITY, "RH011", "reused-idempotency-key", "Idempotency key used before";
    /// A request with this `Idempotency-Key` is under way, or nobody knows what became of it.
    UnsettledKey = CONFLICT, "RH012", "unsettled-idempotency-key", "Idempotency key unsettled";
    /// It met another transaction; the same request may go through now.
    Retry = SERVICE_UNAVAILABLE, "RH007", "retry", "Try again";
    /// Too much asked at once of the service or the database.
    Overloaded = SERVICE_UNAVAILABLE, "PGRST003", "overloaded", "Too busy";
    /// The database is not there.
    DatabaseUnavailable = SERVICE_UNAVAILABLE, "PGRST000", "database-unavailable", "Database not available";
    /// Nobody knows whether it was written.
    OutcomeUnknown = GATEWAY_TIMEOUT, "RH013", "outcome-unknown", "Outcome not known";
    /// It took longer than allowed.
    Timeout = GATEWAY_TIMEOUT, "57014", "timeout", "Took too long";
    /// Ours to mend.
    Internal = INTERNAL_SERVER_ERROR, "PGRSTX00", "internal", "Internal error";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn types_are_distinct() {
        let types: HashSet<&str> = Kind::ALL.iter().map(|kind| kind.uri()).collect();
        assert_eq!(types.len(), Kind::ALL.len());
    }
}
