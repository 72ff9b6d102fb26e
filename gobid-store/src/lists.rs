//! Lists of products, a page at a time.

use gobid_auction::{ProductId, Status, Timestamp};
use uuid::Uuid;

use crate::database::reading;
use crate::error::corrupt;
use crate::product::{ProductRow, product_columns, product_joins};
use crate::{Database, Product, StoreError};

/// Which products a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductFilter {
    /// Only those of this status.
    pub status: Option<Status>,
    /// Only those behind this end and id: the last of the page before.
    pub after: Option<(Timestamp, ProductId)>,
    /// How many at most.
    pub limit: i64,
}

/// An opening or a closing that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The product.
    pub product_id: ProductId,
    /// Since when it is due.
    pub due_at: Timestamp,
    /// A scheduled auction is to be opened, any other to be closed.
    pub status: Status,
}

/// The list with a condition in front of that of the page, which begins behind $1 and $2 and has
/// at most $3 rows.
macro_rules! page_of_products {
    ($condition:literal) => {
        concat!(
            "select ",
            product_columns!(),
            " from products p",
            product_joins!(),
            "where ",
            $condition,
            "(p.auction_end, p.product_id) > ($1, $2) \
             order by p.auction_end, p.product_id limit $3"
        )
    };
}

// A text for each filter: with `$4 is null or …` neither database would use an index.
pub(crate) const ALL: &str = page_of_products!("");
pub(crate) const OF_STATUS: &str = page_of_products!("p.status = $4 and ");
pub(crate) const DUE: &str = "\
    select product_id, due_at, status from products \
    where due_at <= $1 and (due_at, product_id) > ($2, $3) \
    order by due_at, product_id limit $4";

impl Database {
    /// Products by their ends, those that end first first.
    pub async fn products(&self, filter: &ProductFilter) -> Result<Vec<Product>, StoreError> {
        let (end, product_id) = bound(filter.after);
        let sql = filter.status.map_or(ALL, |_| OF_STATUS);
        let rows: Vec<ProductRow> = reading!(self, |connection| {
            let query = sqlx::query_as(sql).bind(end).bind(product_id).bind(filter.limit);
            match filter.status {
                None => query.fetch_all(connection).await?,
                Some(status) => query.bind(status.as_str()).fetch_all(connection).await?,
            }
        });
        rows.into_iter().map(Product::try_from).collect()
    }

    /// Openings and closings that are due until a moment, longest due first, behind the last of the
    /// page before.
    pub async fn due(
        &self,
        until: Timestamp,
        after: Option<(Timestamp, ProductId)>,
        limit: i64,
    ) -> Result<Vec<Due>, StoreError> {
        let (due_at, product_id) = bound(after);
        let rows: Vec<(Uuid, i64, String)> = reading!(self, |connection| {
            sqlx::query_as(DUE)
                .bind(until.as_micros())
                .bind(due_at)
                .bind(product_id)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        let due = |(product_id, due_at, status): (Uuid, i64, String)| {
            let status = status.parse().map_err(|why| corrupt("products", why))?;
            Ok(Due { product_id, due_at: Timestamp::from_micros(due_at), status })
        };
        rows.into_iter().map(due).collect()
    }
}

/// What a page begins behind: before everything, when there is no page before it.
fn bound(after: Option<(Timestamp, ProductId)>) -> (i64, Uuid) {
    after.map_or((i64::MIN, Uuid::nil()), |(time, product_id)| (time.as_micros(), product_id))
}
