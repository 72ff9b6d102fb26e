//! What few commands need to have read, each by a statement of its own.

use gobid_auction::Amount;
use sqlx::postgres::PgConnection;

use crate::lane::found::{BIDDER, DESCRIPTION, SealedRow, best_sealed_sql};
use crate::private::{history, history_sql};
use crate::{Lookup, More, StoreError, Wants};

/// Reads whatever else a lookup wants.
pub(super) async fn more(
    connection: &mut PgConnection,
    lookup: &Lookup,
) -> Result<More, StoreError> {
    let product_id = lookup.product_id;
    Ok(match lookup.wants {
        Wants::Nothing => More::Nothing,
        Wants::Description => {
            let description: Option<String> =
                sqlx::query_scalar(DESCRIPTION).bind(product_id).fetch_optional(connection).await?;
            More::Description(description.unwrap_or_default())
        }
        Wants::History(after) => {
            let query = sqlx::query_as(history_sql!()).bind(product_id).bind(after).bind(i64::MAX);
            More::History(history(query.fetch_all(connection).await?, after)?)
        }
        Wants::Bidder(user_id) => {
            let query = sqlx::query_as(BIDDER).bind(product_id).bind(user_id);
            let row: Option<(i64, Option<i64>)> = query.fetch_optional(connection).await?;
            More::Bidder(row.map(|(number, sealed)| (number, sealed.and_then(Amount::new))))
        }
        Wants::BestSealed(limit) => {
            let query = sqlx::query_as(best_sealed_sql!()).bind(product_id).bind(limit);
            let rows: Vec<SealedRow> = query.fetch_all(connection).await?;
            let best = rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>();
            More::BestSealed(best?)
        }
    })
}
