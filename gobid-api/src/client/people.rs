//! What admins do about users.

use super::http::Call;
use super::{Client, ClientError};
use crate::accounts::{MyBid, NewToken, SessionView, TokenCreated};
use crate::admin::{NewUserByAdmin, OneTimePassword, Suspended, Suspension, UserMade, UserRow};
use crate::page::Page;
use crate::products::Reason;
use crate::{UserId, paths};

impl Client {
    /// A page of the users, the newest first; with `q` those whose name or e-mail has it, or whose
    /// id it is. A page may be short and the list go on.
    pub async fn admin_users(
        &self,
        q: Option<&str>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<UserRow>, ClientError> {
        self.own_page(Call::get(paths::ADMIN_USERS).query("q", q), cursor, limit).await
    }

    /// Makes a user; without a password with a one-time one.
    pub async fn admin_create_user(&self, user: &NewUserByAdmin) -> Result<UserMade, ClientError> {
        self.require_login()?;
        self.http.call(Call::post(paths::ADMIN_USERS).json(user)?).await
    }

    /// Suspends a user. One who is suspended stays so; bids that were left are struck.
    pub async fn admin_suspend(
        &self,
        id: UserId,
        suspension: &Suspension,
    ) -> Result<Suspended, ClientError> {
        self.require_login()?;
        let call = Call::post(&paths::of_user(paths::ADMIN_SUSPEND, id));
        self.http.call(call.json(suspension)?).await
    }

    /// Lets a suspended user in again.
    pub async fn admin_reinstate(
        &self,
        id: UserId,
        reason: &Reason,
    ) -> Result<UserRow, ClientError> {
        self.change_user(paths::ADMIN_REINSTATE, id, reason).await
    }

    /// Makes a user an admin.
    pub async fn admin_make_admin(
        &self,
        id: UserId,
        reason: &Reason,
    ) -> Result<UserRow, ClientError> {
        self.change_user(paths::ADMIN_MAKE_ADMIN, id, reason).await
    }

    /// Makes an admin a user as others are.
    pub async fn admin_remove_admin(
        &self,
        id: UserId,
        reason: &Reason,
    ) -> Result<UserRow, ClientError> {
        self.change_user(paths::ADMIN_REMOVE_ADMIN, id, reason).await
    }

    /// Gives a user a one-time password, and ends his sessions.
    pub async fn admin_reset_password(
        &self,
        id: UserId,
        reason: &Reason,
    ) -> Result<OneTimePassword, ClientError> {
        self.require_login()?;
        let call = Call::post(&paths::of_user(paths::ADMIN_PASSWORD, id));
        self.http.call(call.json(reason)?).await
    }

    /// Makes an API token on a user's behalf.
    pub async fn admin_create_token(
        &self,
        id: UserId,
        token: &NewToken,
    ) -> Result<TokenCreated, ClientError> {
        self.require_login()?;
        let call = Call::post(&paths::of_user(paths::ADMIN_TOKENS, id));
        self.http.call(call.json(token)?).await
    }

    /// A page of a user's logins, the latest first. Each reading is audited.
    pub async fn admin_sessions(
        &self,
        id: UserId,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<SessionView>, ClientError> {
        let call = Call::get(&paths::of_user(paths::ADMIN_SESSIONS, id));
        self.own_page(call, cursor, limit).await
    }

    /// A page of the auctions that a user has bid in, the newest products first. What he has offered
    /// is told after the close alone. Each reading is audited.
    pub async fn admin_bids(
        &self,
        id: UserId,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<MyBid>, ClientError> {
        self.own_page(Call::get(&paths::of_user(paths::ADMIN_BIDS, id)), cursor, limit).await
    }

    async fn change_user(
        &self,
        path: &str,
        id: UserId,
        reason: &Reason,
    ) -> Result<UserRow, ClientError> {
        self.require_login()?;
        self.http.call(Call::post(&paths::of_user(path, id)).json(reason)?).await
    }
}
