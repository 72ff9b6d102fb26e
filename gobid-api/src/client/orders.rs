//! What sellers and admins order about an auction, and what admins read. An order answers with the
//! product as it is since.

use gobid_auction::EntryId;
use serde::Serialize;

use super::http::Call;
use super::{Client, ClientError};
use crate::admin::{AuditRow, Extension, LogRow, VoidBidder};
use crate::page::Page;
use crate::products::{ProductEdit, ProductView, Reason};
use crate::{ProductId, paths};

impl Client {
    /// Changes a product of the seller's own: its description, its reserve.
    pub async fn edit_product(
        &self,
        id: ProductId,
        edit: &ProductEdit,
    ) -> Result<ProductView, ClientError> {
        self.order(Call::patch(&paths::of_product(paths::PRODUCT, id)), edit).await
    }

    /// Calls an auction off, as its seller.
    pub async fn cancel_product(
        &self,
        id: ProductId,
        reason: &Reason,
    ) -> Result<ProductView, ClientError> {
        self.order(Call::post(&paths::of_product(paths::PRODUCT_CANCEL, id)), reason).await
    }

    /// Calls an auction off, as an admin.
    pub async fn admin_cancel(
        &self,
        id: ProductId,
        reason: &Reason,
    ) -> Result<ProductView, ClientError> {
        self.order(Call::post(&paths::of_product(paths::ADMIN_CANCEL, id)), reason).await
    }

    /// Moves the end of an open auction later, as an admin.
    pub async fn admin_extend(
        &self,
        id: ProductId,
        extension: &Extension,
    ) -> Result<ProductView, ClientError> {
        self.order(Call::post(&paths::of_product(paths::ADMIN_EXTEND, id)), extension).await
    }

    /// Annuls a sale, as an admin.
    pub async fn admin_annul(
        &self,
        id: ProductId,
        reason: &Reason,
    ) -> Result<ProductView, ClientError> {
        self.order(Call::post(&paths::of_product(paths::ADMIN_ANNUL, id)), reason).await
    }

    /// Strikes one bid of an open auction, as an admin.
    pub async fn admin_void_bid(
        &self,
        id: ProductId,
        bid_id: EntryId,
        reason: &Reason,
    ) -> Result<ProductView, ClientError> {
        self.order(Call::post(&paths::of_bid(paths::ADMIN_VOID_BID, id, bid_id)), reason).await
    }

    /// Strikes all bids of one bidder in an open auction, as an admin.
    pub async fn admin_void_bidder(
        &self,
        id: ProductId,
        bidder: &VoidBidder,
    ) -> Result<ProductView, ClientError> {
        self.order(Call::post(&paths::of_product(paths::ADMIN_VOID_BIDDER, id)), bidder).await
    }

    /// A page of every entry of an auction's log, oldest first, as an admin. Each reading is
    /// audited.
    pub async fn admin_log(
        &self,
        id: ProductId,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<LogRow>, ClientError> {
        self.require_login()?;
        let call = Call::get(&paths::of_product(paths::ADMIN_LOG, id));
        self.http.call(call.query("cursor", cursor).query("limit", limit)).await
    }

    /// A page of what admins did and read, newest first, as an admin.
    pub async fn admin_audit(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<AuditRow>, ClientError> {
        self.require_login()?;
        let call = Call::get(paths::ADMIN_AUDIT);
        self.http.call(call.query("cursor", cursor).query("limit", limit)).await
    }

    async fn order(&self, call: Call, body: &impl Serialize) -> Result<ProductView, ClientError> {
        self.require_login()?;
        self.http.call(call.json(body)?).await
    }
}
