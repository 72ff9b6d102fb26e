//! The products that are somebody's own: those he has bid in, watches, or sells; the newest first.

use gobid_auction::{ProductId, Timestamp, UserId};
use uuid::Uuid;

use crate::database::{reading, writing};
use crate::product::{ProductAndPart, ProductRow, product_columns, product_joins};
use crate::users::lock_user;
use crate::{BidderRow, Database, Product, StoreError};

/// A product, and how somebody has taken part in its auction.
pub type OwnProduct = (Product, Option<BidderRow>);

/// What became of the wish to watch a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// It is on the watchlist, since then.
    Since(Timestamp),
    /// There is no such product.
    NoProduct,
    /// The watchlist is full.
    Full,
}

/// Selects products, and how a user $1 has taken part in each.
macro_rules! own_sql {
    ($from:literal, $where:literal) => {
        concat!(
            "select ",
            product_columns!(),
            ", own.number, coalesce(own.sealed_amount, own.maximum) as offer, \
             own.firm, own.last_position from ",
            $from,
            product_joins!(),
            $where
        )
    };
}

pub(crate) const BIDS_OF: &str = own_sql!(
    "auction_bidders own join products p on p.product_id = own.product_id",
    "where own.user_id = $1 and own.product_id < $2 order by own.product_id desc limit $3"
);
pub(crate) const WATCHED_BY: &str = own_sql!(
    "watchlist w join products p on p.product_id = w.product_id \
     left join auction_bidders own on own.product_id = w.product_id and own.user_id = $1",
    "where w.user_id = $1 and w.product_id < $2 order by w.product_id desc limit $3"
);
pub(crate) const SOLD_BY: &str = concat!(
    "select ",
    product_columns!(),
    " from products p",
    product_joins!(),
    "where p.seller_id = $1 and p.product_id < $2 order by p.product_id desc limit $3"
);
const REFERENCED_BY: &str = concat!(
    "select ",
    product_columns!(),
    " from products p",
    product_joins!(),
    "where p.seller_id = $1 and p.reference = $2"
);

impl Database {
    /// The products that a user has bid in, before one of them.
    pub async fn bids_of(
        &self,
        user_id: UserId,
        before: Option<ProductId>,
        limit: i64,
    ) -> Result<Vec<OwnProduct>, StoreError> {
        self.own(BIDS_OF, user_id, before, limit).await
    }

    /// The products that a user watches, before one of them.
    pub async fn watchlist(
        &self,
        user_id: UserId,
        before: Option<ProductId>,
        limit: i64,
    ) -> Result<Vec<OwnProduct>, StoreError> {
        self.own(WATCHED_BY, user_id, before, limit).await
    }

    async fn own(
        &self,
        sql: &'static str,
        user_id: UserId,
        before: Option<ProductId>,
        limit: i64,
    ) -> Result<Vec<OwnProduct>, StoreError> {
        let before = before.unwrap_or(Uuid::max());
        let rows: Vec<ProductAndPart> = reading!(self, |connection| {
            let query = sqlx::query_as(sql).bind(user_id).bind(before).bind(limit);
            query.fetch_all(connection).await?
        });
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The products of a seller, before one of them.
    pub async fn sold_by(
        &self,
        seller_id: UserId,
        before: Option<ProductId>,
        limit: i64,
    ) -> Result<Vec<Product>, StoreError> {
        let before = before.unwrap_or(Uuid::max());
        let rows: Vec<ProductRow> = reading!(self, |connection| {
            let query = sqlx::query_as(SOLD_BY).bind(seller_id).bind(before).bind(limit);
            query.fetch_all(connection).await?
        });
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The product of a seller that has a reference.
    pub async fn product_of_reference(
        &self,
        seller_id: UserId,
        reference: &str,
    ) -> Result<Option<Product>, StoreError> {
        let row: Option<ProductRow> = reading!(self, |connection| {
            let query = sqlx::query_as(REFERENCED_BY).bind(seller_id).bind(reference);
            query.fetch_optional(connection).await?
        });
        row.map(TryInto::try_into).transpose()
    }

    /// Puts a product on a user's watchlist, which has at most `most`; one that is there stays.
    pub async fn watch(
        &self,
        user_id: UserId,
        product_id: ProductId,
        now: Timestamp,
        most: i64,
    ) -> Result<Watching, StoreError> {
        const COUNT: &str = "select count(*) from watchlist where user_id = $1";
        const EXISTS: &str = "select count(*) from products where product_id = $1";
        let watching = writing!(self, |connection| {
            lock_user!(connection, user_id);
            let since: Option<i64> = sqlx::query_scalar(SINCE)
                .bind(user_id)
                .bind(product_id)
                .fetch_optional(&mut *connection)
                .await?;
            let count: i64 =
                sqlx::query_scalar(COUNT).bind(user_id).fetch_one(&mut *connection).await?;
            let exists: i64 =
                sqlx::query_scalar(EXISTS).bind(product_id).fetch_one(&mut *connection).await?;
            match since {
                Some(since) => Watching::Since(Timestamp::from_micros(since)),
                None if exists == 0 => Watching::NoProduct,
                None if count >= most => Watching::Full,
                None => {
                    sqlx::query(
                        "insert into watchlist (user_id, product_id, created_at) \
                         values ($1, $2, $3) on conflict (user_id, product_id) do nothing",
                    )
                    .bind(user_id)
                    .bind(product_id)
                    .bind(now.as_micros())
                    .execute(&mut *connection)
                    .await?;
                    Watching::Since(now)
                }
            }
        });
        Ok(watching)
    }

    /// Since when a user watches a product; `None` when he does not.
    pub async fn watched_since(
        &self,
        user_id: UserId,
        product_id: ProductId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let since: Option<i64> = reading!(self, |connection| {
            let query = sqlx::query_scalar(SINCE).bind(user_id).bind(product_id);
            query.fetch_optional(connection).await?
        });
        Ok(since.map(Timestamp::from_micros))
    }

    /// Takes a product off a user's watchlist. False when it was not there.
    pub async fn unwatch(
        &self,
        user_id: UserId,
        product_id: ProductId,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "delete from watchlist where user_id = $1 and product_id = $2";
        Ok(writing!(self, |connection| {
            let query = sqlx::query(SQL).bind(user_id).bind(product_id);
            query.execute(connection).await?.rows_affected() == 1
        }))
    }

    /// The auctions that are open and in which a bid of a user stands, above one of them.
    pub async fn open_auctions_of(
        &self,
        user_id: UserId,
        after: ProductId,
        limit: i64,
    ) -> Result<Vec<ProductId>, StoreError> {
        const SQL: &str = "select b.product_id from auction_bidders b \
            join products p on p.product_id = b.product_id \
            where b.user_id = $1 and b.product_id > $2 and p.status = 'open' \
              and coalesce(b.sealed_amount, b.maximum) is not null \
            order by b.product_id limit $3";
        Ok(reading!(self, |connection| {
            let query = sqlx::query_scalar(SQL).bind(user_id).bind(after).bind(limit);
            query.fetch_all(connection).await?
        }))
    }
}

const SINCE: &str = "select created_at from watchlist where user_id = $1 and product_id = $2";
