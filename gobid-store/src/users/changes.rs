//! What changes of users once they are there: their passwords, and what admins do about them.

use gobid_auction::{Timestamp, UserId};

use crate::audit::note;
use crate::database::writing;
use crate::sessions::own::end_logins;
use crate::sessions::session_key;
use crate::users::lock_user;
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

/// What became of what an admin orders about a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordered<T> {
    /// It was done.
    Done(T),
    /// There is no such user.
    NoUser,
    /// Whoever orders it is no admin any more.
    NoAdmin,
}

/// Locks an admin and the user about whom he orders something, over a connection and always in the
/// same order, and says whether he is an admin still: of two who remove each other one stays.
macro_rules! lock_order {
    ($connection:expr, $audit:expr, $user_id:expr) => {{
        let audit: &NewAudit = $audit;
        let mut both = [audit.admin_id, $user_id];
        both.sort_unstable();
        for one in both {
            lock_user!($connection, one);
        }
        let admins: i64 = sqlx::query_scalar(
            "select count(*) from users \
             where user_id = $1 and is_admin and suspended_at is null",
        )
        .bind(audit.admin_id)
        .fetch_one(&mut *$connection)
        .await?;
        admins == 1
    }};
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

    /// Suspends a user, and writes it down. Gives since when he is: before, when he was.
    pub async fn suspend(
        &self,
        user_id: UserId,
        audit: &NewAudit,
    ) -> Result<Ordered<Timestamp>, StoreError> {
        const SQL: &str = "update users set suspended_at = coalesce(suspended_at, $2) \
            where user_id = $1 returning suspended_at";
        Ok(writing!(self, |connection| {
            if lock_order!(connection, audit, user_id) {
                let query = sqlx::query_scalar(SQL).bind(user_id).bind(audit.at.as_micros());
                let since: Option<i64> = query.fetch_optional(&mut *connection).await?;
                if since.is_some() {
                    note!(connection, audit);
                }
                since.map(Timestamp::from_micros).map_or(Ordered::NoUser, Ordered::Done)
            } else {
                Ordered::NoAdmin
            }
        }))
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

    /// Makes a user an admin, or a user as others are, and writes it down.
    pub async fn set_admin(
        &self,
        user_id: UserId,
        is_admin: bool,
        audit: &NewAudit,
    ) -> Result<Ordered<()>, StoreError> {
        const SQL: &str = "update users set is_admin = $2 where user_id = $1";
        Ok(writing!(self, |connection| {
            if lock_order!(connection, audit, user_id) {
                let query = sqlx::query(SQL).bind(user_id).bind(is_admin);
                if query.execute(&mut *connection).await?.rows_affected() == 1 {
                    note!(connection, audit);
                    Ordered::Done(())
                } else {
                    Ordered::NoUser
                }
            } else {
                Ordered::NoAdmin
            }
        }))
    }
}
