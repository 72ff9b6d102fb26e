//! A user's sessions, as he sees and ends them. An API token is none of them.

use gobid_auction::{Timestamp, UserId};
use uuid::Uuid;

use super::{IDLE_LIMIT, SessionKey, session_key};
use crate::database::{reading, writing};
use crate::{Database, StoreError};

/// A session that is alive, as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// By what it is found.
    pub key: SessionKey,
    /// Its name.
    pub session_id: Uuid,
    /// What the program that logged in calls itself.
    pub device: Option<String>,
    /// From where it logged in.
    pub address: Option<String>,
    /// Whether it has no limit on idleness.
    pub remember: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last noted as used.
    pub last_seen_at: Timestamp,
    /// When it is over, used or not.
    pub expires_at: Timestamp,
}

/// The condition that a row of `sessions s` is no API token's.
macro_rules! is_login {
    () => {
        "not exists (select 1 from api_tokens t where t.session_key = sessions.session_key)"
    };
}

pub(crate) const SESSIONS_OF: &str = concat!(
    "select session_key, session_id, device, address, remember, created_at, last_seen_at, \
        expires_at from sessions \
     where user_id = $1 and session_id < $2 and expires_at > $3 \
        and (remember or last_seen_at > $4) and ",
    is_login!(),
    " order by session_id desc limit $5"
);

/// Ends the logins of a user over a connection, and gives their keys. One after the other, in the
/// order in which they are locked where they are noted as used.
macro_rules! end_logins {
    ($connection:expr, $user_id:expr) => {{
        let keys: Vec<Vec<u8>> = sqlx::query_scalar($crate::sessions::own::LOGINS_OF)
            .bind($user_id)
            .fetch_all(&mut *$connection)
            .await?;
        for key in &keys {
            sqlx::query("delete from sessions where session_key = $1")
                .bind(key)
                .execute(&mut *$connection)
                .await?;
        }
        keys
    }};
}

pub(crate) use end_logins;

pub(crate) const LOGINS_OF: &str = concat!(
    "select session_key from sessions where user_id = $1 and ",
    is_login!(),
    " order by session_key"
);

impl Database {
    /// The sessions of a user that are alive, the latest first, before one of them.
    pub async fn sessions_of(
        &self,
        user_id: UserId,
        now: Timestamp,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<SessionLine>, StoreError> {
        let before = before.unwrap_or(Uuid::max());
        let rows: Vec<Row> = reading!(self, |connection| {
            sqlx::query_as(SESSIONS_OF)
                .bind(user_id)
                .bind(before)
                .bind(now.as_micros())
                .bind(now.minus(IDLE_LIMIT).as_micros())
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(SessionLine::try_from).collect()
    }

    /// Ends a session of a user's, by its name, and gives its key; `None` when there was none.
    pub async fn end_session_of(
        &self,
        user_id: UserId,
        session_id: Uuid,
    ) -> Result<Option<SessionKey>, StoreError> {
        const SQL: &str = concat!(
            "delete from sessions where user_id = $1 and session_id = $2 and ",
            is_login!(),
            " returning session_key"
        );
        let key: Option<Vec<u8>> = writing!(self, |connection| {
            sqlx::query_scalar(SQL)
                .bind(user_id)
                .bind(session_id)
                .fetch_optional(connection)
                .await?
        });
        key.map(session_key).transpose()
    }

    /// Ends all sessions of a user, and gives their keys.
    pub async fn end_sessions_of(&self, user_id: UserId) -> Result<Vec<SessionKey>, StoreError> {
        let keys = writing!(self, |connection| end_logins!(connection, user_id));
        keys.into_iter().map(session_key).collect()
    }

    /// Gives names to sessions that have none, at most so many, and says how many they were.
    pub async fn name_sessions(&self, limit: i64) -> Result<usize, StoreError> {
        const NAMELESS: &str = "select session_key from sessions where session_id is null order by session_key limit $1";
        let keys: Vec<Vec<u8>> = reading!(self, |connection| {
            sqlx::query_scalar(NAMELESS).bind(limit).fetch_all(connection).await?
        });
        if keys.is_empty() {
            return Ok(0);
        }
        writing!(self, |connection| {
            for key in &keys {
                sqlx::query(
                    "update sessions set session_id = $2 \
                     where session_key = $1 and session_id is null",
                )
                .bind(key.as_slice())
                .bind(Uuid::now_v7())
                .execute(&mut *connection)
                .await?;
            }
        });
        Ok(keys.len())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    session_key: Vec<u8>,
    session_id: Uuid,
    device: Option<String>,
    address: Option<String>,
    remember: bool,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl TryFrom<Row> for SessionLine {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            key: session_key(row.session_key)?,
            session_id: row.session_id,
            device: row.device,
            address: row.address,
            remember: row.remember,
            created_at: Timestamp::from_micros(row.created_at),
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}
