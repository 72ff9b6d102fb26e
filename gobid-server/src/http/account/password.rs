//! The change of a password.

use std::time::Duration;

use axum::Json as Body;
use axum::extract::State;
use gobid_api::accounts::{PasswordChange, PasswordChanged};
use gobid_api::values;
use gobid_store::NewPassword;
use tokio::time::sleep;
use tower_sessions::Session;

use super::lists::user;
use crate::app::{App, AppState};
use crate::http::csrf;
use crate::http::extract::Json;
use crate::http::limits::LoginBy;
use crate::http::problem::ApiError;
use crate::http::session::{self, NewLogin};
use crate::http::validate::Faults;
use crate::http::whence::Whence;
use crate::hub::Caller;

/// `POST /users/me/password`
pub(crate) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    session: Session,
    whence: Whence,
    Json(body): Json<PasswordChange>,
) -> Result<Body<PasswordChanged>, ApiError> {
    let email = user(&app, caller.user_id).await?.email;
    app.limits.login.check(&LoginBy::account(&email))?;
    let PasswordChange { current_password, new_password } = body;
    let before = verified(&app, &email, current_password, &new_password).await?;
    let password_hash = app.passwords.hash(new_password).await?;
    let remember = session::is_remembered(&session).await?;
    let password = NewPassword {
        user_id: caller.user_id,
        password_hash: &password_hash,
        is_one_time: false,
        instead_of: Some(&before),
    };
    // Before: who looks which sessions are over may do so at any moment.
    app.hub.session_replaced(caller.session);
    let keys = app.database.set_password(password, None).await?;
    let keys = keys.ok_or_else(|| ApiError::invalid("current_password", NOT_YOURS))?;
    let others = keys.into_iter().filter(|key| *key != caller.session);
    session::ended(&app, caller.user_id, others);
    let login = NewLogin { user_id: caller.user_id, remember, whence };
    session::replace(&app, &session, login).await?;
    let (at, Caller { user_id, session: key, .. }) = (app.clone(), caller);
    app.tasks.spawn(async move {
        sleep(TOLD_WITHIN).await;
        session::ended(&at, user_id, [key]);
    });
    Ok(Body(PasswordChanged {
        message: "The password is changed, and you are logged out everywhere else.".to_owned(),
        csrf_token: csrf::of_session(&app, &session)?.csrf_token,
    }))
}

/// By then the answer with the new cookie is where it was asked for; then the old session's sockets
/// close, and come back with the new one.
const TOLD_WITHIN: Duration = Duration::from_secs(1);

const NOT_YOURS: &str = "is not your password";

/// The hash of the password there is, once it was found to be the one that is given and the new one
/// to be good.
async fn verified(
    app: &App,
    email: &str,
    current_password: String,
    new_password: &str,
) -> Result<String, ApiError> {
    let credentials = app.database.credentials(email).await?.ok_or(ApiError::Unauthenticated)?;
    let before = credentials.password_hash;
    let mut faults = Faults::default();
    let is_new = if current_password == new_password {
        Err("is the password that you have: choose another one".to_owned())
    } else {
        values::password(new_password)
    };
    faults.check("new_password", is_new);
    let is_right = app.passwords.verify(current_password, Some(before.clone())).await?;
    if !is_right {
        faults.add("current_password", NOT_YOURS);
    }
    faults.finish(Some(before))
}
