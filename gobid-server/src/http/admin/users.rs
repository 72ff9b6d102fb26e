//! Users, as admins see, make and change them. Whatever an admin does is written down together with
//! what changes.

mod suspension;

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use gobid_api::accounts::{MyBid, NewToken, SessionView, TokenCreated};
use gobid_api::admin::{NewUserByAdmin, OneTimePassword, UserMade, UserRow};
use gobid_api::page::Page;
use gobid_api::products::Reason;
use gobid_api::{users, values};
use gobid_auction::UserId as Id;
use gobid_store::{AuditAction, NewAudit, NewPassword, Ordered, User};
use uuid::Uuid;

pub(crate) use suspension::suspend;

use super::audit;
use crate::app::{App, AppState};
use crate::hex::hex;
use crate::http::caller::Admin;
use crate::http::extract::{Json, Parameters, UserId};
use crate::http::pages::{self, Asked};
use crate::http::problem::ApiError;
use crate::http::users::{field_taken, validated};
use crate::http::{account, orders, session};
use crate::hub::Caller;

/// `GET /admin/users`
pub(crate) async fn list(
    State(app): State<AppState>,
    Admin(_): Admin,
    mut query: Parameters,
) -> Result<Body<Page<UserRow>>, ApiError> {
    let q = query.take("q", |text| values::text_of(text.trim(), 1, 254));
    let q = q.map(|text| text.to_lowercase());
    let list = format!("users {}", q.as_deref().unwrap_or_default());
    let Asked { limit, before } = pages::asked(&mut query, &list);
    query.finish(&["q", "limit", "cursor"])?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let page = app.database.users(q.as_deref(), before, limit).await?;
    let next_cursor = page.next.map(|last| pages::cursor(&list, last.as_bytes()));
    Ok(Body(Page { items: page.users.into_iter().map(row).collect(), next_cursor }))
}

/// `POST /admin/users`
pub(crate) async fn create(
    State(app): State<AppState>,
    Admin(admin): Admin,
    Json(body): Json<NewUserByAdmin>,
) -> Result<(StatusCode, Body<UserMade>), ApiError> {
    let one_time_password = body.password.is_none().then(one_time);
    let body = users::NewUser {
        user_name: body.user_name,
        email: body.email,
        password: body.password.or(one_time_password.clone()).unwrap_or_default(),
        bio: body.bio,
    };
    let (user, password) = validated(&app, &body)?;
    let password_hash = app.passwords.hash(password).await?;
    let user = gobid_store::NewUser { password_hash, ..user };
    let note = about(&app, admin, AuditAction::CreateUser, user.user_id, None);
    let taken = app.database.make_user(&user, one_time_password.is_some(), Some(&note)).await?;
    if taken.is_empty() {
        let made = UserMade { user_id: user.user_id, one_time_password };
        Ok((StatusCode::CREATED, Body(made)))
    } else {
        Err(ApiError::AlreadyExists(taken.into_iter().map(field_taken).collect()))
    }
}

/// `POST /admin/users/{user_id}/reinstate`
pub(crate) async fn reinstate(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    Json(body): Json<Reason>,
) -> Result<Body<UserRow>, ApiError> {
    let reason = orders::reason(&body.reason)?;
    let note = about(&app, admin, AuditAction::Reinstate, user_id, Some(reason));
    if !app.database.reinstate(user_id, &note).await? {
        return Err(ApiError::NotFound("user"));
    }
    existing(&app, user_id).await.map(row).map(Body)
}

/// `POST /admin/users/{user_id}/make-admin`
pub(crate) async fn make_admin(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    Json(body): Json<Reason>,
) -> Result<Body<UserRow>, ApiError> {
    let reason = orders::reason(&body.reason)?;
    let note = about(&app, admin, AuditAction::MakeAdmin, user_id, Some(reason));
    ordered(app.database.set_admin(user_id, true, &note).await?)?;
    existing(&app, user_id).await.map(row).map(Body)
}

/// `POST /admin/users/{user_id}/remove-admin`
pub(crate) async fn remove_admin(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    Json(body): Json<Reason>,
) -> Result<Body<UserRow>, ApiError> {
    let reason = orders::reason(&body.reason)?;
    not_oneself(admin, user_id)?;
    let note = about(&app, admin, AuditAction::RemoveAdmin, user_id, Some(reason));
    ordered(app.database.set_admin(user_id, false, &note).await?)?;
    existing(&app, user_id).await.map(row).map(Body)
}

/// `POST /admin/users/{user_id}/password`
pub(crate) async fn reset_password(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    Json(body): Json<Reason>,
) -> Result<Body<OneTimePassword>, ApiError> {
    let reason = orders::reason(&body.reason)?;
    not_oneself(admin, user_id)?;
    let one_time_password = one_time();
    let password_hash = app.passwords.hash(one_time_password.clone()).await?;
    let note = about(&app, admin, AuditAction::ResetPassword, user_id, Some(reason));
    let password_hash = password_hash.as_str();
    let password = NewPassword { user_id, password_hash, is_one_time: true, instead_of: None };
    let keys = app.database.set_password(password, Some(&note)).await?;
    session::ended(&app, user_id, keys.ok_or(ApiError::NotFound("user"))?);
    Ok(Body(OneTimePassword { one_time_password }))
}

/// `POST /admin/users/{user_id}/tokens`
pub(crate) async fn create_token(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    Json(body): Json<NewToken>,
) -> Result<(StatusCode, Body<TokenCreated>), ApiError> {
    // One's own are made by a login alone: a token would make another that may do more.
    not_oneself(admin, user_id)?;
    existing(&app, user_id).await?;
    let detail = format!("{}: {}", body.name.trim(), body.scopes.join(" "));
    let note = about(&app, admin, AuditAction::CreateToken, user_id, Some(detail));
    let created = account::make_token(&app, user_id, &body, Some(&note)).await?;
    Ok((StatusCode::CREATED, Body(created)))
}

/// `GET /admin/users/{user_id}/sessions`
pub(crate) async fn sessions(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    query: Parameters,
) -> Result<Body<Page<SessionView>>, ApiError> {
    existing(&app, user_id).await?;
    audit::write(&app, about(&app, admin, AuditAction::ReadSessions, user_id, None)).await?;
    account::sessions_of(&app, user_id, Some(admin.session), query).await.map(Body)
}

/// `GET /admin/users/{user_id}/bids`
pub(crate) async fn bids(
    State(app): State<AppState>,
    Admin(admin): Admin,
    UserId(user_id): UserId,
    query: Parameters,
) -> Result<Body<Page<MyBid>>, ApiError> {
    let user = existing(&app, user_id).await?;
    audit::write(&app, about(&app, admin, AuditAction::ReadBids, user_id, None)).await?;
    let list = format!("admin bids of {user_id}");
    account::bids_of(&app, (&user, true), &list, query).await.map(account::only_closed).map(Body)
}

/// What is written down of what an admin does about a user.
fn about(
    app: &App,
    admin: Caller,
    action: AuditAction,
    user_id: Id,
    detail: Option<String>,
) -> NewAudit {
    NewAudit {
        audit_id: Uuid::now_v7(),
        at: app.clock.now(),
        admin_id: admin.user_id,
        action,
        product_id: None,
        user_id: Some(user_id),
        detail,
    }
}

fn not_oneself(admin: Caller, user_id: Id) -> Result<(), ApiError> {
    if admin.user_id == user_id { Err(ApiError::NotToOneself) } else { Ok(()) }
}

async fn existing(app: &App, user_id: Id) -> Result<User, ApiError> {
    app.database.user(user_id).await?.ok_or(ApiError::NotFound("user"))
}

/// What came of an order, when it was carried out; else why not.
fn ordered<T>(ordered: Ordered<T>) -> Result<T, ApiError> {
    match ordered {
        Ordered::Done(done) => Ok(done),
        Ordered::NoUser => Err(ApiError::NotFound("user")),
        Ordered::NoAdmin => Err(ApiError::Forbidden),
    }
}

fn row(user: User) -> UserRow {
    UserRow {
        user_id: user.user_id,
        user_name: user.user_name,
        email: user.email,
        bio: user.bio,
        is_admin: user.is_admin,
        suspended_at: user.suspended_at,
        created_at: user.created_at,
    }
}

/// A password that nobody guesses, for one login.
fn one_time() -> String {
    hex(&rand::random::<[u8; 10]>())
}
