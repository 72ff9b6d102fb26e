//! A bare loop on SQLite: a statement of many rows for each table, in one transaction, in the thread
//! that calls it.

use rusqlite::{Connection, OpenFlags, Statement, ToSql, params};
use sqlx::sqlite::SqliteConnectOptions;
use uuid::Uuid;

use super::rows::{END, PRODUCT, Rows};

/// A connection that writes batches of one size.
pub(super) struct Writer {
    connection: Connection,
    entries: String,
    bidders: String,
}

impl Writer {
    pub(super) fn open(url: &str, rows: &Rows) -> anyhow::Result<Self> {
        let (entries, bidders) = (entries(rows.entries.len()), bidders(rows.bidders.len()));
        Ok(Self { connection: connect(url)?, entries, bidders })
    }

    /// Writes a batch, durably.
    pub(super) fn write(&mut self, rows: &Rows) -> anyhow::Result<()> {
        let connection = &self.connection;
        connection.prepare_cached("begin immediate")?.execute([])?;
        let mut statement = connection.prepare_cached(&self.entries)?;
        let mut place = 0;
        for entry in &rows.entries {
            let mut bind = |value: &dyn ToSql| bind_next(&mut statement, &mut place, value);
            bind(&bytes(&PRODUCT))?;
            bind(&entry.position)?;
            bind(&entry.position)?;
            bind(&bytes(&entry.entry_id))?;
            bind(&bytes(&entry.actor_id))?;
            bind(&bytes(&entry.request_id))?;
            bind(&entry.request_digest)?;
            bind(&entry.price)?;
            bind(&entry.position)?;
            bind(&bytes(&entry.actor_id))?;
            bind(&entry.price)?;
            bind(&(entry.price + 1))?;
            bind(&END)?;
            bind(&entry.at)?;
            bind(&entry.at)?;
            bind(&entry.public)?;
            bind(&entry.private)?;
        }
        statement.raw_execute()?;
        let mut statement = connection.prepare_cached(&self.bidders)?;
        let mut place = 0;
        for bidder in &rows.bidders {
            let mut bind = |value: &dyn ToSql| bind_next(&mut statement, &mut place, value);
            bind(&bytes(&PRODUCT))?;
            bind(&bytes(&bidder.user_id))?;
            bind(&bidder.number)?;
            bind(&bidder.maximum)?;
            bind(&bidder.last_position)?;
        }
        statement.raw_execute()?;
        if let Some(last) = rows.last() {
            let (position, price) = (last.position, last.price);
            connection.prepare_cached(UPDATE)?.execute(params![
                position,
                position,
                bytes(&last.actor_id),
                price,
                price,
                price + 1,
                position,
                last.at,
                bytes(&PRODUCT),
                rows.position_read
            ])?;
        }
        connection.prepare_cached("commit")?.execute([])?;
        Ok(())
    }
}

const fn bytes(id: &Uuid) -> &[u8] {
    id.as_bytes()
}

fn bind_next(
    statement: &mut Statement<'_>,
    place: &mut usize,
    value: &dyn ToSql,
) -> rusqlite::Result<()> {
    *place += 1;
    statement.raw_bind_parameter(*place, value)
}

/// A connection with the durable settings.
pub(super) fn connect(url: &str) -> anyhow::Result<Connection> {
    let options: SqliteConnectOptions = url.parse()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(options.get_filename(), flags)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A page that changes with every batch is copied into the file less often.
    connection.pragma_update(None, "wal_autocheckpoint", 10_000)?;
    Ok(connection)
}

/// The insert of so many entries. A parameter with a number would be looked for among all others
/// whenever it is bound.
fn entries(count: usize) -> String {
    let row = "(?, ?, ?, ?, 'bid_placed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id, \
        request_digest, offer, seq_after, leader, price, minimum, auction_end, received_at, at, \
        public, private) values "
        .to_owned()
        + &vec![row; count].join(", ")
}

/// The upsert of so many bidders.
fn bidders(count: usize) -> String {
    "insert into auction_bidders (product_id, user_id, number, maximum, firm, last_position) \
     values "
        .to_owned()
        + &vec!["(?, ?, ?, ?, true, ?)"; count].join(", ")
        + " on conflict (product_id, user_id) do update set maximum = excluded.maximum, \
            firm = excluded.firm, last_position = excluded.last_position"
}

const UPDATE: &str = "
update products
set position = ?, seq = ?, leader_id = ?, price = ?, maximum = ?, minimum = ?, bid_count = ?,
    bidder_count = 64, last_at = ?
where product_id = ? and position = ?";
