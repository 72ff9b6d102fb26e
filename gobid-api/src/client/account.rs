//! What is the caller's own: password, sessions, API tokens, bids, products, watchlist.

use uuid::Uuid;

use super::http::Call;
use super::identity::Who;
use super::{Client, ClientError};
use crate::accounts::{
    MyBid, NewToken, PasswordChange, PasswordChanged, SessionView, TokenCreated, TokenView, Watched,
};
use crate::page::Page;
use crate::products::ProductView;
use crate::users::Message;
use crate::{ProductId, paths};

impl Client {
    /// Changes the password. All other sessions end; this client and its clones have a new one, and
    /// feeds connect anew.
    pub async fn change_password(
        &self,
        change: &PasswordChange,
    ) -> Result<PasswordChanged, ClientError> {
        self.require_login()?;
        let call = Call::post(paths::MY_PASSWORD).json(change)?;
        let answer: PasswordChanged = self.http.call(call).await?;
        self.http.identity.set_csrf_token(Who::User, Some(answer.csrf_token.clone()));
        Ok(answer)
    }

    /// A page of the caller's logins, the latest first, with their open sockets.
    pub async fn sessions(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<SessionView>, ClientError> {
        self.own_page(Call::get(paths::MY_SESSIONS), cursor, limit).await
    }

    /// Ends one of the caller's logins.
    pub async fn end_session(&self, session_id: Uuid) -> Result<Message, ClientError> {
        self.require_login()?;
        self.http.call(Call::delete(&paths::of_session(session_id))).await
    }

    /// A page of the caller's API tokens, the latest first.
    pub async fn tokens(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<TokenView>, ClientError> {
        self.own_page(Call::get(paths::MY_TOKENS), cursor, limit).await
    }

    /// Makes an API token.
    pub async fn create_token(&self, token: &NewToken) -> Result<TokenCreated, ClientError> {
        self.require_login()?;
        self.http.call(Call::post(paths::MY_TOKENS).json(token)?).await
    }

    /// Revokes an API token: no bid that is received afterwards counts.
    pub async fn revoke_token(&self, token_id: Uuid) -> Result<Message, ClientError> {
        self.require_login()?;
        self.http.call(Call::delete(&paths::of_token(token_id))).await
    }

    /// A page of the auctions that the caller has bid in, the newest products first.
    pub async fn my_bids(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<MyBid>, ClientError> {
        self.own_page(Call::get(paths::MY_BIDS), cursor, limit).await
    }

    /// A page of the products that the caller sells, the newest first; with a reference the one
    /// that has it, if there is one.
    pub async fn my_products(
        &self,
        reference: Option<&str>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ProductView>, ClientError> {
        let call = Call::get(paths::MY_PRODUCTS).query("reference", reference);
        self.own_page(call, cursor, limit).await
    }

    /// A page of the products that the caller watches, the newest first.
    pub async fn watchlist(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ProductView>, ClientError> {
        self.own_page(Call::get(paths::WATCHLIST), cursor, limit).await
    }

    /// Whether a product is on the caller's watchlist: `not_found` when it is not.
    pub async fn watched(&self, id: ProductId) -> Result<Watched, ClientError> {
        self.require_login()?;
        self.http.call(Call::get(&paths::of_product(paths::WATCHED, id))).await
    }

    /// Puts a product on the caller's watchlist; one that is there stays.
    pub async fn watch(&self, id: ProductId) -> Result<Watched, ClientError> {
        self.require_login()?;
        self.http.call(Call::put(&paths::of_product(paths::WATCHED, id))).await
    }

    /// Takes a product off the caller's watchlist, when it is there.
    pub async fn unwatch(&self, id: ProductId) -> Result<Message, ClientError> {
        self.require_login()?;
        self.http.call(Call::delete(&paths::of_product(paths::WATCHED, id))).await
    }

    pub(super) async fn own_page<T: serde::de::DeserializeOwned>(
        &self,
        call: Call,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<T>, ClientError> {
        self.require_login()?;
        self.http.call(call.query("cursor", cursor).query("limit", limit)).await
    }
}
