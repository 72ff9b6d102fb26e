//! What a lane reads and writes in its transaction on SQLite.

use std::collections::HashSet;

use gobid_auction::{Amount, EntryId, ProductId, Timestamp};
use rusqlite::{Connection, Result, named_params, params};
use serde_json::{Value, json};

use super::statement::{Statement, Texts, marks, pieces, values};
use crate::lane::batch::EDIT;
use crate::lane::lookup::{
    AcceptedRow, FoundRow, People, accepted_sql, people_sql, requests, requests_sql,
};
use crate::product::{AuctionRow, auction_columns};
use crate::sessions::SessionKey;
use crate::{Batch, BidderChange, Edit, LogEntry, Lookup, ProductChange};

static LOCK: Texts = Texts::new(|products| {
    let (columns, marks) = (auction_columns!(), marks(products));
    format!(
        "select {columns} from products p where p.product_id in ({marks}) order by p.product_id"
    )
});

static PEOPLE: Texts = Texts::new(|people| {
    format!(
        people_sql!(
            "(select column1 as n, column2 as product_id, column3 as user_id, \
                column4 as session_key from ({})) c"
        ),
        values(people, 4)
    )
});

static REQUESTS: Texts = Texts::new(|requests| {
    format!(
        requests_sql!(
            "(select column1 as n, column2 as product_id, column3 as user_id, \
                column4 as request_id from ({})) c"
        ),
        values(requests, 4)
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

/// What the lookups of a batch find: people, and bids that were accepted already.
pub(super) fn find(connection: &Connection, lookups: &[Lookup]) -> Result<Vec<FoundRow>> {
    let people: Vec<_> = (0_i64..).zip(People::of(lookups).each).collect();
    let mut found = Vec::with_capacity(people.len());
    for people in pieces(&people) {
        let mut statement = PEOPLE.prepared(connection, people.len())?;
        for (n, person) in people {
            statement.bind(n)?;
            statement.id(person.product_id)?;
            statement.id(person.user_id)?;
            statement.bind(person.session.as_ref().map(SessionKey::as_bytes))?;
        }
        statement.read(&mut found, FoundRow::of_sqlite)?;
    }
    for requests in pieces(&requests(lookups)) {
        let mut statement = REQUESTS.prepared(connection, requests.len())?;
        for (n, lookup) in requests {
            statement.bind(n)?;
            statement.id(lookup.product_id)?;
            statement.id(lookup.user_id)?;
            statement.id(lookup.request_id)?;
        }
        statement.read(&mut found, FoundRow::of_sqlite)?;
    }
    Ok(found)
}

/// Bids that were accepted, by their places in the logs.
pub(super) fn accepted(
    connection: &Connection,
    positions: &[(ProductId, i64)],
) -> Result<Vec<AcceptedRow>> {
    const SQL: &str = accepted_sql!(
        "(select unhex(value ->> 0) as product_id, value ->> 1 as position from json_each(?1)) c"
    );
    let mut accepted = Vec::with_capacity(positions.len());
    let mut statement = Statement::of(connection, SQL)?;
    statement.bind(positions_json(positions))?;
    statement.read(&mut accepted, AcceptedRow::of_sqlite)?;
    Ok(accepted)
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

fn positions_json(positions: &[(ProductId, i64)]) -> String {
    let row = |(id, position): &(ProductId, i64)| json!([id.simple().to_string(), position]);
    Value::Array(positions.iter().map(row).collect()).to_string()
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{AssertSqlSafe, Connection as _};

    use super::*;
    use crate::migrate::MIGRATIONS;

    #[tokio::test]
    async fn people_and_requests_are_looked_up_by_their_keys() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        MIGRATIONS.run(&mut connection).await.unwrap();
        let mut steps = Vec::new();
        for sql in [(PEOPLE.text)(2), (REQUESTS.text)(2)] {
            let explain = AssertSqlSafe(format!("explain query plan {sql}"));
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(explain).fetch_all(&mut connection).await.unwrap();
            steps.extend(plan.into_iter().map(|(.., step)| step));
        }
        let by_request =
            "INDEX auction_log_by_request (request_id=? AND product_id=? AND actor_id=?)";
        assert!(steps.iter().any(|step| step.contains(by_request)), "{steps:#?}");
        // What was given is gone through, and no table.
        let tables = ["u", "s", "b", "l"].map(|table| format!("SCAN {table} "));
        let scans =
            |step: &String| tables.iter().any(|table| format!("{step} ").starts_with(table));
        assert!(!steps.iter().any(scans), "{steps:#?}");
    }
}
