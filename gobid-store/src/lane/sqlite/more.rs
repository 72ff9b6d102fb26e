//! What few commands need to have read, each by a statement of its own.

use gobid_auction::Amount;
use rusqlite::{Connection, OptionalExtension, params};

use crate::lane::found::{BIDDER, DESCRIPTION, SealedRow, best_sealed_sql};
use crate::private::{HistoryRow, history, history_sql};
use crate::{Lookup, More, StoreError, Wants};

/// Reads whatever else a lookup wants.
pub(super) fn more(connection: &Connection, lookup: &Lookup) -> Result<More, StoreError> {
    let product_id = lookup.product_id;
    Ok(match lookup.wants {
        Wants::Nothing => More::Nothing,
        Wants::Description => {
            let mut statement = connection.prepare_cached(DESCRIPTION)?;
            let description = statement.query_row([product_id], |row| row.get(0)).optional()?;
            More::Description(description.unwrap_or_default())
        }
        Wants::History(after) => {
            let mut statement = connection.prepare_cached(history_sql!())?;
            let values = params![product_id, after, i64::MAX];
            let rows = statement.query_map(values, HistoryRow::of_sqlite)?;
            More::History(history(rows.collect::<Result<_, _>>()?, after)?)
        }
        Wants::Bidder(user_id) => {
            let mut statement = connection.prepare_cached(BIDDER)?;
            let row: Option<(i64, Option<i64>)> = statement
                .query_row([product_id, user_id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            More::Bidder(row.map(|(number, sealed)| (number, sealed.and_then(Amount::new))))
        }
        Wants::BestSealed(limit) => {
            let mut statement = connection.prepare_cached(best_sealed_sql!())?;
            let rows = statement.query_map(params![product_id, limit], SealedRow::of_sqlite)?;
            let best = rows.map(|row| row?.try_into()).collect::<Result<_, StoreError>>();
            More::BestSealed(best?)
        }
    })
}
