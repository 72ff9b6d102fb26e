//! Requests over HTTP: who is asking goes with them, and answers become values or errors.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ClientError;
use super::answer::RawResponse;
use super::clock::{self, ServerClock};
use super::error::root_cause;
use super::identity::{Credential, Identity, Who};
use super::origin::Origin;
use crate::paths;
use crate::problem::ErrorCode;
use crate::users::CsrfToken;

/// The largest answer that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A request to be sent.
pub(super) struct Call {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    timeout: Option<Duration>,
    from_visitor: bool,
}

/// A server, and how requests reach it.
#[derive(Debug)]
pub(super) struct Http {
    pub(super) origin: Origin,
    pub(super) identity: Identity,
    pub(super) clock: ServerClock,
    client: reqwest::Client,
    timeout: Duration,
}

impl Call {
    /// A request of a path from the server's root.
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            timeout: None,
            from_visitor: false,
        }
    }

    pub(super) fn get(path: &str) -> Self {
        Self::new(Method::GET, format!("{}{path}", paths::BASE))
    }

    pub(super) fn post(path: &str) -> Self {
        Self::new(Method::POST, format!("{}{path}", paths::BASE))
    }

    pub(super) fn put(path: &str) -> Self {
        Self::new(Method::PUT, format!("{}{path}", paths::BASE))
    }

    pub(super) fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, format!("{}{path}", paths::BASE))
    }

    pub(super) fn patch(path: &str) -> Self {
        Self::new(Method::PATCH, format!("{}{path}", paths::BASE))
    }

    /// Adds a parameter, unless there is none.
    pub(super) fn query(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    pub(super) fn json(self, body: &impl Serialize) -> Result<Self, ClientError> {
        let body = serde_json::to_vec(body)
            .map_err(|error| ClientError::InvalidRequest(error.to_string()))?;
        Ok(self.body(body))
    }

    /// A body, which is JSON unless a header says otherwise.
    pub(super) fn body(mut self, body: Vec<u8>) -> Self {
        let json = HeaderValue::from_static("application/json");
        self.headers.entry(CONTENT_TYPE).or_insert(json);
        self.body = Some(body);
        self
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::InvalidRequest(format!("{name:?} is not a header"));
        let name: HeaderName = name.parse().map_err(|_error| wrong())?;
        let value = value.parse().map_err(|_error| wrong())?;
        self.headers.append(name, value);
        Ok(self)
    }

    /// A limit of its own, in place of the client's.
    pub(super) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Leaves the session out, as sign-up and login do: one that has ended must not stand in the
    /// way of the next.
    pub(super) fn by_visitor(mut self) -> Self {
        self.from_visitor = true;
        self
    }

    /// Whether the server wants a CSRF token with it.
    pub(super) fn wants_csrf_token(&self) -> bool {
        let writes = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        writes.contains(&self.method)
            && !self.headers.contains_key(AUTHORIZATION)
            && !self.headers.contains_key(paths::CSRF_HEADER)
    }
}

impl Http {
    pub(super) fn new(
        origin: Origin,
        credential: Option<Credential>,
        timeout: Duration,
    ) -> Result<Self, ClientError> {
        // Fails when a provider is in place already, and that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            // A credential must not follow wherever an answer points.
            .redirect(reqwest::redirect::Policy::none())
            // The live feed could not go through one, and a half-working client is worse.
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .user_agent(concat!("gobid/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ClientError::Setup(root_cause(&error)))?;
        Ok(Self {
            identity: Identity::new(&origin, credential),
            origin,
            clock: ServerClock::default(),
            client,
            timeout,
        })
    }

    /// Sends a request and reads the answer as JSON.
    pub(super) async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, ClientError> {
        let answer = self.send(call).await?;
        if (300..400).contains(&answer.status) {
            let target = answer.header(LOCATION.as_str()).unwrap_or("nowhere");
            let why = format!("it redirects to {target}, which is not followed");
            return Err(ClientError::Protocol(why));
        }
        if answer.status >= 400 {
            return Err(answer.into_error());
        }
        serde_json::from_slice(&answer.body)
            .map_err(|error| ClientError::Protocol(error.to_string()))
    }

    /// The time an answer shows is the server's, as of when it was asked for.
    pub(super) async fn call_and_observe<T: DeserializeOwned>(
        &self,
        call: Call,
        server_time: impl FnOnce(&T) -> crate::Timestamp,
    ) -> Result<T, ClientError> {
        let asked = clock::monotonic();
        let answer = self.call(call).await?;
        self.clock.observe(asked, server_time(&answer));
        Ok(answer)
    }

    /// Sends a request, with a new CSRF token when the one at hand turns out to be stale.
    pub(super) async fn send(&self, call: Call) -> Result<RawResponse, ClientError> {
        let who = if call.from_visitor { Who::Visitor } else { self.identity.who() };
        if !call.wants_csrf_token() || self.identity.has_token(who) {
            return self.send_once(&call, who, None).await;
        }
        let known = self.identity.csrf_token(who);
        let may_be_stale = known.is_some();
        let token = match known {
            Some(token) => token,
            None => self.fetch_csrf_token(who).await?,
        };
        let answer = self.send_once(&call, who, Some(&token)).await?;
        let code = answer.problem().map(|problem| problem.code);
        if !may_be_stale || code != Some(ErrorCode::CsrfTokenInvalid) {
            return Ok(answer);
        }
        let token = match self.fetch_csrf_token(who).await {
            Ok(token) => token,
            Err(error @ ClientError::NotLoggedIn { .. }) => return Err(error),
            // Then there is the refusal still, which says for certain that nothing was done.
            Err(_) => return Ok(answer),
        };
        self.send_once(&call, who, Some(&token)).await
    }

    /// Makes sure that there is a CSRF token, so that the next write is one request.
    pub(super) async fn prepare_write(&self) -> Result<(), ClientError> {
        self.prepare_write_by(self.identity.who()).await
    }

    pub(super) async fn prepare_write_by(&self, who: Who) -> Result<(), ClientError> {
        if self.identity.csrf_token(who).is_none() && !self.identity.has_token(who) {
            self.fetch_csrf_token(who).await?;
        }
        Ok(())
    }

    /// Asks for a CSRF token and remembers it.
    async fn fetch_csrf_token(&self, who: Who) -> Result<String, ClientError> {
        let answer = self.send_once(&Call::get(paths::CSRF_TOKEN), who, None).await?;
        if answer.status != 200 {
            return Err(answer.into_error());
        }
        if who == Who::User && self.identity.session().is_none() {
            // The server has taken back the cookie of a session that is no more.
            return Err(self.not_logged_in());
        }
        let answer: CsrfToken = serde_json::from_slice(&answer.body)
            .map_err(|error| ClientError::Protocol(error.to_string()))?;
        self.identity.set_csrf_token(who, Some(answer.csrf_token.clone()));
        Ok(answer.csrf_token)
    }

    async fn send_once(
        &self,
        call: &Call,
        who: Who,
        csrf_token: Option<&str>,
    ) -> Result<RawResponse, ClientError> {
        let timeout = call.timeout.unwrap_or(self.timeout);
        let exchange = self.exchange(self.request(call, who, csrf_token)?);
        let Ok(answer) = tokio::time::timeout(timeout, exchange).await else {
            return Err(ClientError::TimedOut { server: self.origin.to_string(), after: timeout });
        };
        answer
    }

    fn request(
        &self,
        call: &Call,
        who: Who,
        csrf_token: Option<&str>,
    ) -> Result<Request, ClientError> {
        let mut url = self.origin.url(&call.path)?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let mut request = Request::new(call.method.clone(), url);
        *request.headers_mut() = call.headers.clone();
        *request.body_mut() = call.body.clone().map(Into::into);
        let csrf_name = HeaderName::from_static(paths::CSRF_HEADER);
        let csrf = csrf_token.map(|token| (csrf_name, token.to_owned()));
        let has_own_identity = call.headers.contains_key(AUTHORIZATION);
        let ours = self.identity.header(who).into_iter().chain(csrf);
        for (name, value) in ours.filter(|_| !has_own_identity) {
            let mut value = HeaderValue::from_str(&value)
                .map_err(|_error| ClientError::InvalidRequest(format!("{name} is no text")))?;
            value.set_sensitive(true);
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }

    async fn exchange(&self, request: Request) -> Result<RawResponse, ClientError> {
        let mut response = self.client.execute(request).await.map_err(|error| self.lost(&error))?;
        self.identity.take_cookies(&self.origin, response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(ClientError::Protocol(format!(
                    "it is longer than {MAX_ANSWER_BYTES} bytes"
                )));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(RawResponse::new(&response, body))
    }

    pub(super) fn not_logged_in(&self) -> ClientError {
        ClientError::NotLoggedIn { server: self.origin.to_string() }
    }

    fn lost(&self, error: &reqwest::Error) -> ClientError {
        let server = self.origin.to_string();
        let why = root_cause(error);
        if error.is_connect() {
            ClientError::Unreachable { server, why }
        } else {
            ClientError::AnswerLost { server, why }
        }
    }
}
