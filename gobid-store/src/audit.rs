//! What admins did, and read.

use gobid_auction::{ProductId, Timestamp, UserId};
use uuid::Uuid;

use crate::database::{reading, writing};
use crate::{Database, StoreError};

/// Something that an admin did, or is about to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAudit {
    /// A `UUIDv7`: they sort by time.
    pub audit_id: Uuid,
    /// Now.
    pub at: Timestamp,
    /// Which admin.
    pub admin_id: UserId,
    /// What.
    pub action: AuditAction,
    /// Of which product.
    pub product_id: Option<ProductId>,
    /// Of which user.
    pub user_id: Option<UserId>,
    /// The reason that was given, or what else there is to say.
    pub detail: Option<String>,
}

/// What an admin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    /// Calls an auction off.
    Cancel,
    /// Moves the end of an auction.
    Extend,
    /// Annuls a sale.
    Annul,
    /// Strikes one bid.
    VoidBid,
    /// Strikes all bids of a bidder.
    VoidBidder,
    /// Reads a log.
    ReadLog,
    /// Makes a user.
    CreateUser,
    /// Suspends a user.
    Suspend,
    /// Lets a suspended user in again.
    Reinstate,
    /// Makes a user an admin.
    MakeAdmin,
    /// Makes an admin a user as others are.
    RemoveAdmin,
    /// Gives a user a one-time password.
    ResetPassword,
    /// Makes an API token on a user's behalf.
    CreateToken,
    /// Reads where a user is logged in.
    ReadSessions,
    /// Reads what a user has bid in.
    ReadBids,
}

/// Something that an admin did, or read.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditLine {
    /// Its id.
    pub audit_id: Uuid,
    /// When, in microseconds.
    pub at: i64,
    /// Which admin.
    pub admin_id: UserId,
    /// The admin's name.
    pub admin_name: String,
    /// What: the word of an [`AuditAction`].
    pub action: String,
    /// Of which product.
    pub product_id: Option<ProductId>,
    /// Of which user.
    pub user_id: Option<UserId>,
    /// That user's name.
    pub user_name: Option<String>,
    /// The reason that was given, or what else there is to say.
    pub detail: Option<String>,
}

pub(crate) const AUDIT: &str = "\
    select a.audit_id, a.at, a.admin_id, u.user_name as admin_name, a.action, a.product_id, \
        a.user_id, w.user_name, a.detail \
    from audit_log a join users u on u.user_id = a.admin_id \
    left join users w on w.user_id = a.user_id \
    where a.audit_id < $1 order by a.audit_id desc limit $2";

/// Writes a line over a connection, in its transaction.
macro_rules! note {
    ($connection:expr, $audit:expr) => {{
        let audit: &$crate::NewAudit = $audit;
        sqlx::query(
            "insert into audit_log (audit_id, at, admin_id, action, product_id, user_id, detail) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(audit.audit_id)
        .bind(audit.at.as_micros())
        .bind(audit.admin_id)
        .bind(audit.action.as_str())
        .bind(audit.product_id)
        .bind(audit.user_id)
        .bind(audit.detail.as_deref())
        .execute(&mut *$connection)
        .await?;
    }};
}

pub(crate) use note;

impl Database {
    /// Writes down what an admin did, or is about to read.
    pub async fn note_audit(&self, audit: &NewAudit) -> Result<(), StoreError> {
        writing!(self, |connection| note!(connection, audit));
        Ok(())
    }

    /// What admins did and read, newest first, before one of the lines.
    pub async fn audit(
        &self,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let before = before.unwrap_or(Uuid::max());
        let lines = reading!(self, |connection| {
            sqlx::query_as(AUDIT).bind(before).bind(limit).fetch_all(connection).await?
        });
        Ok(lines)
    }
}

impl AuditAction {
    /// The word for it, on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Extend => "extend",
            Self::Annul => "annul",
            Self::VoidBid => "void_bid",
            Self::VoidBidder => "void_bidder",
            Self::ReadLog => "read_log",
            Self::CreateUser => "create_user",
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::MakeAdmin => "make_admin",
            Self::RemoveAdmin => "remove_admin",
            Self::ResetPassword => "reset_password",
            Self::CreateToken => "create_token",
            Self::ReadSessions => "read_sessions",
            Self::ReadBids => "read_bids",
        }
    }
}
