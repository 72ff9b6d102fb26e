//! Every fault that leaves the server, as a problem document. Status codes stand nowhere else.

use std::any::Any;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gobid_api::accounts::Scope;
use gobid_api::bids::BidResult;
use gobid_api::problem::{ErrorCode, Facts, FieldErrors};
use gobid_store::StoreError;

use crate::http::limits::Limited;
use crate::hub::{Answer, Refusal};
use crate::passwords::PasswordError;

/// When to try again what the server cannot do now.
const RETRY_SOON: Duration = Duration::from_secs(1);

/// A fault, and what its answer says.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// Values are not what they must be.
    Invalid(FieldErrors),
    /// The request, or the JSON in its body, is not what it must be.
    MalformedJson(String),
    /// An id in the path is not one.
    MalformedId,
    /// Nobody is logged in.
    Unauthenticated,
    /// E-mail or password is wrong.
    InvalidCredentials,
    /// The CSRF token is missing, or not the caller's.
    CsrfTokenInvalid,
    /// Another site's page sent the request.
    ForeignOrigin,
    /// The caller is no admin.
    Forbidden,
    /// An API token may not do this: it lacks a scope, or only whoever is logged in may.
    OutOfScope(Option<Scope>),
    /// The API token is none, was revoked, or has ended by itself.
    TokenEnded,
    /// An admin would do this to himself.
    NotToOneself,
    /// Nobody may sign up by himself.
    RegistrationClosed,
    /// An admin has suspended the caller.
    Suspended,
    /// There is no such thing, or path.
    NotFound(&'static str),
    /// Something of that name is there already.
    AlreadyExists(FieldErrors),
    /// Too many requests.
    RateLimited(Limited),
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The body is too large.
    PayloadTooLarge,
    /// The body did not arrive in time.
    RequestTimeout,
    /// The hub refused a bid or an order.
    Refused(Box<Refusal>),
    /// The server cannot do this now.
    Unavailable(Box<Facts>),
    /// The server is not ready to do its work.
    NotReady(String),
    /// The database failed, or is away.
    Store(StoreError),
    /// A fault of the server, in the words of its log.
    Internal(String),
}

/// What a problem document will say; in the extensions of a response until the outermost layer
/// writes it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) code: ErrorCode,
    pub(super) detail: String,
    pub(super) facts: Facts,
}

impl ApiError {
    /// A value that is not what it must be.
    pub(crate) fn invalid(field: &str, why: impl Into<String>) -> Self {
        Self::Invalid([(field.to_owned(), vec![why.into()])].into())
    }

    /// The server cannot do this now.
    pub(crate) fn unavailable() -> Self {
        Self::Unavailable(Box::default())
    }

    /// The code, the sentence and the facts, for whoever answers on a socket.
    pub(crate) fn words(self) -> (ErrorCode, String, Facts) {
        let Told { code, detail, facts } = self.told();
        (code, detail, facts)
    }

    fn told(self) -> Told {
        use ErrorCode as Code;
        let (code, detail) = match self {
            Self::Invalid(errors) => return told_of_fields(Code::ValidationFailed, errors),
            Self::AlreadyExists(errors) => return told_of_fields(Code::AlreadyExists, errors),
            Self::Refused(refusal) => {
                let Refusal { code, detail, facts } = *refusal;
                return Told { code, detail, facts };
            }
            Self::Unavailable(facts) => return told_of_unavailable(*facts),
            Self::Store(why) if why.is_away() => {
                tracing::warn!(error = ?why, "the database is away");
                return told_of_unavailable(Facts::default());
            }
            Self::Store(why) => return told_of_fault(&format!("{why:?}")),
            Self::Internal(why) => return told_of_fault(&why),
            Self::RateLimited(limited) => return told_of_limit(&limited),
            Self::NotReady(why) => {
                return Told { detail: why, ..told_of_unavailable(Facts::default()) };
            }
            Self::MalformedJson(why) => (Code::MalformedJson, why),
            Self::NotFound(what) => (Code::NotFound, format!("there is no such {what}")),
            Self::MalformedId => (Code::MalformedId, MALFORMED_ID.to_owned()),
            Self::Unauthenticated => (Code::Unauthenticated, UNAUTHENTICATED.to_owned()),
            Self::InvalidCredentials => (Code::InvalidCredentials, CREDENTIALS.to_owned()),
            Self::CsrfTokenInvalid => (Code::CsrfTokenInvalid, CSRF_TOKEN.to_owned()),
            Self::ForeignOrigin => (Code::Forbidden, FOREIGN_ORIGIN.to_owned()),
            Self::Forbidden => (Code::Forbidden, ADMINS_ONLY.to_owned()),
            Self::OutOfScope(Some(scope)) => (Code::Forbidden, lacks(scope)),
            Self::OutOfScope(None) => (Code::Forbidden, LOGIN_ONLY.to_owned()),
            Self::TokenEnded => (Code::Unauthenticated, TOKEN_ENDED.to_owned()),
            Self::NotToOneself => (Code::Forbidden, NOT_TO_ONESELF.to_owned()),
            Self::RegistrationClosed => (Code::RegistrationClosed, CLOSED.to_owned()),
            Self::Suspended => (Code::Suspended, SUSPENDED.to_owned()),
            Self::UnsupportedMediaType => (Code::UnsupportedMediaType, MEDIA_TYPE.to_owned()),
            Self::PayloadTooLarge => (Code::PayloadTooLarge, TOO_LARGE.to_owned()),
            Self::RequestTimeout => (Code::RequestTimeout, TOO_SLOW.to_owned()),
        };
        Told { code, detail, facts: Facts::default() }
    }
}

const MALFORMED_ID: &str = "an id is a UUID, such as 0190b0a0-0000-7000-8000-000000000001";
const UNAUTHENTICATED: &str = "log in first: POST /api/v1/users/loginuser";
const CREDENTIALS: &str = "no user has this e-mail and this password";
const CSRF_TOKEN: &str = "send the csrf_token of GET /api/v1/csrftoken, or of the login, as the \
                          header X-CSRF-Token, together with the cookie that came with it";
const FOREIGN_ORIGIN: &str = "the request comes from a page of another site; if that page is the \
                              server's own, start the server with --base-url naming its address, \
                              or with --allowed-origins naming the page's";
const ADMINS_ONLY: &str = "only an admin may do this";
const LOGIN_ONLY: &str = "an API token may not do this: log in, and use the session's cookie";
const TOKEN_ENDED: &str = "the API token is not one, was revoked or has ended: make another one";
const NOT_TO_ONESELF: &str = "an admin does not do this to himself: let another one do it";
const CLOSED: &str = "nobody may sign up here by himself: ask an admin for an account";
const SUSPENDED: &str = "an admin has suspended this account";
const MEDIA_TYPE: &str = "send the body as application/json";
const TOO_LARGE: &str = "the body may have 64 KiB at most";
const TOO_SLOW: &str = "the body did not arrive within 10 seconds: send it again";
pub(super) const UNAVAILABLE: &str = "the server cannot do this now: try again in a moment";

fn told_of_fields(code: ErrorCode, errors: FieldErrors) -> Told {
    let sentences = errors
        .iter()
        .flat_map(|(field, whys)| whys.iter().map(move |why| format!("{field} {why}")));
    let detail = sentences.collect::<Vec<_>>().join("; ");
    Told { code, detail, facts: Facts { errors: Some(errors), ..Facts::default() } }
}

fn told_of_unavailable(facts: Facts) -> Told {
    let facts = Facts { retry_after_ms: facts.retry_after_ms.or(millis(RETRY_SOON)), ..facts };
    Told { code: ErrorCode::Unavailable, detail: UNAVAILABLE.to_owned(), facts }
}

fn told_of_limit(limited: &Limited) -> Told {
    let facts = Facts { retry_after_ms: millis(limited.retry_after), ..Facts::default() };
    let detail = limited.to_string();
    Told { code: ErrorCode::RateLimited, detail, facts }
}

fn lacks(scope: Scope) -> String {
    format!("the API token lacks the scope {}: make one that has it", scope.as_str())
}

fn told_of_fault(why: &str) -> Told {
    tracing::error!(error = ?why, "a request failed");
    let detail = "a fault of the server; its log has the trace id".to_owned();
    Told { code: ErrorCode::Internal, detail, facts: Facts::default() }
}

fn millis(span: Duration) -> Option<u64> {
    u64::try_from(span.as_millis()).ok()
}

impl From<StoreError> for ApiError {
    fn from(why: StoreError) -> Self {
        Self::Store(why)
    }
}

impl From<Limited> for ApiError {
    fn from(limited: Limited) -> Self {
        Self::RateLimited(limited)
    }
}

impl From<PasswordError> for ApiError {
    fn from(why: PasswordError) -> Self {
        match why {
            PasswordError::Busy => Self::unavailable(),
            PasswordError::Failed(why) => Self::Internal(why),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let policy = match &self {
            Self::RateLimited(limited) => Some(limited.headers()),
            _ => None,
        };
        let told = self.told();
        let mut response = status(told.code).into_response();
        response.headers_mut().extend(policy.into_iter().flatten());
        response.extensions_mut().insert(told);
        response
    }
}

/// The status that goes with a code.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer to a request whose handler panicked.
pub(crate) fn of_panic(panic: Box<dyn Any + Send>) -> Response {
    let why = panic.downcast::<String>().map_or_else(
        |panic| panic.downcast_ref::<&str>().copied().unwrap_or("no words").to_owned(),
        |why| *why,
    );
    ApiError::Internal(format!("panicked: {why}")).into_response()
}

/// The result of a bid that was accepted, and whether it had been before; else why not.
pub(crate) fn accepted(answer: Answer) -> Result<(BidResult, bool), ApiError> {
    match answer {
        Answer::Accepted { result, repeated } => Ok((result, repeated)),
        answer => Err(ApiError::from(answer)),
    }
}

/// Nothing, when an order was carried out; else why not.
pub(crate) fn done(answer: Answer) -> Result<(), ApiError> {
    match answer {
        Answer::Done => Ok(()),
        answer => Err(ApiError::from(answer)),
    }
}

impl From<Box<Answer>> for ApiError {
    fn from(answer: Box<Answer>) -> Self {
        Self::from(*answer)
    }
}

impl From<Answer> for ApiError {
    /// An answer to a bid that was not accepted, or to an order that was not carried out.
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Accepted { .. } | Answer::Done => {
                Self::Internal("the answer to another command".to_owned())
            }
            Answer::Refused(refusal) => Self::Refused(refusal),
            Answer::Unavailable { outcome, retry_after, received_at } => {
                Self::Unavailable(Box::new(Facts {
                    judged: Some(false),
                    received_at: Some(received_at),
                    outcome: Some(outcome),
                    retry_after_ms: millis(retry_after),
                    ..Facts::default()
                }))
            }
        }
    }
}
