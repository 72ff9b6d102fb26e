//! What is to be opened or closed.

use gobid_auction::{ProductId, Status, Timestamp};
use uuid::Uuid;

use crate::database::reading;
use crate::error::corrupt;
use crate::{Database, StoreError};

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

pub(crate) const DUE: &str = "\
    select product_id, due_at, status from products \
    where due_at <= $1 and (due_at, product_id) > ($2, $3) \
    order by due_at, product_id limit $4";

impl Database {
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
