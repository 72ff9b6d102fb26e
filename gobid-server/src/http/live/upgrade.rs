//! The upgrade of a request to a WebSocket (RFC 6455 §4.2), down to the bare connection.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use gobid_api::paths::SUBPROTOCOL;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::app::AppState;
use crate::http::problem::ApiError;
use crate::http::stall::Stall;

/// A request that may become a WebSocket.
pub(crate) struct Upgrade {
    to_come: OnUpgrade,
    accept: String,
    /// Whether our subprotocol was asked for.
    protocol_is_asked: bool,
}

/// What a request becomes: the connection, and what came with the request already.
pub(super) struct Upgraded {
    pub(super) stream: TcpStream,
    pub(super) read: Vec<u8>,
}

impl FromRequestParts<AppState> for Upgrade {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &AppState) -> Result<Self, ApiError> {
        let headers = &parts.headers;
        if !has_token(headers, &CONNECTION, "upgrade") {
            return Err(malformed(
                "the header Connection must have `upgrade`: this is a WebSocket",
            ));
        }
        if !has_token(headers, &UPGRADE, "websocket") {
            return Err(malformed("the header Upgrade must be `websocket`"));
        }
        if !has_token(headers, &SEC_WEBSOCKET_VERSION, "13") {
            return Err(malformed("the header Sec-WebSocket-Version must be `13`"));
        }
        let key = headers.get(SEC_WEBSOCKET_KEY);
        let key = key.ok_or_else(|| malformed("the header Sec-WebSocket-Key is missing"))?;
        let accept = derive_accept_key(key.as_bytes());
        let protocol_is_asked = protocol_is_asked(headers)?;
        let to_come = parts.extensions.remove::<OnUpgrade>();
        let to_come = to_come.ok_or_else(|| malformed("the connection cannot be upgraded"))?;
        Ok(Self { to_come, accept, protocol_is_asked })
    }
}

impl Upgrade {
    /// The answer that upgrades the connection, and the connection once it has been upgraded: none
    /// if the other end has gone.
    pub(super) fn accept(self) -> (Response, impl Future<Output = Option<Upgraded>> + Send) {
        let Self { to_come, accept, protocol_is_asked } = self;
        let mut response = (StatusCode::SWITCHING_PROTOCOLS, Body::empty()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Ok(accept) = HeaderValue::from_str(&accept) {
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        if protocol_is_asked {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
        }
        let upgraded = async {
            let parts = to_come.await.ok()?.downcast::<TokioIo<Stall<TcpStream>>>().ok()?;
            let stream = parts.io.into_inner().into_inner();
            // Copied, though it is mostly empty: else the buffer of the request would live on in it.
            Some(Upgraded { stream, read: parts.read_buf.to_vec() })
        };
        (response, upgraded)
    }
}

/// Whether our subprotocol is among those that were asked for; an error when only others are.
fn protocol_is_asked(headers: &HeaderMap) -> Result<bool, ApiError> {
    let mut asked = tokens(headers, &SEC_WEBSOCKET_PROTOCOL).peekable();
    if asked.peek().is_none() {
        return Ok(false);
    }
    if asked.any(|protocol| protocol == SUBPROTOCOL) {
        return Ok(true);
    }
    Err(ApiError::MalformedJson(format!("there is one subprotocol here, {SUBPROTOCOL}")))
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    tokens(headers, name).any(|found| found.eq_ignore_ascii_case(token))
}

/// The comma-separated words of a header.
fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter();
    values.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim)
}

fn malformed(why: &str) -> ApiError {
    ApiError::MalformedJson(why.to_owned())
}
