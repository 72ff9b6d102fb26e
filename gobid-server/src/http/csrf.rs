//! Requests that a page of another site makes a browser send: refused by origin, and by a token
//! that only the server's own pages and clients can have.

use axum::extract::{Request, State};
use axum::http::header::{self, HOST, ORIGIN, SET_COOKIE};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gobid_api::paths::{CSRF_HEADER, IDEMPOTENCY_HEADER, TRACE_HEADER};
use gobid_api::users::CsrfToken;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_sessions::Session;
use tower_sessions::cookie::{Cookie, SameSite};

use crate::app::{App, AppState};
use crate::config::Config;
use crate::hex::{bytes, hex};
use crate::http::bearer::Bearer;
use crate::http::problem::ApiError;
use crate::http::session::Alive;

/// How long a browser may remember what an origin is allowed.
const CORS_MAX_AGE_SECONDS: u64 = 3600;

/// What a token is bound to: a cookie that the other site does not know.
#[derive(Clone, Copy, Debug)]
enum Binding<'a> {
    Session(&'a str),
    Anonymous(&'a str),
}

impl Binding<'_> {
    fn mac(self, app: &App) -> Result<Hmac<Sha256>, ApiError> {
        let mac = Hmac::<Sha256>::new_from_slice(&app.installation.csrf_key);
        let mut mac = mac.map_err(|why| ApiError::Internal(why.to_string()))?;
        let (kind, value) = match self {
            Self::Session(value) => ("session", value),
            Self::Anonymous(value) => ("anonymous", value),
        };
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        Ok(mac)
    }

    fn token(self, app: &App) -> Result<CsrfToken, ApiError> {
        let token = self.mac(app)?.finalize().into_bytes();
        Ok(CsrfToken { csrf_token: hex(&token) })
    }

    fn verify(self, app: &App, token: &str) -> Result<(), ApiError> {
        let bytes = bytes(token).ok_or(ApiError::CsrfTokenInvalid)?;
        self.mac(app)?.verify_slice(&bytes).map_err(|_wrong| ApiError::CsrfTokenInvalid)
    }
}

/// The token of the caller's session, or of the cookie of a visitor without one.
pub(crate) async fn token(
    State(app): State<AppState>,
    headers: HeaderMap,
    alive: Result<Alive, ApiError>,
) -> Result<Response, ApiError> {
    match alive {
        Ok(Alive { session: Some(session), .. }) => {
            Ok(axum::Json(of_session(&app, &session)?).into_response())
        }
        Ok(_) | Err(ApiError::Unauthenticated) => of_visitor(&app, &headers),
        Err(why) => Err(why),
    }
}

/// The token of a session.
pub(crate) fn of_session(app: &App, session: &Session) -> Result<CsrfToken, ApiError> {
    let id = session.id().ok_or_else(|| ApiError::Internal("a session without an id".into()))?;
    Binding::Session(&id.to_string()).token(app)
}

fn of_visitor(app: &App, headers: &HeaderMap) -> Result<Response, ApiError> {
    if let Some(value) = visitor(app, headers) {
        return Ok(axum::Json(Binding::Anonymous(&value).token(app)?).into_response());
    }
    let value = hex(&rand::random::<[u8; 16]>());
    let token = Binding::Anonymous(&value).token(app)?;
    let cookie = Cookie::build((cookie_name(app), value))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.is_https())
        .path("/");
    let cookie = HeaderValue::try_from(cookie.to_string());
    let cookie = cookie.map_err(|why| ApiError::Internal(why.to_string()))?;
    Ok(([(SET_COOKIE, cookie)], axum::Json(token)).into_response())
}

/// The value of a visitor's cookie, when it can be one of ours.
fn visitor(app: &App, headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    let cookies = lines.filter_map(|line| line.to_str().ok()).flat_map(Cookie::split_parse);
    let ours = cookies.flatten().filter(|cookie| cookie.name() == cookie_name(app)).last()?;
    bytes(ours.value()).filter(|bytes| bytes.len() == 16).map(|_| ours.value().to_owned())
}

fn cookie_name(app: &App) -> &'static str {
    if app.is_https() { "__Host-gobid_anonymous" } else { "gobid_anonymous" }
}

/// The layer that refuses writes from foreign pages, and writes without the caller's token.
pub(crate) async fn protect(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match check(&app, request.headers(), request.extensions()).await {
        Ok(()) => next.run(request).await,
        Err(why) => why.into_response(),
    }
}

/// The token is bound to the session that the request names, alive or not: whoever's has ended is
/// told to log in, not to fetch a token. Who still names one that is over may be a visitor, too, as
/// whom [`token`] answers him; the token of a visitor is never enough for a session that is alive.
async fn check(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Result<(), ApiError> {
    check_origin(&app.config, headers)?;
    if extensions.get::<Bearer>().is_some() {
        // No page of another site has the token, and the browser sends none by itself. Whether it
        // is one, each handler looks.
        return Ok(());
    }
    let token = headers.get(CSRF_HEADER).and_then(|token| token.to_str().ok());
    let token = token.ok_or(ApiError::CsrfTokenInvalid)?;
    let session = extensions.get::<Session>().and_then(Session::id);
    if let Some(id) = session
        && Binding::Session(&id.to_string()).verify(app, token).is_ok()
    {
        return Ok(());
    }
    let visitor = visitor(app, headers).ok_or(ApiError::CsrfTokenInvalid)?;
    Binding::Anonymous(&visitor).verify(app, token)?;
    let alive = Alive::find(extensions, app).await?;
    alive.map_or(Ok(()), |_alive| Err(ApiError::CsrfTokenInvalid))
}

/// Refuses what a browser says comes from a page of another site. For writes, and for the upgrade
/// to a WebSocket.
pub(crate) fn check_origin(config: &Config, headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("null"));
    if let Some(origin) = text(ORIGIN) {
        let own = is_own_origin(config, origin, text(HOST).unwrap_or_default());
        return if own { Ok(()) } else { Err(ApiError::ForeignOrigin) };
    }
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site == Some("cross-site") { Err(ApiError::ForeignOrigin) } else { Ok(()) }
}

/// Whether a page of this origin may call the API. Without a base URL that is one at the address
/// of the request, if that is on loopback: another name could be the other site's own.
fn is_own_origin(config: &Config, origin: &str, host: &str) -> bool {
    let named = config.base_url.iter().chain(&config.allowed_origins);
    let is_named = named.into_iter().any(|own| own.is(origin));
    let at_request = || {
        let at_host =
            origin.strip_prefix("http://").is_some_and(|at| at.eq_ignore_ascii_case(host));
        config.base_url.is_none() && at_host && is_loopback(host)
    };
    is_named || at_request()
}

fn is_loopback(host: &str) -> bool {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name).to_ascii_lowercase();
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    match address {
        Ok(address) => address.is_loopback(),
        Err(_name) => name == "localhost" || name.ends_with(".localhost"),
    }
}

/// What pages of the named origins may do: call the API with a token of their own, never with the
/// browser's cookies.
pub(crate) fn cors(config: &Config) -> CorsLayer {
    let named = config.base_url.iter().chain(&config.allowed_origins);
    let origins = named.filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            HeaderName::from_static(IDEMPOTENCY_HEADER),
        ])
        .expose_headers([header::ETAG, header::RETRY_AFTER, HeaderName::from_static(TRACE_HEADER)])
        .max_age(std::time::Duration::from_secs(CORS_MAX_AGE_SECONDS))
}
