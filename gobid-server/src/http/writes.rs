//! Writes end, whatever becomes of whoever asked for them.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::app::AppState;
use crate::http::problem::{self, ApiError};

/// The layer that runs requests that write in tasks of their own. The connection of one that is
/// cancelled would go back to its pool with a transaction open.
pub(crate) async fn uncancelled(
    State(app): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    if app.tasks.is_stopping() {
        return ApiError::unavailable().into_response();
    }
    match app.tasks.spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(why) => match why.try_into_panic() {
            Ok(panic) => problem::of_panic(panic),
            Err(why) => ApiError::Internal(why.to_string()).into_response(),
        },
    }
}
