//! Users: sign-up, login, logout, profile.

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use gobid_api::users::{LoggedIn, Login, Message, NewUser, Profile, UserCreated};
use gobid_api::values;
use gobid_store::{Credentials, Taken};
use tower_sessions::Session;
use uuid::Uuid;

use crate::app::{App, AppState};
use crate::http::address::ClientAddress;
use crate::http::bearer::Anybody;
use crate::http::caller::MayRead;
use crate::http::extract::Json;
use crate::http::limits::LoginBy;
use crate::http::problem::ApiError;
use crate::http::session::{Alive, NewLogin};
use crate::http::validate::Faults;
use crate::http::whence::Whence;
use crate::http::{csrf, session};

/// `POST /users/signupuser`
pub(crate) async fn sign_up(
    State(app): State<AppState>,
    _caller: Anybody,
    ClientAddress(address): ClientAddress,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Body<UserCreated>), ApiError> {
    if !app.config.registration_is_open {
        return Err(ApiError::RegistrationClosed);
    }
    app.limits.signup.check(&address.into())?;
    let (user, password) = validated(&app, &body)?;
    let password_hash = app.passwords.hash(password).await?;
    let user = gobid_store::NewUser { password_hash, ..user };
    let taken = app.database.create_user(&user).await?;
    if taken.is_empty() {
        Ok((StatusCode::CREATED, Body(UserCreated { user_id: user.user_id })))
    } else {
        Err(ApiError::AlreadyExists(taken.into_iter().map(field_taken).collect()))
    }
}

/// `POST /users/loginuser`
pub(crate) async fn log_in(
    State(app): State<AppState>,
    _caller: Anybody,
    whence: Whence,
    session: Session,
    Json(body): Json<Login>,
) -> Result<Body<LoggedIn>, ApiError> {
    let email = body.email.trim().to_lowercase();
    app.limits.login.check(&LoginBy::Address(whence.address.into()))?;
    values::without_controls(&email).map_err(|why| ApiError::invalid("email", why))?;
    app.limits.login.check(&LoginBy::account(&email))?;
    let user = app.database.credentials(&email).await?;
    let password_hash = user.as_ref().map(|user| user.password_hash.clone());
    let verified = app.passwords.verify(body.password, password_hash).await?;
    let user = user.filter(|_| verified).ok_or(ApiError::InvalidCredentials)?;
    if user.is_suspended {
        return Err(ApiError::Suspended);
    }
    let Credentials { user_id, password_hash, is_one_time, .. } = &user;
    let login = NewLogin { user_id: *user_id, remember: body.remember, whence };
    session::begin(&app, &session, login).await?;
    // Used up when there is a session alone: it could not be asked for again.
    let is_good =
        !is_one_time || app.database.use_one_time_password(*user_id, password_hash).await?;
    // Whoever changes the password ends the sessions there are: this one may have come after that.
    let now = app.database.credentials(&email).await?;
    if !is_good || now.is_none_or(|now| now.password_hash != *password_hash) {
        session::end(&app, &session).await?;
        return Err(ApiError::InvalidCredentials);
    }
    Ok(Body(LoggedIn {
        message: greeting(&user),
        user_id: user.user_id,
        user_name: user.user_name,
        csrf_token: csrf::of_session(&app, &session)?.csrf_token,
        must_change_password: user.is_one_time,
    }))
}

/// `POST /users/logout`
pub(crate) async fn log_out(
    State(app): State<AppState>,
    Alive { session, .. }: Alive,
) -> Result<Body<Message>, ApiError> {
    let session = session.ok_or(ApiError::OutOfScope(None))?;
    session::end(&app, &session).await?;
    Ok(Body(Message { message: "You are logged out.".to_owned() }))
}

/// `GET /users/me`
pub(crate) async fn me(
    State(app): State<AppState>,
    MayRead(caller): MayRead,
) -> Result<Body<Profile>, ApiError> {
    let user = app.database.user(caller.user_id).await?.ok_or(ApiError::Unauthenticated)?;
    Ok(Body(Profile {
        user_id: user.user_id,
        user_name: user.user_name,
        email: user.email,
        bio: user.bio,
        is_admin: user.is_admin,
        created_at: user.created_at,
    }))
}

fn greeting(user: &Credentials) -> String {
    let name = &user.user_name;
    if user.is_one_time {
        format!("You are logged in as {name}. The password was good for this once: change it now.")
    } else {
        format!("You are logged in as {name}.")
    }
}

/// The user without a password's hash, and the password.
pub(super) fn validated(
    app: &App,
    body: &NewUser,
) -> Result<(gobid_store::NewUser, String), ApiError> {
    let mut faults = Faults::default();
    let user_name = faults.check("user_name", values::user_name(&body.user_name));
    let email = faults.check("email", values::email(&body.email));
    let password = faults.check("password", values::password(&body.password));
    let bio = faults.check("bio", values::bio(body.bio.as_deref().unwrap_or_default()));
    let user = || {
        let user = gobid_store::NewUser {
            user_id: Uuid::now_v7(),
            user_name: user_name?,
            email: email?,
            password_hash: String::new(),
            bio: bio?,
            is_admin: false,
            created_at: app.clock.now(),
        };
        Some((user, password?))
    };
    let user = user();
    faults.finish(user)
}

pub(super) fn field_taken(taken: Taken) -> (String, Vec<String>) {
    let (field, why) = match taken {
        Taken::UserName => ("user_name", "is taken: choose another one"),
        Taken::Email => ("email", "is signed up already: log in instead"),
    };
    (field.to_owned(), vec![why.to_owned()])
}
