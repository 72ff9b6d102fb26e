//! What handlers take out of requests: JSON bodies, ids in paths, queries.

mod parse;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use bytes::Bytes;
use gobid_api::problem::FieldErrors;
use gobid_api::values;
use gobid_auction::EntryId;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub(crate) use parse::parse;

use crate::app::AppState;
use crate::http::problem::ApiError;

/// The largest body.
const BODY_LIMIT_BYTES: usize = 64 * 1024;
/// How much of a larger one is read before the connection is cut.
const FORGOTTEN_BYTES: usize = 1024 * 1024;
/// How long a body may take to arrive, whole.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How many faults of one body are named.
const MOST_FAULTS: usize = 20;

/// A JSON object in the body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _app: &AppState) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        must_be_json(&parts.headers)?;
        parse(&read(body).await?).map(Self)
    }
}

/// Refuses a body that does not call itself JSON. A form of another site can only send others.
pub(crate) fn must_be_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(ApiError::UnsupportedMediaType)
    }
}

/// Reads a whole body, up to its limits of size and time.
pub(crate) async fn read(body: Body) -> Result<Bytes, ApiError> {
    let reading = tokio::time::timeout(BODY_TIMEOUT, collect(body));
    reading.await.unwrap_or(Err(ApiError::RequestTimeout))
}

/// What is beyond the limit is read and forgotten, for a while: a client that is cut off while it
/// still sends does not see why.
async fn collect(mut body: Body) -> Result<Bytes, ApiError> {
    let (mut whole, mut size) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let broken = |_why| ApiError::MalformedJson("the body broke off".to_owned());
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        size = size.saturating_add(data.len());
        if size <= BODY_LIMIT_BYTES {
            whole.extend_from_slice(&data);
        } else if size > FORGOTTEN_BYTES {
            break;
        }
    }
    if size > BODY_LIMIT_BYTES { Err(ApiError::PayloadTooLarge) } else { Ok(whole.into()) }
}

macro_rules! ids_in_paths {
    ($($(#[$doc:meta])+ $name:ident $id:ty, $text:literal;)+) => {$(
        $(#[$doc])+
        pub(crate) struct $name(pub(crate) $id);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                id_in_path(parts, state, $text).await.map(Self)
            }
        }
    )+};
}

ids_in_paths! {
    /// The product that a path names.
    ProductId gobid_auction::ProductId, "product_id";
    /// The bid that a path names.
    BidId EntryId, "bid_id";
    /// The user that a path names.
    UserId gobid_auction::UserId, "user_id";
    /// The session that a path names.
    SessionId Uuid, "session_id";
    /// The API token that a path names.
    TokenId Uuid, "token_id";
}

async fn id_in_path<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    name: &str,
) -> Result<Uuid, ApiError> {
    let path = Path::<BTreeMap<String, String>>::from_request_parts(parts, state).await;
    let id = path.ok().and_then(|Path(ids)| ids.get(name)?.parse().ok());
    id.ok_or(ApiError::MalformedId)
}

/// The parameters of a query, and what is wrong with them so far.
pub(crate) struct Parameters {
    values: BTreeMap<String, String>,
    faults: FieldErrors,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Ok(Query(pairs)) = query else {
            return Err(ApiError::invalid("query", "is not a query of names and values"));
        };
        let mut parameters = Self { values: BTreeMap::new(), faults: FieldErrors::new() };
        for (name, value) in pairs {
            if let Err(why) = values::without_controls(&value) {
                parameters.fault(&name, &why);
            } else if parameters.values.insert(name.clone(), value).is_some() {
                parameters.fault(&name, "is given twice");
            }
        }
        Ok(parameters)
    }
}

impl Parameters {
    /// Takes a parameter, when it is there and what it must be.
    pub(crate) fn take<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.values.remove(name)?;
        parse(&text).map_err(|why| self.fault(name, &why)).ok()
    }

    /// Refuses what was wrong, and what nobody took; `known` are the names there are.
    pub(crate) fn finish(mut self, known: &[&str]) -> Result<(), ApiError> {
        let unknown: Vec<_> = self.values.keys().take(MOST_FAULTS).cloned().collect();
        for name in unknown {
            self.fault(&name, &format!("is not a parameter here; there are {}", known.join(", ")));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(ApiError::Invalid(self.faults)) }
    }

    /// Notes what is wrong with a parameter.
    pub(crate) fn fault(&mut self, name: &str, why: &str) {
        let name = name.chars().take(64).collect();
        self.faults.entry(name).or_default().push(why.to_owned());
    }
}
