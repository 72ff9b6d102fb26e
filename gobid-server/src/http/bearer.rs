//! API tokens: in the header `Authorization`, or, since a browser cannot set that on a WebSocket, as
//! a second subprotocol.

use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use gobid_api::paths::{TOKEN_PREFIX, TOKEN_SUBPROTOCOL};
use gobid_auction::{Amount, SpendingCap};
use gobid_store::{ApiToken, SessionKey};
use sha2::{Digest, Sha256};

use crate::app::{App, AppState};
use crate::hex::hex;
use crate::http::problem::ApiError;
use crate::hub::{Caller, Rights};

/// How long a token lives when nobody says, and at most.
pub(crate) const USUAL_LIFETIME: Duration = Duration::from_hours(24 * 90);
pub(crate) const LONGEST_LIFETIME: Duration = Duration::from_hours(24 * 366);

/// The API token that a request brings, by its key, alive or not; in the extensions of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bearer(pub(crate) SessionKey);

/// A new token: the text, and the key by which it is found.
pub(crate) fn generate() -> (String, SessionKey) {
    let token = format!("{TOKEN_PREFIX}{}", hex(&rand::random::<[u8; 32]>()));
    let key = key(token.as_bytes());
    (token, key)
}

fn key(token: &[u8]) -> SessionKey {
    SessionKey(Sha256::digest(token).into())
}

/// The layer that finds the token of a request, whatever its text is: nobody is refused before he is
/// counted, and what no token can be is found nowhere. Cookies do not count beside it.
pub(crate) async fn find(mut request: Request, next: Next) -> Response {
    if let Some(token) = token(request.headers()) {
        let bearer = Bearer(key(token));
        request.extensions_mut().insert(bearer);
    }
    next.run(request).await
}

/// The token among the headers, whatever its bytes are. What else may stand in `Authorization`, a
/// proxy's password, say, is none of ours.
fn token(headers: &HeaderMap) -> Option<&[u8]> {
    for value in headers.get_all(AUTHORIZATION) {
        let value = value.as_bytes();
        let end = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
        let (scheme, token) = value.split_at(end);
        if scheme.eq_ignore_ascii_case(b"bearer") {
            return Some(token.trim_ascii());
        }
    }
    let protocols = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
    let mut words =
        protocols.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim);
    words.find_map(|word| word.strip_prefix(TOKEN_SUBPROTOCOL)).map(str::as_bytes)
}

/// Whoever calls may be a visitor. Whoever sends a token that is none does not want to be one.
pub(crate) struct Anybody;

impl FromRequestParts<AppState> for Anybody {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        if let Some(Bearer(key)) = parts.extensions.get() {
            caller(app, *key).await?;
        }
        Ok(Self)
    }
}

/// Who calls by a token, and whether he is suspended.
pub(super) async fn caller(app: &App, key: SessionKey) -> Result<(Caller, bool), ApiError> {
    let now = app.clock.now();
    let token = app.database.token(key, now).await?.ok_or(ApiError::TokenEnded)?;
    if now.since(token.last_seen_at) > super::session::TOUCH_EVERY {
        let database = app.database.clone();
        app.tasks.spawn(async move {
            if let Err(why) = database.touch_session(key, now).await {
                tracing::warn!(error = ?why, "the use of a token was not noted");
            }
        });
    }
    app.limits.known.add(key, token.user_id);
    let rights = Rights::of_token(&token.scopes, cap(&token)?);
    Ok((Caller { user_id: token.user_id, session: key, rights }, token.is_suspended))
}

/// A cap that cannot be read is a fault, and not the lack of one.
fn cap(token: &ApiToken) -> Result<Option<SpendingCap>, ApiError> {
    let Some((minor_units, currency)) = &token.max_offer else { return Ok(None) };
    let cap = Amount::new(*minor_units).zip(currency.parse().ok());
    let cap = cap.map(|(max_offer, currency)| SpendingCap { max_offer, currency });
    cap.map(Some).ok_or_else(|| ApiError::Internal("the cap of a token is no amount".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_token_may_stand() {
        let table = [
            ("authorization", "Bearer gbt_1", Some("gbt_1")),
            ("authorization", "bearer  gbt_1 ", Some("gbt_1")),
            ("authorization", "Basic Z2J0XzE=", None),
            ("authorization", "Bearer another", Some("another")),
            ("authorization", "Bearer ", Some("")),
            ("authorization", "Bearer", Some("")),
            ("sec-websocket-protocol", "gobid.v1, gobid.token.gbt_1", Some("gbt_1")),
            ("sec-websocket-protocol", "gobid.v1", None),
            ("sec-websocket-protocol", "gobid.token.", Some("")),
            ("authorization", "Bearer\tgbt_1", Some("gbt_1")),
            ("authorization", "Bearer gbt_é", Some("gbt_é")),
            ("authorization", "Bearers gbt_1", None),
            ("cookie", "gbt_1", None),
        ];
        for (name, value, wanted) in table {
            let mut headers = HeaderMap::new();
            // Beside a proxy's password.
            headers.append(AUTHORIZATION, "Basic Z2J0XzE=".parse().unwrap());
            let name: http::HeaderName = name.parse().unwrap();
            headers.append(name, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
            assert_eq!(token(&headers), wanted.map(str::as_bytes), "{value}");
        }
    }

    #[test]
    fn a_token_is_found_by_its_digest() {
        let (token, found) = generate();
        assert!(token.starts_with("gbt_") && token.len() == 68);
        assert_eq!(key(token.as_bytes()), found);
        assert_ne!(generate().0, token);
    }
}
