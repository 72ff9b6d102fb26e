//! Who calls, for the signatures of handlers to say who may.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use gobid_api::accounts::Scope;

use crate::app::{App, AppState};
use crate::http::problem::ApiError;
use crate::http::session::Alive;
use crate::hub::Caller;

/// Whoever calls is logged in and not suspended. An API token is not: what it may do names a scope.
impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let caller = any(parts, app).await?;
        if caller.rights.is_token() { Err(ApiError::OutOfScope(None)) } else { Ok(caller) }
    }
}

/// Whoever calls, by a session or an API token, and is not suspended; a write is counted as one of
/// the user's.
pub(super) async fn any(parts: &mut Parts, app: &AppState) -> Result<Caller, ApiError> {
    let alive = Alive::from_request_parts(parts, app).await?;
    if alive.is_suspended {
        return Err(ApiError::Suspended);
    }
    if !parts.method.is_safe() {
        app.limits.user.check(&alive.caller.user_id)?;
    }
    Ok(alive.caller)
}

/// Refuses an API token that lacks a scope.
pub(crate) fn must(caller: Caller, scope: Scope) -> Result<Caller, ApiError> {
    if caller.rights.allow(scope) { Ok(caller) } else { Err(ApiError::OutOfScope(Some(scope))) }
}

/// Whoever calls may read what is his own.
pub(crate) struct MayRead(pub(crate) Caller);

/// Whoever calls may sell.
pub(crate) struct MaySell(pub(crate) Caller);

impl FromRequestParts<AppState> for MayRead {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        must(any(parts, app).await?, Scope::Read).map(Self)
    }
}

impl FromRequestParts<AppState> for MaySell {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        must(any(parts, app).await?, Scope::Sell).map(Self)
    }
}

/// Whoever calls is an admin.
pub(crate) struct Admin(pub(crate) Caller);

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let caller = must(any(parts, app).await?, Scope::Admin)?;
        if is_admin(app, caller).await? { Ok(Self(caller)) } else { Err(ApiError::Forbidden) }
    }
}

/// Whether a caller is an admin, by now: no session remembers it.
pub(crate) async fn is_admin(app: &App, caller: Caller) -> Result<bool, ApiError> {
    let user = app.database.user(caller.user_id).await?.ok_or(ApiError::Unauthenticated)?;
    Ok(user.is_admin && caller.rights.allow(Scope::Admin))
}

/// Whoever calls may be logged in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaybeCaller(pub(crate) Option<Caller>);

impl FromRequestParts<AppState> for MaybeCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let alive = Alive::find(&parts.extensions, app).await?;
        Ok(Self(alive.filter(|alive| !alive.is_suspended).map(|alive| alive.caller)))
    }
}
