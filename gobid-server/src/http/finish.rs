//! The outermost layer: trace ids, and the problem documents as they are written.

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gobid_api::paths::TRACE_HEADER;
use gobid_api::problem::{ErrorCode, Facts, Problem};
use tracing::Instrument;

use crate::app::AppState;
use crate::http::problem::{Told, UNAVAILABLE, status};
use crate::telemetry;

/// Adds to what the problem document of a response will say, if it is one.
pub(crate) fn amend(response: &mut Response, amend: impl FnOnce(ErrorCode, &mut Facts)) {
    if let Some(told) = response.extensions_mut().get_mut::<Told>() {
        amend(told.code, &mut told.facts);
    }
}

/// The outermost layer: gives the request its trace id, and writes the problem documents, those of
/// what the framework refused by itself too.
pub(crate) async fn finish(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let trace_id = telemetry::trace_id();
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let span = tracing::info_span!("request", trace_id, method = %request.method(), path);
    let begun = app.clock.moment();
    let answered = async {
        let response = next.run(request).await;
        let elapsed = app.clock.moment().since(begun);
        tracing::debug!(status = response.status().as_u16(), ?elapsed, "answered");
        response
    };
    let mut response = answered.instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert(HeaderName::from_static(TRACE_HEADER), value);
    }
    match response.extensions_mut().remove::<Told>().or_else(|| of_framework(&response)) {
        Some(told) => write(told, trace_id, response.headers()),
        None => response,
    }
}

fn write(told: Told, trace_id: String, headers: &HeaderMap) -> Response {
    let Told { code, detail, facts } = told;
    let retry_after = facts.retry_after_ms.map(|millis| millis.div_ceil(1000).max(1));
    let problem = Problem::new(code, detail, trace_id, facts);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status(code), body).into_response();
    for (name, value) in headers.iter().filter(|(name, _)| !name.as_str().starts_with("content-")) {
        response.headers_mut().append(name, value.clone());
    }
    let media_type = HeaderValue::from_static(Problem::MEDIA_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What the framework answered by itself: no such path, or not with this method.
fn of_framework(response: &Response) -> Option<Told> {
    let (code, detail) = match response.status() {
        status if status.is_success() || status.is_redirection() || status.is_informational() => {
            return None;
        }
        StatusCode::NOT_FOUND => (ErrorCode::NotFound, "there is no such path"),
        StatusCode::METHOD_NOT_ALLOWED => {
            (ErrorCode::MethodNotAllowed, "the header Allow names the methods of this path")
        }
        StatusCode::SERVICE_UNAVAILABLE => (ErrorCode::Unavailable, UNAVAILABLE),
        status if status.is_server_error() => (ErrorCode::Internal, "a fault of the server"),
        _ => (ErrorCode::MalformedJson, "the request could not be understood"),
    };
    Some(Told { code, detail: detail.to_owned(), facts: Facts::default() })
}
