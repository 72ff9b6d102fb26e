//! Sessions: who is logged in, by the digest of the cookie.

pub(crate) mod many;
pub(crate) mod own;

use std::fmt;
use std::time::Duration;

use gobid_auction::{Timestamp, UserId};
use uuid::Uuid;

use crate::database::{reading, writing};
use crate::error::corrupt;
use crate::{Database, StoreError};

/// A session that is not used for this long is over, save one that is to be remembered.
pub(crate) const IDLE_LIMIT: Duration = Duration::from_hours(24);
/// The use of a session is noted no more often than this.
const TOUCH_EVERY: Duration = Duration::from_mins(5);

/// By what a session is found: the SHA-256 of the cookie's value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey(pub [u8; 32]);

impl SessionKey {
    /// The digest.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionKey(…)")
    }
}

/// A session to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// By what it is found.
    pub key: SessionKey,
    /// By what it is named to its user.
    pub session_id: Uuid,
    /// What the program that logs in calls itself.
    pub device: Option<String>,
    /// From where it logs in.
    pub address: Option<String>,
    /// Who is logged in.
    pub user_id: UserId,
    /// What the server keeps with it.
    pub data: String,
    /// Whether it has no limit on idleness.
    pub remember: bool,
    /// Now.
    pub created_at: Timestamp,
    /// When it is over, used or not.
    pub expires_at: Timestamp,
}

/// A session that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Who is logged in.
    pub user_id: UserId,
    /// Whether an admin has suspended the user: a suspended one keeps his sessions, and may do
    /// nothing with them.
    pub is_suspended: bool,
    /// What the server keeps with it.
    pub data: String,
    /// Whether it has no limit on idleness.
    pub remember: bool,
    /// When it was last noted as used.
    pub last_seen_at: Timestamp,
    /// When it is over, used or not.
    pub expires_at: Timestamp,
}

impl SessionRow {
    /// Whether [`Database::touch_session`] would note something.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) > TOUCH_EVERY
    }
}

impl Database {
    /// Creates a session. False when there is one with this key, and nothing was written.
    pub async fn create_session(&self, session: &NewSession) -> Result<bool, StoreError> {
        let made = writing!(self, |connection| {
            sqlx::query(
                "insert into sessions (session_key, user_id, data, remember, created_at, \
                    last_seen_at, expires_at, session_id, device, address) \
                 values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9) \
                 on conflict (session_key) do nothing",
            )
            .bind(session.key.as_bytes())
            .bind(session.user_id)
            .bind(&session.data)
            .bind(session.remember)
            .bind(session.created_at.as_micros())
            .bind(session.expires_at.as_micros())
            .bind(session.session_id)
            .bind(session.device.as_deref())
            .bind(session.address.as_deref())
            .execute(connection)
            .await?
            .rows_affected()
        });
        Ok(made == 1)
    }

    /// A session, when it is alive: neither expired nor idle for too long.
    pub async fn session(
        &self,
        key: SessionKey,
        now: Timestamp,
    ) -> Result<Option<SessionRow>, StoreError> {
        let row: Option<Row> = reading!(self, |connection| {
            sqlx::query_as(
                "select s.user_id, u.suspended_at is not null as is_suspended, s.data, \
                    s.remember, s.last_seen_at, s.expires_at \
                 from sessions s join users u on u.user_id = s.user_id \
                 where s.session_key = $1 and s.expires_at > $2 \
                    and (s.remember or s.last_seen_at > $3)",
            )
            .bind(key.as_bytes())
            .bind(now.as_micros())
            .bind(now.minus(IDLE_LIMIT).as_micros())
            .fetch_optional(connection)
            .await?
        });
        Ok(row.map(SessionRow::from))
    }

    /// Changes what is kept with a session and when it is over. False when there is none: it was
    /// ended, and stays so.
    pub async fn save_session(
        &self,
        key: SessionKey,
        data: &str,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = writing!(self, |connection| {
            sqlx::query("update sessions set data = $2, expires_at = $3 where session_key = $1")
                .bind(key.as_bytes())
                .bind(data)
                .bind(expires_at.as_micros())
                .execute(connection)
                .await?
                .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Ends a session. False when there was none.
    pub async fn end_session(&self, key: SessionKey) -> Result<bool, StoreError> {
        let ended = writing!(self, |connection| {
            sqlx::query("delete from sessions where session_key = $1")
                .bind(key.as_bytes())
                .execute(connection)
                .await?
                .rows_affected()
        });
        Ok(ended == 1)
    }

    /// Notes that a session is used, at most every five minutes. One that is not alive any more
    /// stays so.
    pub async fn touch_session(&self, key: SessionKey, now: Timestamp) -> Result<(), StoreError> {
        self.touch_sessions(&[key], now).await
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Uuid,
    is_suspended: bool,
    data: String,
    remember: bool,
    last_seen_at: i64,
    expires_at: i64,
}

impl From<Row> for SessionRow {
    fn from(row: Row) -> Self {
        Self {
            user_id: row.user_id,
            is_suspended: row.is_suspended,
            data: row.data,
            remember: row.remember,
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        }
    }
}

/// A key, as its column has it.
pub(crate) fn session_key(bytes: Vec<u8>) -> Result<SessionKey, StoreError> {
    let key = bytes.try_into();
    key.map(SessionKey).map_err(|_bytes: Vec<u8>| corrupt("sessions", "a key has not 32 bytes"))
}
