//! What changes of users once they are there: their passwords, and what admins do about them.

use gobid_auction::{Timestamp, UserId};

use crate::audit::note;
use crate::database::writing;
use crate::sessions::own::end_logins;
use crate::sessions::session_key;
use crate::{Database, NewAudit, SessionKey, StoreError};

/// Another password of a user's.
#[derive(Clone, Copy)]
pub struct NewPassword<'a> {
    /// Whose.
    pub user_id: UserId,
    /// The hash of the password. Secret.
    pub password_hash: &'a str,
    /// Whether it is good for one login alone.
    pub is_one_time: bool,
    /// The hash that it takes the place of; any, when it is not given. Secret.
    pub instead_of: Option<&'a str>,
}

impl std::fmt::Debug for NewPassword<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("NewPassword").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

impl Database {
    /// Gives a user another password, ends all his sessions, and writes down that an admin did.
    /// Gives the keys of what was ended; `None` when there is no such user, or another password was
    /// given to him meanwhile.
    pub async fn set_password(
        &self,
        password: NewPassword<'_>,
        audit: Option<&NewAudit>,
    ) -> Result<Option<Vec<SessionKey>>, StoreError> {
        let NewPassword { user_id, password_hash, is_one_time, instead_of } = password;
        let ended = writing!(self, |connection| {
            let changed = sqlx::query(
                "update users set password_hash = $2, one_time = $3, one_time_used = false \
                 where user_id = $1 and ($4 is null or password_hash = $4)",
            )
            .bind(user_id)
            .bind(password_hash)
            .bind(is_one_time)
            .bind(instead_of)
            .execute(&mut *connection)
            .await?
            .rows_affected();
            if changed == 1 {
                if let Some(audit) = audit {
                    note!(connection, audit);
                }
                Some(end_logins!(connection, user_id))
            } else {
                None
            }
        });
        let Some(ended) = ended else { return Ok(None) };
        let mut keys: Vec<SessionKey> =
            ended.into_iter().map(session_key).collect::<Result<_, _>>()?;
        // A login that was checked against the password before may have begun its session since.
        // One that begins it later finds that the password has changed.
        keys.extend(self.end_sessions_of(user_id).await?);
        Ok(Some(keys))
    }

    /// Uses a one-time password. False when that has been done, or it is not the password any more.
    pub async fn use_one_time_password(
        &self,
        user_id: UserId,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        let used = writing!(self, |connection| {
            sqlx::query(
                "update users set one_time_used = true \
                 where user_id = $1 and password_hash = $2 and one_time and not one_time_used",
            )
            .bind(user_id)
            .bind(password_hash)
            .execute(connection)
            .await?
            .rows_affected()
        });
        Ok(used == 1)
    }

    /// Suspends a user, and writes it down. Gives since when he is: before, when he was. `None` when
    /// there is no such user.
    pub async fn suspend(
        &self,
        user_id: UserId,
        audit: &NewAudit,
    ) -> Result<Option<Timestamp>, StoreError> {
        let since: Option<Option<i64>> = writing!(self, |connection| {
            sqlx::query(
                "update users set suspended_at = coalesce(suspended_at, $2) where user_id = $1",
            )
            .bind(user_id)
            .bind(audit.at.as_micros())
            .execute(&mut *connection)
            .await?;
            let since = sqlx::query_scalar("select suspended_at from users where user_id = $1")
                .bind(user_id)
                .fetch_optional(&mut *connection)
                .await?;
            if since.is_some() {
                note!(connection, audit);
            }
            since
        });
        Ok(since.flatten().map(Timestamp::from_micros))
    }

    /// Lets a suspended user in again, and writes it down. False when there is no such user.
    pub async fn reinstate(&self, user_id: UserId, audit: &NewAudit) -> Result<bool, StoreError> {
        const SQL: &str = "update users set suspended_at = null where user_id = $1";
        Ok(writing!(self, |connection| {
            let changed = sqlx::query(SQL).bind(user_id).execute(&mut *connection).await?;
            if changed.rows_affected() == 1 {
                note!(connection, audit);
            }
            changed.rows_affected() == 1
        }))
    }

    /// Makes a user an admin, or a user as others are, and writes it down. False when there is no
    /// such user.
    pub async fn set_admin(
        &self,
        user_id: UserId,
        is_admin: bool,
        audit: &NewAudit,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "update users set is_admin = $2 where user_id = $1";
        Ok(writing!(self, |connection| {
            let query = sqlx::query(SQL).bind(user_id).bind(is_admin);
            let changed = query.execute(&mut *connection).await?.rows_affected();
            if changed == 1 {
                note!(connection, audit);
            }
            changed == 1
        }))
    }
}
