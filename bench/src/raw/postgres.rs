//! A bare loop on PostgreSQL: one statement a batch writes everything, and commits by itself.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::rows::{END, PRODUCT, Rows};

/// A connection that writes.
pub(super) struct Writer(PgConnection);

impl Writer {
    pub(super) async fn open(url: &str) -> anyhow::Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let options = options
            .disable_statement_logging()
            .options([("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off")]);
        Ok(Self(PgConnection::connect_with(&options).await?))
    }

    /// Writes a batch, durably.
    pub(super) async fn write(&mut self, rows: &Rows) -> anyhow::Result<()> {
        macro_rules! entries {
            ($entry:ident => $value:expr) => {
                rows.entries.iter().map(|$entry| $value).collect::<Vec<_>>()
            };
        }
        macro_rules! bidders {
            ($bidder:ident => $value:expr) => {
                rows.bidders.iter().map(|$bidder| $value).collect::<Vec<_>>()
            };
        }
        let last = rows.last();
        sqlx::query(WRITE)
            .bind(PRODUCT)
            .bind(END)
            .bind(entries!(e => e.position))
            .bind(entries!(e => e.entry_id))
            .bind(entries!(e => e.actor_id))
            .bind(entries!(e => e.request_id))
            .bind(entries!(e => e.request_digest.as_slice()))
            .bind(entries!(e => e.price))
            .bind(entries!(e => e.at))
            .bind(entries!(e => e.public.as_str()))
            .bind(entries!(e => e.private.as_str()))
            .bind(bidders!(b => b.user_id))
            .bind(bidders!(b => b.number))
            .bind(bidders!(b => b.maximum))
            .bind(bidders!(b => b.last_position))
            .bind(rows.position_read)
            .bind(last.map(|e| e.position))
            .bind(last.map(|e| e.actor_id))
            .bind(last.map(|e| e.price))
            .bind(last.map(|e| e.at))
            .execute(&mut self.0)
            .await?;
        Ok(())
    }
}

const WRITE: &str = "
with entries as (
    insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id,
        request_digest, offer, seq_after, leader, price, minimum, auction_end, received_at, at,
        public, private)
    select $1, position, position, entry_id, 'bid_placed', actor_id, request_id, request_digest,
        price, position, actor_id, price, price + 1, $2, at, at, public, private
    from unnest($3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bytea[], $8::bigint[],
        $9::bigint[], $10::text[], $11::text[])
        as e(position, entry_id, actor_id, request_id, request_digest, price, at, public, private)
), bidders as (
    insert into auction_bidders (product_id, user_id, number, maximum, firm, last_position)
    select $1, user_id, number, maximum, true, last_position
    from unnest($12::uuid[], $13::bigint[], $14::bigint[], $15::bigint[])
        as b(user_id, number, maximum, last_position)
    on conflict (product_id, user_id) do update
    set maximum = excluded.maximum, firm = excluded.firm, last_position = excluded.last_position
)
update products
set position = $17, seq = $17, leader_id = $18, price = $19, maximum = $19, minimum = $19 + 1,
    bid_count = $17, bidder_count = 64, last_at = $20
where product_id = $1 and position = $16";
