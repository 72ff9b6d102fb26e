//! Commands over REST: stamped when all of the request has been read, before anything is looked up.

use axum::body::HttpBody as _;
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use gobid_api::accounts::Scope;
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

/// The same, sent by somebody who may bid.
pub(crate) struct ByBidder(pub(crate) Stamped);

/// The same, sent by somebody who may sell.
pub(crate) struct BySeller(pub(crate) Stamped);

/// The same, sent by somebody who may sell, or may act as an admin.
pub(crate) struct BySellerOrAdmin(pub(crate) Stamped);

impl Stamped {
    /// What the body says.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        extract::parse(&self.body)
    }

    /// What the body says, where nothing need be said.
    pub(crate) fn parse_if_any<T: DeserializeOwned + Default>(&self) -> Result<T, ApiError> {
        if self.body.is_empty() { Ok(T::default()) } else { self.parse() }
    }

    /// The whole body, then the stamp, then the session: whether a command came in time does not
    /// depend on how fast the database is. A session that is not found while the command may be
    /// judged is not waited for.
    async fn read(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let ProductId(product_id) = ProductId::from_request_parts(&mut parts, app).await?;
        if session::key_of(&parts.extensions).is_none() {
            return Err(ApiError::Unauthenticated);
        }
        if !body.is_end_stream() {
            extract::must_be_json(&parts.headers)?;
        }
        let body = extract::read(body).await?;
        let ticket = app.hub.stamp(product_id)?;
        let caller = caller::any(&mut parts, app);
        let caller = tokio::time::timeout(ticket.time_left(&app.clock), caller).await;
        let caller = caller.unwrap_or_else(|_elapsed| Err(ApiError::unavailable()))?;
        Ok(Self { ticket, caller, body })
    }
}

impl FromRequest<AppState> for ByAdmin {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let stamped = Stamped::read(request, app).await?;
        caller::must(stamped.caller, Scope::Admin)?;
        if caller::is_admin(app, stamped.caller).await? {
            Ok(Self(stamped))
        } else {
            Err(ApiError::Forbidden)
        }
    }
}

impl FromRequest<AppState> for ByBidder {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let stamped = Stamped::read(request, app).await?;
        caller::must(stamped.caller, Scope::Bid)?;
        Ok(Self(stamped))
    }
}

impl FromRequest<AppState> for BySeller {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let stamped = Stamped::read(request, app).await?;
        caller::must(stamped.caller, Scope::Sell)?;
        Ok(Self(stamped))
    }
}

impl FromRequest<AppState> for BySellerOrAdmin {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let stamped = Stamped::read(request, app).await?;
        if !stamped.caller.rights.allow(Scope::Admin) {
            caller::must(stamped.caller, Scope::Sell)?;
        }
        Ok(Self(stamped))
    }
}
