//! What a lane reads and writes in its transaction on SQLite.

use std::collections::HashSet;

use gobid_auction::{Amount, EntryId, ProductId, Timestamp};
use rusqlite::{Connection, Result, named_params, params};
use serde_json::{Value, json};

use super::statement::{Statement, Texts, marks, pieces, values};
use crate::lane::batch::EDIT;
use crate::product::{AuctionRow, auction_columns};
use crate::{Batch, BidderChange, Edit, LogEntry, ProductChange};

static LOCK: Texts = Texts::new(|products| {
    let (columns, marks) = (auction_columns!(), marks(products));
    format!(
        "select {columns} from products p where p.product_id in ({marks}) order by p.product_id"
    )
});

static ENTRIES: Texts = Texts::new(|entries| {
    format!(
        "insert or fail into auction_log (product_id, position, seq, entry_id, kind, actor_id, \
            request_id, request_digest, offer, seq_after, leader, price, minimum, auction_end, \
            received_at, at, public, private) {}",
        values(entries, 18)
    )
});

static BIDDERS: Texts = Texts::new(|bidders| {
    format!(
        "insert or fail into auction_bidders (product_id, user_id, number, maximum, firm, \
            sealed_amount, sealed_position, last_position) \
         {} on conflict (product_id, user_id) do update \
         set maximum = excluded.maximum, firm = excluded.firm, \
            sealed_amount = excluded.sealed_amount, \
            sealed_position = excluded.sealed_position, last_position = excluded.last_position",
        values(bidders, 8)
    )
});

/// What a bid changes of a product, and `$more`. It has one row: for rows from elsewhere SQLite makes
/// two tables, which takes longer.
macro_rules! update_sql {
    ($more:literal) => {
        concat!(
            "update or fail products set position = ?, seq = ?, leader_id = ?, price = ?, \
                maximum = ?, minimum = ?, bid_count = ?, bidder_count = ?, last_at = ?",
            $more,
            " where product_id = ? and position = ?"
        )
    };
}

/// The rows of products, in the order of their ids.
pub(super) fn lock(connection: &Connection, products: &[ProductId]) -> Result<Vec<AuctionRow>> {
    let mut locked = Vec::with_capacity(products.len());
    for products in pieces(products) {
        let mut statement = LOCK.prepared(connection, products.len())?;
        for product_id in products {
            statement.id(*product_id)?;
        }
        statement.read(&mut locked, AuctionRow::of_sqlite)?;
    }
    Ok(locked)
}

/// Which entries stand above a position of each product's log.
pub(super) fn entries_above(
    connection: &Connection,
    positions: &[(ProductId, i64)],
) -> Result<HashSet<EntryId>> {
    const SQL: &str = "select l.entry_id from json_each(?1) r join auction_log l \
        on l.product_id = unhex(r.value ->> 0) and l.position > (r.value ->> 1)";
    let mut statement = connection.prepare_cached(SQL)?;
    statement.query_map([positions_json(positions)], |row| row.get(0))?.collect()
}

/// Writes a batch; false when a product's position was not the one that was read. A statement that
/// fails need not undo its own part, for which SQLite would keep each page as it was in a file: with
/// it fails the transaction.
pub(super) fn record(connection: &Connection, batch: &Batch) -> Result<bool> {
    for edit in &batch.edits {
        write_edit(connection, edit)?;
    }
    for (product_id, bid_id) in &batch.voided {
        connection
            .prepare_cached("insert into voided_bids (product_id, bid_id) values (?1, ?2) on conflict do nothing")?
            .execute(params![product_id, bid_id])?;
    }
    for entries in pieces(&batch.entries) {
        let mut statement = ENTRIES.prepared(connection, entries.len())?;
        entries.iter().try_for_each(|entry| bind_entry(&mut statement, entry))?;
        statement.execute()?;
    }
    for bidders in pieces(&batch.bidders) {
        let mut statement = BIDDERS.prepared(connection, bidders.len())?;
        bidders.iter().try_for_each(|bidder| bind_bidder(&mut statement, bidder))?;
        statement.execute()?;
    }
    let mut updated = 0;
    for product in &batch.products {
        updated += write_product(connection, product)?;
    }
    Ok(updated == batch.products.len())
}

fn write_edit(connection: &Connection, edit: &Edit) -> Result<()> {
    let mut statement = connection.prepare_cached(EDIT)?;
    statement.execute(named_params! {
        "$1": edit.product_id,
        "$2": edit.reserve(),
        "$3": edit.state.reserve_fixed,
        "$4": edit.state.ended_early,
        "$5": edit.state.annulled,
        "$6": edit.state.revision,
        "$7": edit.description,
        "$8": edit.cancel_reason,
    })?;
    Ok(())
}

fn bind_entry(statement: &mut Statement<'_>, entry: &LogEntry) -> Result<()> {
    statement.id(entry.product_id)?;
    statement.bind(entry.position)?;
    statement.bind(entry.seq)?;
    statement.id(entry.entry_id)?;
    statement.bind(entry.kind)?;
    statement.id(entry.actor_id)?;
    statement.id(entry.request_id)?;
    statement.bind(&entry.request_digest)?;
    statement.bind(entry.offer)?;
    statement.bind(entry.seq_after)?;
    statement.id(entry.leader)?;
    statement.bind(entry.price)?;
    statement.bind(entry.minimum)?;
    statement.bind(entry.auction_end)?;
    statement.bind(entry.received_at)?;
    statement.bind(entry.at)?;
    statement.bind(&entry.public)?;
    statement.bind(entry.private_json())
}

fn bind_bidder(statement: &mut Statement<'_>, bidder: &BidderChange) -> Result<()> {
    statement.id(bidder.product_id)?;
    statement.id(bidder.user_id)?;
    statement.bind(bidder.number)?;
    statement.bind(bidder.maximum())?;
    statement.bind(bidder.is_firm())?;
    statement.bind(bidder.sealed_amount())?;
    statement.bind(bidder.sealed_position())?;
    statement.bind(bidder.last_position)
}

/// SQLite writes every index of a column that a statement sets, changed or not, and lists have many on
/// the status and the end.
fn write_product(connection: &Connection, product: &ProductChange) -> Result<usize> {
    const UPDATE: &str = update_sql!("");
    const RESCHEDULE: &str = update_sql!(", status = ?, auction_end = ?, due_at = ?");
    let state = &product.state;
    let sql = if product.is_rescheduled { RESCHEDULE } else { UPDATE };
    let mut statement = Statement::of(connection, sql)?;
    statement.bind(state.position)?;
    statement.bind(state.seq)?;
    statement.id(state.leader)?;
    statement.bind(state.price.map(Amount::minor_units))?;
    statement.bind(state.maximum.map(Amount::minor_units))?;
    statement.bind(product.minimum)?;
    statement.bind(state.bid_count)?;
    statement.bind(state.bidder_count)?;
    statement.bind(state.last_at.as_micros())?;
    if product.is_rescheduled {
        statement.bind(state.status.as_str())?;
        statement.bind(state.auction_end.as_micros())?;
        statement.bind(product.due_at.map(Timestamp::as_micros))?;
    }
    statement.id(product.product_id)?;
    statement.bind(product.position_read)?;
    statement.execute()
}

pub(super) fn positions_json(positions: &[(ProductId, i64)]) -> String {
    let row = |(id, position): &(ProductId, i64)| json!([id.simple().to_string(), position]);
    Value::Array(positions.iter().map(row).collect()).to_string()
}
