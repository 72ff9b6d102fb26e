//! What handlers take out of requests: JSON bodies, ids in paths, queries.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use bytes::Bytes;
use gobid_api::problem::FieldErrors;
use gobid_auction::EntryId;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;
use uuid::Uuid;

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

/// Parses a body into what it must be: one object, with no fields but those that are known.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        let why = "the body must be one JSON object, {…}";
        return Err(ApiError::MalformedJson(why.to_owned()));
    }
    serde_json::from_slice(body).map_err(|why| {
        let faults = match why.classify() {
            Category::Data => faults_by_field::<T>(body),
            Category::Io | Category::Syntax | Category::Eof => FieldErrors::new(),
        };
        if faults.is_empty() {
            ApiError::MalformedJson(format!("the body is not what it must be: {why}"))
        } else {
            ApiError::Invalid(faults)
        }
    })
}

/// What is wrong with the shape of each field: each is tried alone. That a field is missing which
/// has to be there is no fault of the others.
fn faults_by_field<T: DeserializeOwned>(body: &[u8]) -> FieldErrors {
    let Ok(fields) = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(body) else {
        return FieldErrors::new();
    };
    let missing = why_not::<T>("{}");
    let faults = fields.iter().filter_map(|(name, value)| {
        let alone = serde_json::to_string(&BTreeMap::from([(name, value)])).ok()?;
        let why = why_not::<T>(&alone).filter(|why| Some(why) != missing.as_ref())?;
        Some((name.chars().take(64).collect(), vec![sentence(&why)]))
    });
    let faults = faults.take(MOST_FAULTS);
    let missing = missing.as_deref().and_then(|why| why.split('`').nth(1));
    let missing = missing.filter(|name| !fields.contains_key(*name));
    faults.chain(missing.map(|name| (name.to_owned(), vec!["is missing".to_owned()]))).collect()
}

/// Why a body cannot be read, in the words of the parser and without the place.
fn why_not<T: DeserializeOwned>(body: &str) -> Option<String> {
    let why = serde_json::from_str::<T>(body).err()?.to_string();
    Some(why.rsplit_once(" at line ").map_or(why.clone(), |(why, _)| why.to_owned()))
}

/// The words of the parser as a sentence about the field.
fn sentence(why: &str) -> String {
    let why = why.strip_prefix("an amount ").unwrap_or(why);
    if let Some((_, fields)) = why.split_once("`, expected one of ") {
        return format!("is not a field here; there are {}", fields.replace('`', ""));
    }
    match why.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid type: ") => {
            let found = found.trim_start_matches("invalid type: ");
            format!("must be {expected}, not {}", found.chars().take(64).collect::<String>())
        }
        _ => why.chars().take(200).collect(),
    }
}

/// The product that a path names.
pub(crate) struct ProductId(pub(crate) gobid_auction::ProductId);

impl<S: Send + Sync> FromRequestParts<S> for ProductId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        id_in_path(parts, state, "product_id").await.map(Self)
    }
}

/// The bid that a path names.
pub(crate) struct BidId(pub(crate) EntryId);

impl<S: Send + Sync> FromRequestParts<S> for BidId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        id_in_path(parts, state, "bid_id").await.map(Self)
    }
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
            if parameters.values.insert(name.clone(), value).is_some() {
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

    fn fault(&mut self, name: &str, why: &str) {
        let name = name.chars().take(64).collect();
        self.faults.entry(name).or_default().push(why.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use gobid_api::admin::VoidBidder;
    use gobid_api::users::NewUser;

    use super::*;

    fn faults<T: DeserializeOwned>(body: &str) -> FieldErrors {
        match parse::<T>(body.as_bytes()) {
            Err(ApiError::Invalid(errors)) => errors,
            other => panic!("{body}: {:?}", other.map(|_| ())),
        }
    }

    #[test]
    fn every_field_of_a_wrong_shape_is_named() {
        let errors = faults::<NewUser>(r#"{"user_name":7,"email":["a"],"password":"x","age":5}"#);
        assert_eq!(errors.keys().collect::<Vec<_>>(), ["age", "email", "user_name"]);
        assert_eq!(errors["user_name"], ["must be a string, not integer `7`"]);
        assert!(errors["age"][0].starts_with("is not a field here; there are user_name, email"));
    }

    #[test]
    fn a_field_that_is_missing_is_named_and_no_other_one_for_it() {
        let missing = faults::<VoidBidder>(r#"{"reason":"shill bids"}"#);
        assert_eq!(missing.into_iter().collect::<Vec<_>>(), [missing_user_id()]);
        assert_eq!(faults::<VoidBidder>("{}").into_iter().collect::<Vec<_>>(), [missing_user_id()]);
        let both = faults::<VoidBidder>(r#"{"reason":7}"#);
        assert_eq!(both.keys().collect::<Vec<_>>(), ["reason", "user_id"]);
        let wrong = faults::<VoidBidder>(r#"{"user_id":"eva","reason":"x"}"#);
        assert_eq!(wrong.keys().collect::<Vec<_>>(), ["user_id"]);
    }

    fn missing_user_id() -> (String, Vec<String>) {
        ("user_id".to_owned(), vec!["is missing".to_owned()])
    }

    #[test]
    fn what_is_not_one_object_is_malformed() {
        let bodies = [
            "",
            "7",
            "null",
            r#"["a","b","c"]"#,
            "{",
            r#"{"email":"a","email":"b"}"#,
            r#"{"email":"a"} x"#,
            "{\"email\":\"\u{7}\"}",
        ];
        for body in bodies {
            let parsed = parse::<NewUser>(body.as_bytes());
            assert!(matches!(parsed, Err(ApiError::MalformedJson(_))), "{body}");
        }
        assert!(matches!(
            parse::<NewUser>(b"{\"email\":\"\xff\"}"),
            Err(ApiError::MalformedJson(_))
        ));
    }
}
