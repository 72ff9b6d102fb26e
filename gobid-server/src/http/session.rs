//! Sessions: who is logged in. The cookie's value is known to the browser alone; the database has
//! its digest.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{FromRequestParts, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderValue};
use axum::response::Response;
use gobid_auction::{Timestamp, UserId};
use gobid_store::{Database, NewSession, SessionKey, SessionRow, StoreError};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower_sessions::cookie::time::{self, OffsetDateTime};
use tower_sessions::cookie::{Cookie, SameSite};
use tower_sessions::session::{self, Id, Record};
use tower_sessions::session_store;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};
use uuid::Uuid;

use crate::app::{App, AppState};
use crate::clock::Clock;
use crate::http::bearer::{self, Bearer};
use crate::http::problem::ApiError;
use crate::http::whence::Whence;
use crate::hub::{Caller, Rights};
use crate::shutdown::Tasks;

/// The use of an API token is noted no more often than this.
pub(super) const TOUCH_EVERY: Duration = Duration::from_mins(5);

/// How long a session lasts at most, and its cookie.
const LIFETIME_DAYS: u32 = 30;

/// What the columns of a session say, under these names among its data.
const USER_ID: &str = "user_id";
const REMEMBER: &str = "remember";
const IS_SUSPENDED: &str = "is_suspended";
const EXPIRES_AT: &str = "expires_at";
const DEVICE: &str = "device";
const ADDRESS: &str = "address";
const COLUMNS: [&str; 6] = [USER_ID, REMEMBER, IS_SUSPENDED, EXPIRES_AT, DEVICE, ADDRESS];

/// The sessions of the database.
#[derive(Clone)]
pub(crate) struct Sessions {
    database: Database,
    clock: Clock,
    tasks: Tasks,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Sessions")
    }
}

/// The layer that finds the session's cookie in a request, and puts it into answers.
pub(crate) fn layer(app: &App) -> SessionManagerLayer<Sessions> {
    let (database, clock, tasks) = (app.database.clone(), app.clock.clone(), app.tasks.clone());
    SessionManagerLayer::new(Sessions { database, clock, tasks })
        .with_name(cookie_name(app))
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(app.is_https())
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::days(LIFETIME_DAYS.into())))
}

fn cookie_name(app: &App) -> &'static str {
    if app.is_https() { "__Host-gobid_session" } else { "gobid_session" }
}

/// The layer around that one which sees to it that browsers let go of the cookie of a session that
/// is over: without the attributes that it was set with they keep one of this host alone.
pub(crate) async fn removal(State(app): State<AppState>, mut response: Response) -> Response {
    let name = cookie_name(&app);
    let removes = |line: &HeaderValue| {
        let line = line.to_str().ok().and_then(|line| line.strip_prefix(name));
        line.is_some_and(|rest| rest.starts_with("=;"))
    };
    if response.headers().get_all(SET_COOKIE).iter().any(removes) {
        let mut cookie = Cookie::build(name)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(app.is_https())
            .path("/")
            .build();
        cookie.make_removal();
        let removal = HeaderValue::try_from(cookie.to_string()).ok();
        let lines: Vec<_> = response.headers().get_all(SET_COOKIE).iter().cloned().collect();
        let others = lines.into_iter().filter(|line| !removes(line));
        let lines: Vec<_> = others.chain(removal).collect();
        response.headers_mut().remove(SET_COOKIE);
        response.headers_mut().extend(lines.into_iter().map(|line| (SET_COOKIE, line)));
    }
    response
}

/// By what a session is found: the digest of the cookie's value.
fn key(id: &Id) -> SessionKey {
    SessionKey(Sha256::digest(id.to_string()).into())
}

/// The session or API token that a request names, alive or not, without a look at the database.
pub(crate) fn key_of(extensions: &Extensions) -> Option<SessionKey> {
    if let Some(Bearer(key)) = extensions.get() {
        return Some(*key);
    }
    extensions.get::<Session>()?.id().as_ref().map(key)
}

#[async_trait]
impl SessionStore for Sessions {
    /// Inserts, under an id that is always new: no one else can have chosen it.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str);
        let [device, address] = [DEVICE, ADDRESS].map(|name| text(name).map(str::to_owned));
        let user_id = text(USER_ID).and_then(|id| id.parse().ok());
        let user_id =
            user_id.ok_or_else(|| session_store::Error::Encode("nobody's session".to_owned()))?;
        let remember = record.data.get(REMEMBER).and_then(Value::as_bool).unwrap_or_default();
        let created_at = self.clock.now();
        let expires_at = created_at.plus(Duration::from_hours(24) * LIFETIME_DAYS);
        record.data.insert(EXPIRES_AT.to_owned(), expires_at.as_micros().into());
        let data = data_beside_columns(record)?;
        loop {
            record.id = Id::default();
            let new = NewSession {
                key: key(&record.id),
                session_id: Uuid::now_v7(),
                device: device.clone(),
                address: address.clone(),
                user_id,
                data: data.clone(),
                remember,
                created_at,
                expires_at,
            };
            if self.database.create_session(&new).await.map_err(|why| fault(&why))? {
                return Ok(());
            }
        }
    }

    /// Updates and never inserts: a session that was ended meanwhile stays so. Its end stays, too.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let Some(expires_at) = record.data.get(EXPIRES_AT).and_then(Value::as_i64) else {
            return Ok(());
        };
        let (key, data) = (key(&record.id), data_beside_columns(record)?);
        let expires_at = Timestamp::from_micros(expires_at);
        self.database
            .save_session(key, &data, expires_at)
            .await
            .map(drop)
            .map_err(|why| fault(&why))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let (key, now) = (key(id), self.clock.now());
        let Some(row) = self.database.session(key, now).await.map_err(|why| fault(&why))? else {
            return Ok(None);
        };
        if row.wants_touch(now) {
            let database = self.database.clone();
            self.tasks.spawn(async move {
                if let Err(why) = database.touch_session(key, now).await {
                    tracing::warn!(error = ?why, "the use of a session was not noted");
                }
            });
        }
        record(*id, &row).map(Some)
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.database.end_session(key(id)).await.map(drop).map_err(|why| fault(&why))
    }
}

fn record(id: Id, row: &SessionRow) -> session_store::Result<Record> {
    let decode = |why: serde_json::Error| session_store::Error::Decode(why.to_string());
    let mut record = Record {
        id,
        data: serde_json::from_str(&row.data).map_err(decode)?,
        expiry_date: OffsetDateTime::UNIX_EPOCH
            + time::Duration::microseconds(row.expires_at.as_micros()),
    };
    record.data.insert(USER_ID.to_owned(), row.user_id.to_string().into());
    record.data.insert(REMEMBER.to_owned(), row.remember.into());
    record.data.insert(IS_SUSPENDED.to_owned(), row.is_suspended.into());
    record.data.insert(EXPIRES_AT.to_owned(), row.expires_at.as_micros().into());
    Ok(record)
}

fn data_beside_columns(record: &Record) -> session_store::Result<String> {
    let mut data = record.data.clone();
    data.retain(|name, _| !COLUMNS.contains(&name.as_str()));
    serde_json::to_string(&data).map_err(|why| session_store::Error::Encode(why.to_string()))
}

/// `Backend` is a database that is away, `Decode` any other fault of it.
fn fault(why: &StoreError) -> session_store::Error {
    let words = format!("{why:?}");
    if why.is_away() {
        session_store::Error::Backend(words)
    } else {
        session_store::Error::Decode(words)
    }
}

impl From<session::Error> for ApiError {
    fn from(why: session::Error) -> Self {
        match why {
            session::Error::Store(session_store::Error::Backend(why)) => {
                tracing::warn!(error = ?why, "the database is away");
                Self::unavailable()
            }
            why => Self::Internal(format!("{why:?}")),
        }
    }
}

/// Who logs in, and from where.
pub(crate) struct NewLogin {
    /// Who.
    pub(crate) user_id: UserId,
    /// Whether the session has no limit on idleness.
    pub(crate) remember: bool,
    /// From where.
    pub(crate) whence: Whence,
}

/// Logs a user in: ends the session that the request had, and begins another with a new id.
pub(crate) async fn begin(app: &App, session: &Session, login: NewLogin) -> Result<(), ApiError> {
    end(app, session).await?;
    fill(session, login).await
}

/// Puts another session in the place of the one that a request has. Its sockets close once the
/// answer with the new cookie is out: a client that knew of the end first would take it for a logout.
pub(crate) async fn replace(app: &App, session: &Session, login: NewLogin) -> Result<(), ApiError> {
    let before = session.id().as_ref().map(key);
    session.flush().await?;
    if let Some(key) = before {
        app.limits.known.forget(key);
    }
    fill(session, login).await
}

async fn fill(session: &Session, login: NewLogin) -> Result<(), ApiError> {
    session.insert(USER_ID, login.user_id).await?;
    session.insert(REMEMBER, login.remember).await?;
    session.insert(DEVICE, login.whence.device).await?;
    session.insert(ADDRESS, login.whence.address).await?;
    session.save().await?;
    Ok(())
}

/// Whether a session is one that has no limit on idleness.
pub(crate) async fn is_remembered(session: &Session) -> Result<bool, ApiError> {
    Ok(session.get(REMEMBER).await?.unwrap_or_default())
}

/// Lets go of sessions and tokens of a user that have ended in the database, and closes their
/// sockets.
pub(crate) fn ended(app: &App, user_id: UserId, keys: impl IntoIterator<Item = SessionKey>) {
    for key in keys {
        app.limits.known.forget(key);
        app.hub.session_ended(user_id, key);
    }
}

/// Ends the session that a request has, if it has one, and closes its sockets.
pub(crate) async fn end(app: &App, session: &Session) -> Result<(), ApiError> {
    let Some(key) = session.id().as_ref().map(key) else { return Ok(()) };
    let user_id = session.get::<UserId>(USER_ID).await?;
    session.flush().await?;
    if let Some(user_id) = user_id {
        ended(app, user_id, [key]);
    }
    Ok(())
}

/// The session or API token of a request that is alive, a suspended user's too.
pub(crate) struct Alive {
    /// The session; `None` of a token.
    pub(crate) session: Option<Session>,
    /// Whose it is.
    pub(super) caller: Caller,
    /// Whether an admin has suspended that user.
    pub(super) is_suspended: bool,
}

impl Alive {
    /// Looks it up, a session at most once a request. A token that is not alive is a fault: whoever
    /// sends one does not want to be a visitor.
    pub(crate) async fn find(extensions: &Extensions, app: &App) -> Result<Option<Self>, ApiError> {
        if let Some(Bearer(key)) = extensions.get() {
            let (caller, is_suspended) = bearer::caller(app, *key).await?;
            return Ok(Some(Self { session: None, caller, is_suspended }));
        }
        let Some(session) = extensions.get::<Session>() else { return Ok(None) };
        let Some(key) = session.id().as_ref().map(key) else { return Ok(None) };
        let Some(user_id) = session.get::<UserId>(USER_ID).await? else { return Ok(None) };
        let is_suspended = session.get(IS_SUSPENDED).await?.unwrap_or_default();
        app.limits.known.add(key, user_id);
        let caller = Caller { user_id, session: key, rights: Rights::ALL };
        Ok(Some(Self { session: Some(session.clone()), caller, is_suspended }))
    }
}

impl FromRequestParts<AppState> for Alive {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        Self::find(&parts.extensions, app).await?.ok_or(ApiError::Unauthenticated)
    }
}
