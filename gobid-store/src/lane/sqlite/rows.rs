//! Many rows in one statement of SQLite, which has no arrays: `values` of as many rows as a power of
//! two, so that few texts are prepared; the rows that are left over are null, and do nothing.
//!
//! The parameters have no numbers: with each execution SQLite would look through the list of them
//! for the name of each.

use gobid_auction::{Amount, ProductId, Timestamp};
use sqlx::Sqlite;
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::SqliteArguments;

use crate::lane::lookup::found_sql;
use crate::product::auction_columns;
use crate::{Batch, BidderChange, LogEntry, Lookup, ProductChange};

/// The most rows of one statement: of the log, 18 columns each, well below the 32,766 parameters
/// that SQLite allows.
pub(super) const MOST_ROWS: usize = 512;

const ENTRY_COLUMNS: usize = 18;
const BIDDER_COLUMNS: usize = 8;
const RESCHEDULED_COLUMNS: usize = 14;
const PRODUCT_COLUMNS: usize = 11;
const PERSON_COLUMNS: usize = 4;
const REQUEST_COLUMNS: usize = 4;

/// How many rows a statement has that is given so many.
const fn places(rows: usize) -> usize {
    rows.next_power_of_two()
}

/// So many question marks, between commas.
fn marks(count: usize) -> String {
    vec!["?"; count].join(",")
}

/// `(values (?,?),(?,?))`, for so many rows and what is left over.
fn values(rows: usize, columns: usize) -> String {
    let row = format!("({})", marks(columns));
    format!("(values {})", vec![row.as_str(); places(rows)].join(","))
}

/// The rows of products, in the order of their ids.
pub(super) fn lock_sql(products: usize) -> String {
    let columns = auction_columns!();
    let marks = marks(places(products));
    format!(
        "select {columns} from products p where p.product_id in ({marks}) order by p.product_id"
    )
}

/// The lookups of a batch: people, and what they have asked for.
pub(super) fn read_sql(people: usize, requests: usize) -> String {
    format!(
        found_sql!(
            "(select column1 as n, column2 as product_id, column3 as user_id, \
                column4 as session_key from {} where column1 is not null) c",
            "?",
            "?",
            "(select column1 as n, column2 as product_id, column3 as user_id, \
                column4 as request_id from {} where column1 is not null) c"
        ),
        values(people, PERSON_COLUMNS),
        values(requests, REQUEST_COLUMNS)
    )
}

/// The log, the bidders and the products, each in as many statements as it takes. One that fails
/// need not undo its own part, for which SQLite would keep each page as it was in a file: with it
/// fails the transaction.
pub(super) fn record_sql(batch: &Batch) -> String {
    let entries = batch.entries.chunks(MOST_ROWS).map(|entries| {
        format!(
            "insert or fail into auction_log (product_id, position, seq, entry_id, kind, actor_id, \
                request_id, request_digest, offer, seq_after, leader, price, minimum, auction_end, \
                received_at, at, public, private) \
             select * from {} where column1 is not null;",
            values(entries.len(), ENTRY_COLUMNS)
        )
    });
    let bidders = batch.bidders.chunks(MOST_ROWS).map(|bidders| {
        format!(
            "insert or fail into auction_bidders (product_id, user_id, number, maximum, firm, \
                sealed_amount, sealed_position, last_position) \
             select * from {} where column1 is not null \
             on conflict (product_id, user_id) do update \
             set maximum = excluded.maximum, firm = excluded.firm, \
                sealed_amount = excluded.sealed_amount, \
                sealed_position = excluded.sealed_position, last_position = excluded.last_position;",
            values(bidders.len(), BIDDER_COLUMNS)
        )
    });
    let (rescheduled, products) = by_schedule(batch);
    let products = products
        .chunks(MOST_ROWS)
        .map(|products| update_sql("", &values(products.len(), PRODUCT_COLUMNS)));
    let rescheduled = rescheduled.chunks(MOST_ROWS).map(|products| {
        let more = ", status = n.column12, auction_end = n.column13, due_at = n.column14";
        update_sql(more, &values(products.len(), RESCHEDULED_COLUMNS))
    });
    entries.chain(bidders).chain(products).chain(rescheduled).collect()
}

fn update_sql(more: &str, values: &str) -> String {
    format!(
        "update or fail products \
         set position = n.column3, seq = n.column4, leader_id = n.column5, price = n.column6, \
            maximum = n.column7, minimum = n.column8, bid_count = n.column9, \
            bidder_count = n.column10, last_at = n.column11{more} \
         from {values} n where product_id = n.column1 and position = n.column2;"
    )
}

/// Those whose status or end has changed, and the others. SQLite writes every index of a column that
/// a statement sets, changed or not, and lists have many on these.
fn by_schedule(batch: &Batch) -> (Vec<&ProductChange>, Vec<&ProductChange>) {
    batch.products.iter().partition(|product| product.is_rescheduled)
}

type Binding<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Binds the parameters of [`lock_sql`].
pub(super) fn bind_products<'q, O>(
    mut query: QueryAs<'q, Sqlite, O, SqliteArguments>,
    products: &[ProductId],
) -> QueryAs<'q, Sqlite, O, SqliteArguments> {
    for product_id in products {
        query = query.bind(*product_id);
    }
    // What is not bound is null.
    query
}

type Reading<'q, O> = QueryAs<'q, Sqlite, O, SqliteArguments>;

/// Binds the people of [`read_sql`]; the times come next.
pub(super) fn bind_people<'q, O>(mut query: Reading<'q, O>, people: &[&Lookup]) -> Reading<'q, O> {
    for (n, person) in (0_i64..).zip(people) {
        let session = person.session.as_ref().map(|key| key.as_bytes().to_vec());
        query = query.bind(n).bind(person.product_id).bind(person.user_id).bind(session);
    }
    for _null in 0..PERSON_COLUMNS * left_over(people) {
        query = query.bind(None::<i64>);
    }
    query
}

/// Binds the requests of [`read_sql`], each with the place of its lookup. What is not bound is null.
pub(super) fn bind_requests<'q, O>(
    mut query: Reading<'q, O>,
    requests: &[(i64, &Lookup)],
) -> Reading<'q, O> {
    for (n, lookup) in requests {
        query = query.bind(*n).bind(lookup.product_id);
        query = query.bind(lookup.user_id).bind(lookup.request_id);
    }
    query
}

/// Binds the parameters of [`record_sql`].
pub(super) fn bind_batch<'q>(mut query: Binding<'q>, batch: &Batch) -> Binding<'q> {
    for entries in batch.entries.chunks(MOST_ROWS) {
        query = entries.iter().fold(query, bind_entry);
        query = bind_nulls(query, ENTRY_COLUMNS * left_over(entries));
    }
    for bidders in batch.bidders.chunks(MOST_ROWS) {
        query = bidders.iter().fold(query, bind_bidder);
        query = bind_nulls(query, BIDDER_COLUMNS * left_over(bidders));
    }
    let (rescheduled, products) = by_schedule(batch);
    for products in products.chunks(MOST_ROWS) {
        query = products.iter().fold(query, |query, product| bind_product(query, product));
        query = bind_nulls(query, PRODUCT_COLUMNS * left_over(products));
    }
    for products in rescheduled.chunks(MOST_ROWS) {
        query = products.iter().fold(query, |query, product| {
            bind_product(query, product)
                .bind(product.state.status.as_str())
                .bind(product.state.auction_end.as_micros())
                .bind(product.due_at.map(Timestamp::as_micros))
        });
        query = bind_nulls(query, RESCHEDULED_COLUMNS * left_over(products));
    }
    query
}

/// How many rows of a statement are null that is given these.
const fn left_over<T>(rows: &[T]) -> usize {
    places(rows.len()) - rows.len()
}

fn bind_nulls(mut query: Binding<'_>, count: usize) -> Binding<'_> {
    for _null in 0..count {
        query = query.bind(None::<i64>);
    }
    query
}

fn bind_entry<'q>(query: Binding<'q>, entry: &LogEntry) -> Binding<'q> {
    query
        .bind(entry.product_id)
        .bind(entry.position)
        .bind(entry.seq)
        .bind(entry.entry_id)
        .bind(entry.kind)
        .bind(entry.actor_id)
        .bind(entry.request_id)
        .bind(entry.request_digest.clone())
        .bind(entry.offer)
        .bind(entry.seq_after)
        .bind(entry.leader)
        .bind(entry.price)
        .bind(entry.minimum)
        .bind(entry.auction_end)
        .bind(entry.received_at)
        .bind(entry.at)
        .bind(entry.public.clone())
        .bind(entry.private_json())
}

fn bind_bidder<'q>(query: Binding<'q>, bidder: &BidderChange) -> Binding<'q> {
    query
        .bind(bidder.product_id)
        .bind(bidder.user_id)
        .bind(bidder.number)
        .bind(bidder.maximum())
        .bind(bidder.is_firm())
        .bind(bidder.sealed_amount())
        .bind(bidder.sealed_position())
        .bind(bidder.last_position)
}

fn bind_product<'q>(query: Binding<'q>, product: &ProductChange) -> Binding<'q> {
    let state = &product.state;
    query
        .bind(product.product_id)
        .bind(product.position_read)
        .bind(state.position)
        .bind(state.seq)
        .bind(state.leader)
        .bind(state.price.map(Amount::minor_units))
        .bind(state.maximum.map(Amount::minor_units))
        .bind(product.minimum)
        .bind(state.bid_count)
        .bind(state.bidder_count)
        .bind(state.last_at.as_micros())
}
