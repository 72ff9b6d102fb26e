//! Where a user is logged in.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::accounts::{SessionView, SocketView};
use gobid_api::page::Page;
use gobid_api::users::Message;
use gobid_auction::UserId;
use gobid_store::{SessionKey, SessionLine};

use crate::app::{App, AppState};
use crate::http::extract::{Parameters, SessionId};
use crate::http::pages::{self, Asked};
use crate::http::problem::ApiError;
use crate::http::session;
use crate::hub::{Caller, OpenSocket};

/// `GET /users/me/sessions`
pub(crate) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    query: Parameters,
) -> Result<Body<Page<SessionView>>, ApiError> {
    page(&app, caller.user_id, Some(caller.session), query).await.map(Body)
}

/// A page of a user's sessions, the latest first; `current` is the one that asks.
pub(crate) async fn page(
    app: &App,
    user_id: UserId,
    current: Option<SessionKey>,
    mut query: Parameters,
) -> Result<Page<SessionView>, ApiError> {
    let list = format!("sessions of {user_id}");
    let Asked { limit, before } = pages::asked(&mut query, &list);
    query.finish(&["limit", "cursor"])?;
    let lines = app.database.sessions_of(user_id, app.clock.now(), before, limit + 1).await?;
    let sockets = app.hub.sockets_of(user_id);
    let rows = lines.into_iter().map(|line| view(line, current, &sockets)).collect();
    let cursor = |last: &SessionView| pages::cursor(&list, last.session_id.as_bytes());
    Ok(pages::page(rows, limit, cursor))
}

/// `DELETE /users/me/sessions/{session_id}`
pub(crate) async fn end(
    State(app): State<AppState>,
    caller: Caller,
    SessionId(session_id): SessionId,
) -> Result<Body<Message>, ApiError> {
    let key = app.database.end_session_of(caller.user_id, session_id).await?;
    let key = key.ok_or(ApiError::NotFound("session of yours"))?;
    session::ended(&app, caller.user_id, [key]);
    Ok(Body(Message { message: "The session has ended.".to_owned() }))
}

/// The sockets of a session or a token, among those of its user.
pub(super) fn sockets(open: &[(SessionKey, OpenSocket)], key: SessionKey) -> Vec<SocketView> {
    let own = open.iter().filter(|(session, _)| *session == key).map(|(_, socket)| SocketView {
        product_id: socket.product_id,
        device: socket.device.clone(),
        address: socket.address.clone(),
        since: socket.since,
    });
    own.collect()
}

fn view(
    line: SessionLine,
    current: Option<SessionKey>,
    sockets: &[(SessionKey, OpenSocket)],
) -> SessionView {
    SessionView {
        session_id: line.session_id,
        current: current == Some(line.key),
        sockets: self::sockets(sockets, line.key),
        device: line.device,
        address: line.address,
        since: line.created_at,
        last_seen_at: line.last_seen_at,
        expires_at: line.expires_at,
        remember: line.remember,
    }
}
