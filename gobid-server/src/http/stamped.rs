//! Commands over REST: stamped when all of the request has been read, before anything is looked up.

use axum::body::HttpBody as _;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::AUTHORIZATION;
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::app::AppState;
use crate::http::caller;
use crate::http::extract::{self, ProductId};
use crate::http::problem::ApiError;
use crate::http::session;
use crate::hub::{Caller, Ticket};

/// A command to the auction of a product, with its stamp, and who sent it.
pub(crate) struct Stamped {
    /// The stamp.
    pub(crate) ticket: Ticket,
    /// Who sent it.
    pub(crate) caller: Caller,
    body: Bytes,
}

/// The same, sent by an admin.
pub(crate) struct ByAdmin(pub(crate) Stamped);

impl Stamped {
    /// What the body says.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        extract::parse(&self.body)
    }

    /// What the body says, where nothing need be said.
    pub(crate) fn parse_if_any<T: DeserializeOwned + Default>(&self) -> Result<T, ApiError> {
        if self.body.is_empty() { Ok(T::default()) } else { self.parse() }
    }
}

impl FromRequest<AppState> for Stamped {
    type Rejection = ApiError;

    /// The whole body, then the stamp, then the session: whether a command came in time does not
    /// depend on how fast the database is. A session that is not found while the command may be
    /// judged is not waited for.
    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let ProductId(product_id) = ProductId::from_request_parts(&mut parts, app).await?;
        let claims_identity = session::key_of(&parts.extensions).is_some()
            || parts.headers.contains_key(AUTHORIZATION);
        if !claims_identity {
            return Err(ApiError::Unauthenticated);
        }
        if !body.is_end_stream() {
            extract::must_be_json(&parts.headers)?;
        }
        let body = extract::read(body).await?;
        let ticket = app.hub.stamp(product_id)?;
        let caller = Caller::from_request_parts(&mut parts, app);
        let caller = tokio::time::timeout(ticket.time_left(&app.clock), caller).await;
        let caller = caller.unwrap_or_else(|_elapsed| Err(ApiError::unavailable()))?;
        Ok(Self { ticket, caller, body })
    }
}

impl FromRequest<AppState> for ByAdmin {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let stamped = Stamped::from_request(request, app).await?;
        if caller::is_admin(app, stamped.caller).await? {
            Ok(Self(stamped))
        } else {
            Err(ApiError::Forbidden)
        }
    }
}
