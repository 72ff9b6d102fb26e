//! Users.

mod changes;
mod list;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use gobid_auction::{Timestamp, UserId};
use uuid::Uuid;

use crate::audit::note;
use crate::database::{leasing, reading, writing};
use crate::error::corrupt;
use crate::{Database, NewAudit, StoreError, hex};

pub use changes::{NewPassword, Ordered};
pub use list::UserPage;

/// A user to be created.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The id.
    pub user_id: UserId,
    /// The name, as it is shown; unique without regard to case.
    pub user_name: String,
    /// The e-mail address, trimmed and in lower case; unique.
    pub email: String,
    /// The hash of the password. Secret.
    pub password_hash: String,
    /// What the user says of himself.
    pub bio: String,
    /// Whether the user is an admin.
    pub is_admin: bool,
    /// Now.
    pub created_at: Timestamp,
}

/// What another user has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The name.
    UserName,
    /// The e-mail address.
    Email,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub user_id: UserId,
    /// The name, as it is shown.
    pub user_name: String,
    /// The e-mail address.
    pub email: String,
    /// What the user says of himself.
    pub bio: String,
    /// Whether the user is an admin.
    pub is_admin: bool,
    /// Since when the user is suspended, by an admin; `None` when he is not.
    pub suspended_at: Option<Timestamp>,
    /// When the user signed up.
    pub created_at: Timestamp,
}

/// What a login is checked against.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Credentials {
    /// The id.
    pub user_id: UserId,
    /// The name, as it is shown.
    pub user_name: String,
    /// The hash of the password. Secret.
    pub password_hash: String,
    /// Whether an admin has suspended the user.
    pub is_suspended: bool,
    /// Whether the password is good for one login alone.
    pub is_one_time: bool,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("NewUser")
            .field("user_id", &self.user_id)
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Credentials").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

impl Database {
    /// Creates a user. The answer is empty when that is done; else it says what is taken, and
    /// nothing was written.
    pub async fn create_user(&self, user: &NewUser) -> Result<Vec<Taken>, StoreError> {
        self.make_user(user, false, None).await
    }

    /// Creates a user, whose password may be good for one login alone, and writes down that an admin
    /// did.
    pub async fn make_user(
        &self,
        user: &NewUser,
        is_one_time: bool,
        audit: Option<&NewAudit>,
    ) -> Result<Vec<Taken>, StoreError> {
        let name_key = user.user_name.to_lowercase();
        let others: Option<Vec<(String, String)>> = writing!(self, |connection| {
            let made = sqlx::query(
                "insert into users (user_id, user_name, user_name_key, email, password_hash, bio, \
                    is_admin, created_at, one_time) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
            )
            .bind(user.user_id)
            .bind(&user.user_name)
            .bind(&name_key)
            .bind(&user.email)
            .bind(&user.password_hash)
            .bind(&user.bio)
            .bind(user.is_admin)
            .bind(user.created_at.as_micros())
            .bind(is_one_time)
            .execute(&mut *connection)
            .await?
            .rows_affected();
            if made == 1 {
                if let Some(audit) = audit {
                    note!(connection, audit);
                }
                None
            } else {
                let others = sqlx::query_as(
                    "select user_name_key, email from users \
                     where user_name_key = $1 or email = $2",
                )
                .bind(&name_key)
                .bind(&user.email)
                .fetch_all(connection)
                .await?;
                Some(others)
            }
        });
        let Some(others) = others else {
            return Ok(Vec::new());
        };
        let mut taken = Vec::new();
        if others.iter().any(|(name, _)| *name == name_key) {
            taken.push(Taken::UserName);
        }
        if others.iter().any(|(_, email)| *email == user.email) {
            taken.push(Taken::Email);
        }
        if taken.is_empty() {
            return Err(corrupt("users", format!("the id {} is taken", user.user_id)));
        }
        Ok(taken)
    }

    /// One user.
    pub async fn user(&self, user_id: UserId) -> Result<Option<User>, StoreError> {
        let row: Option<UserRow> = reading!(self, |connection| {
            sqlx::query_as(USER).bind(user_id).fetch_optional(connection).await?
        });
        Ok(row.map(User::from))
    }

    /// The e-mail addresses of users.
    pub async fn emails_of(
        &self,
        users: &BTreeSet<UserId>,
    ) -> Result<HashMap<UserId, String>, StoreError> {
        macro_rules! emails {
            ($users:literal) => {
                concat!("select user_id, email from users where user_id ", $users)
            };
        }
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(Uuid, String)> = match self {
            Self::Postgres(database) => leasing!(&database.pool, |connection| {
                let users: Vec<_> = users.iter().copied().collect();
                sqlx::query_as(emails!("= any($1)")).bind(users).fetch_all(connection).await?
            }),
            Self::Sqlite(database) => leasing!(&database.readers, |connection| {
                let users = hex::json(users.iter().map(|user| user.as_bytes().as_slice()));
                sqlx::query_as(emails!("in (select unhex(value) from json_each($1))"))
                    .bind(users)
                    .fetch_all(connection)
                    .await?
            }),
        };
        Ok(rows.into_iter().collect())
    }

    /// The user of a name, in whichever case it is written.
    pub async fn user_named(&self, user_name: &str) -> Result<Option<UserId>, StoreError> {
        let user_id: Option<Uuid> = reading!(self, |connection| {
            sqlx::query_scalar("select user_id from users where user_name_key = $1")
                .bind(user_name.to_lowercase())
                .fetch_optional(connection)
                .await?
        });
        Ok(user_id)
    }

    /// What a login with an e-mail address, trimmed and in lower case, is checked against.
    pub async fn credentials(&self, email: &str) -> Result<Option<Credentials>, StoreError> {
        let row = reading!(self, |connection| {
            sqlx::query_as(
                "select user_id, user_name, password_hash, \
                    suspended_at is not null as is_suspended, one_time as is_one_time \
                 from users where email = $1",
            )
            .bind(email)
            .fetch_optional(connection)
            .await?
        });
        Ok(row)
    }

    /// Makes the user with an e-mail address, trimmed and in lower case, an admin. False when there
    /// is none.
    pub async fn make_admin(&self, email: &str) -> Result<bool, StoreError> {
        let changed = writing!(self, |connection| {
            sqlx::query("update users set is_admin = true where email = $1")
                .bind(email)
                .execute(connection)
                .await?
                .rows_affected()
        });
        Ok(changed == 1)
    }
}

/// Locks a user in a transaction: what is read of him and of what is his later in it stays so until
/// its end, as far as others lock him, too.
macro_rules! lock_user {
    ($connection:expr, $user_id:expr) => {
        sqlx::query("update users set is_admin = is_admin where user_id = $1")
            .bind($user_id)
            .execute(&mut *$connection)
            .await?
    };
}

pub(crate) use lock_user;

/// The columns of a [`UserRow`].
macro_rules! user_columns {
    () => {
        "user_id, user_name, email, bio, is_admin, suspended_at, created_at"
    };
}

use user_columns;

const USER: &str = concat!("select ", user_columns!(), " from users where user_id = $1");

#[derive(sqlx::FromRow)]
struct UserRow {
    user_id: Uuid,
    user_name: String,
    email: String,
    bio: String,
    is_admin: bool,
    suspended_at: Option<i64>,
    created_at: i64,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            user_id: row.user_id,
            user_name: row.user_name,
            email: row.email,
            bio: row.bio,
            is_admin: row.is_admin,
            suspended_at: row.suspended_at.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(row.created_at),
        }
    }
}
