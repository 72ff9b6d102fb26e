//! A bare loop on SQLite: a statement of many rows for each table, in one transaction and one call.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqlSafeStr as _, SqlStr};

use super::rows::{END, PRODUCT, Rows};

/// A connection that writes batches of one size.
pub(super) struct Writer {
    connection: SqliteConnection,
    transaction: SqlStr,
}

impl Writer {
    pub(super) async fn open(url: &str, rows: &Rows) -> anyhow::Result<Self> {
        let transaction = format!(
            "begin immediate; {}; {}; {UPDATE}; commit",
            entries(rows.entries.len()),
            bidders(rows.bidders.len())
        );
        let transaction = AssertSqlSafe(transaction).into_sql_str();
        Ok(Self { connection: connect(url).await?, transaction })
    }

    /// Writes a batch, durably.
    pub(super) async fn write(&mut self, rows: &Rows) -> anyhow::Result<()> {
        let mut query = sqlx::query(self.transaction.clone());
        for entry in &rows.entries {
            query = query
                .bind(PRODUCT)
                .bind(entry.position)
                .bind(entry.position)
                .bind(entry.entry_id)
                .bind(entry.actor_id)
                .bind(entry.request_id)
                .bind(entry.request_digest.as_slice())
                .bind(entry.price)
                .bind(entry.position)
                .bind(entry.actor_id)
                .bind(entry.price)
                .bind(entry.price + 1)
                .bind(END)
                .bind(entry.at)
                .bind(entry.at)
                .bind(entry.public.as_str())
                .bind(entry.private.as_str());
        }
        for bidder in &rows.bidders {
            query = query
                .bind(PRODUCT)
                .bind(bidder.user_id)
                .bind(bidder.number)
                .bind(bidder.maximum)
                .bind(bidder.last_position);
        }
        let last = rows.last();
        let (position, price) = (last.map(|e| e.position), last.map(|e| e.price));
        query
            .bind(position)
            .bind(position)
            .bind(last.map(|e| e.actor_id))
            .bind(price)
            .bind(price)
            .bind(price.map(|price| price + 1))
            .bind(position)
            .bind(last.map(|e| e.at))
            .bind(PRODUCT)
            .bind(rows.position_read)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }
}

/// A connection with the durable settings.
pub(super) async fn connect(url: &str) -> anyhow::Result<SqliteConnection> {
    let options: SqliteConnectOptions = url.parse()?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // A page that changes with every batch is copied into the file less often.
        .pragma("wal_autocheckpoint", "10000")
        .disable_statement_logging();
    Ok(SqliteConnection::connect_with(&options).await?)
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
