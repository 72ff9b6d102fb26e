//! API tokens: sessions that begin with a key instead of a login.

use std::fmt;

use gobid_auction::{Timestamp, UserId};
use uuid::Uuid;

use crate::audit::note;
use crate::database::{reading, writing};
use crate::sessions::session_key;
use crate::users::lock_user;
use crate::{Database, NewAudit, SessionKey, StoreError};

/// An API token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiToken {
    /// By what it is found: the SHA-256 of the token.
    pub key: SessionKey,
    /// Its id.
    pub token_id: Uuid,
    /// Whose it is.
    pub user_id: UserId,
    /// What its owner knows it by.
    pub name: String,
    /// What it may be used for, as words with a space between.
    pub scopes: String,
    /// The most that one offer may be, in minor units, and its currency.
    pub max_offer: Option<(i64, String)>,
    /// Now.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// What became of the making of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenMade {
    /// It was made.
    Made,
    /// The user has as many as one may have.
    TooMany,
}

/// An API token that is alive, as a request is judged by it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Whose it is.
    pub user_id: UserId,
    /// Whether an admin has suspended the user.
    pub is_suspended: bool,
    /// What it may be used for, as words with a space between.
    pub scopes: String,
    /// The most that one offer may be, in minor units, and its currency. Its owner's own.
    pub max_offer: Option<(i64, String)>,
    /// When it was last noted as used.
    pub last_seen_at: Timestamp,
}

/// Without the most that may be offered, which no log may hold.
impl fmt::Debug for ApiToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ApiToken({} {})", self.user_id, self.scopes)
    }
}

/// An API token that is alive, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLine {
    /// By what it is found.
    pub key: SessionKey,
    /// Its id.
    pub token_id: Uuid,
    /// What its owner knows it by.
    pub name: String,
    /// What it may be used for, as words with a space between.
    pub scopes: String,
    /// The most that one offer may be, in minor units, and its currency.
    pub max_offer: Option<(i64, String)>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last noted as used; `None` when it never was.
    pub last_used_at: Option<Timestamp>,
    /// When it is over.
    pub expires_at: Timestamp,
}

pub(crate) const TOKENS_OF: &str = "\
    select s.session_key, s.session_id, t.name, t.scopes, t.max_offer, t.currency, s.created_at, \
        s.last_seen_at, s.expires_at \
    from sessions s join api_tokens t on t.session_key = s.session_key \
    where s.user_id = $1 and s.session_id < $2 and s.expires_at > $3 \
    order by s.session_id desc limit $4";

impl Database {
    /// Makes a token, unless the user has `most` already, and writes down that an admin did.
    pub async fn create_token(
        &self,
        token: &NewApiToken,
        most: i64,
        audit: Option<&NewAudit>,
    ) -> Result<TokenMade, StoreError> {
        let made = writing!(self, |connection| {
            lock_user!(connection, token.user_id);
            let count: i64 = sqlx::query_scalar(
                "select count(*) from sessions s \
                 join api_tokens t on t.session_key = s.session_key where s.user_id = $1",
            )
            .bind(token.user_id)
            .fetch_one(&mut *connection)
            .await?;
            if count < most {
                insert!(connection, token);
                if let Some(audit) = audit {
                    note!(connection, audit);
                }
                TokenMade::Made
            } else {
                TokenMade::TooMany
            }
        });
        Ok(made)
    }

    /// A token, when it is alive.
    pub async fn token(
        &self,
        key: SessionKey,
        now: Timestamp,
    ) -> Result<Option<ApiToken>, StoreError> {
        let row: Option<TokenRow> = reading!(self, |connection| {
            sqlx::query_as(
                "select s.user_id, u.suspended_at is not null as is_suspended, t.scopes, \
                    t.max_offer, t.currency, s.last_seen_at \
                 from sessions s join api_tokens t on t.session_key = s.session_key \
                 join users u on u.user_id = s.user_id \
                 where s.session_key = $1 and s.expires_at > $2",
            )
            .bind(key.as_bytes())
            .bind(now.as_micros())
            .fetch_optional(connection)
            .await?
        });
        Ok(row.map(|row| ApiToken {
            user_id: row.user_id,
            is_suspended: row.is_suspended,
            scopes: row.scopes,
            max_offer: row.max_offer.zip(row.currency),
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
        }))
    }

    /// The tokens of a user that are alive, the latest first, before one of them.
    pub async fn tokens_of(
        &self,
        user_id: UserId,
        now: Timestamp,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<TokenLine>, StoreError> {
        let rows: Vec<LineRow> = reading!(self, |connection| {
            sqlx::query_as(TOKENS_OF)
                .bind(user_id)
                .bind(before.unwrap_or(Uuid::max()))
                .bind(now.as_micros())
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(TokenLine::try_from).collect()
    }

    /// Revokes a token of a user's, and gives its key; `None` when there was none.
    pub async fn revoke_token(
        &self,
        user_id: UserId,
        token_id: Uuid,
    ) -> Result<Option<SessionKey>, StoreError> {
        let key: Option<Vec<u8>> = writing!(self, |connection| {
            sqlx::query_scalar(
                "delete from sessions where user_id = $1 and session_id = $2 and exists \
                    (select 1 from api_tokens t where t.session_key = sessions.session_key) \
                 returning session_key",
            )
            .bind(user_id)
            .bind(token_id)
            .fetch_optional(connection)
            .await?
        });
        key.map(session_key).transpose()
    }
}

/// Inserts a token over a connection, in its transaction. A key that is taken is a fault: it is
/// random.
macro_rules! insert {
    ($connection:expr, $token:expr) => {{
        let token: &NewApiToken = $token;
        sqlx::query(
            "insert into sessions (session_key, session_id, user_id, data, remember, created_at, \
                last_seen_at, expires_at) values ($1, $2, $3, '{}', true, $4, 0, $5)",
        )
        .bind(token.key.as_bytes())
        .bind(token.token_id)
        .bind(token.user_id)
        .bind(token.created_at.as_micros())
        .bind(token.expires_at.as_micros())
        .execute(&mut *$connection)
        .await?;
        let max_offer = token.max_offer.as_ref();
        sqlx::query(
            "insert into api_tokens (session_key, name, scopes, max_offer, currency) \
             values ($1, $2, $3, $4, $5)",
        )
        .bind(token.key.as_bytes())
        .bind(&token.name)
        .bind(&token.scopes)
        .bind(max_offer.map(|(minor_units, _)| *minor_units))
        .bind(max_offer.map(|(_, currency)| currency.as_str()))
        .execute(&mut *$connection)
        .await?;
    }};
}

use insert;

#[derive(sqlx::FromRow)]
struct TokenRow {
    user_id: Uuid,
    is_suspended: bool,
    scopes: String,
    max_offer: Option<i64>,
    currency: Option<String>,
    last_seen_at: i64,
}

/// A row of [`TOKENS_OF`].
#[derive(sqlx::FromRow)]
struct LineRow {
    session_key: Vec<u8>,
    session_id: Uuid,
    name: String,
    scopes: String,
    max_offer: Option<i64>,
    currency: Option<String>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl TryFrom<LineRow> for TokenLine {
    type Error = StoreError;

    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        let last_used_at = (row.last_seen_at > 0).then_some(row.last_seen_at);
        Ok(Self {
            key: session_key(row.session_key)?,
            token_id: row.session_id,
            name: row.name,
            scopes: row.scopes,
            max_offer: row.max_offer.zip(row.currency),
            created_at: Timestamp::from_micros(row.created_at),
            last_used_at: last_used_at.map(Timestamp::from_micros),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}
