//! Who calls, for the signatures of handlers to say who may.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::{App, AppState};
use crate::http::problem::ApiError;
use crate::http::session::Alive;
use crate::hub::Caller;

/// Whoever calls is logged in and not suspended; a write is counted as one of the user's.
impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let alive = Alive::from_request_parts(parts, app).await?;
        if alive.is_suspended {
            return Err(ApiError::Suspended);
        }
        if !parts.method.is_safe() {
            app.limits.user.check(&alive.caller.user_id)?;
        }
        Ok(alive.caller)
    }
}

/// Whoever calls is an admin.
pub(crate) struct Admin(pub(crate) Caller);

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        if is_admin(app, caller).await? { Ok(Self(caller)) } else { Err(ApiError::Forbidden) }
    }
}

/// Whether a caller is an admin, by now: no session remembers it.
pub(crate) async fn is_admin(app: &App, caller: Caller) -> Result<bool, ApiError> {
    let user = app.database.user(caller.user_id).await?.ok_or(ApiError::Unauthenticated)?;
    Ok(user.is_admin)
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
