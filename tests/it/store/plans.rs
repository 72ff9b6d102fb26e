//! That PostgreSQL reads what grows by an index. For SQLite the store's own tests ask for the plan.
//! Lists of products are looked at on both, in `list_plans.rs`.

use gobid_auction::ProductId;
use gobid_store::{Database as Store, SessionKey};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::{at, connect, new_product, sign_up, store};
use crate::support::database::{Backend, Database};
use crate::support::wait::{PATIENCE, eventually};

/// Enough that reading all of it is dearer than an index; after this many calls a statement has
/// the plan that it keeps.
const ROWS: i64 = 5_000;
const CALLS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_grows_is_read_by_an_index() {
    let database = Database::new(Backend::Postgres).await;
    let store = store(&database).await;
    let product_id = fill(&database, &store).await;
    let now = at(1_000);

    reads_by(&database, "products_by_due", async |store| {
        assert_eq!(store.due(now, None, 20).await.unwrap().len(), 20);
    })
    .await;
    reads_by(&database, "auction_log_by_seq", async |store| {
        assert_eq!(store.events(product_id, 40, 20).await.unwrap().len(), 20);
    })
    .await;
    reads_by(&database, "auction_log_by_seq", async |store| {
        assert_eq!(store.bid_events(product_id, None, 20).await.unwrap().len(), 20);
    })
    .await;
    reads_by(&database, "auction_log_pkey", async |store| {
        assert_eq!(store.log_lines(product_id, 4_000, 20).await.unwrap().len(), 20);
    })
    .await;
    reads_by(&database, "auction_bidders_by_amount", async |store| {
        store.sealed_amounts(product_id, 1_000, 20).await.unwrap();
    })
    .await;
    reads_by(&database, "products_pkey", async |store| {
        assert_eq!(store.positions(&[product_id]).await.unwrap().len(), 1);
    })
    .await;
    reads_by(&database, "sessions_pkey", async |store| {
        let alive = store.sessions_alive(&[SessionKey([0; 32]); 20], now).await.unwrap();
        assert_eq!(alive, []);
    })
    .await;
    reads_by(&database, "sessions_pkey", async |store| {
        store.touch_sessions(&[SessionKey([0; 32]); 20], now).await.unwrap();
    })
    .await;
    reads_by(&database, "sessions_by_expiry", async |store| {
        store.delete_expired_sessions(now, 20).await.unwrap();
    })
    .await;
}

/// Calls a function and sees in the statistics that it reads by the index, and no whole table.
async fn reads_by(database: &Database, index: &str, call: impl AsyncFn(&Store)) {
    let by_index =
        format!("select idx_scan from pg_stat_user_indexes where indexrelname = '{index}'");
    let whole = "select sum(seq_scan)::bigint from pg_stat_user_tables \
                 where relname in ('products', 'auction_log', 'auction_bidders', 'sessions')";
    let by_index_before = database.number(&by_index).await;
    let whole_before = database.number(whole).await;
    let store = connect(database).await;
    for _ in 0..CALLS {
        call(&store).await;
    }
    // A connection that ends leaves what it has read in the statistics.
    store.close().await;
    eventually(index, PATIENCE, async || {
        (database.number(&by_index).await > by_index_before).then_some(())
    })
    .await;
    assert_eq!(database.number(whole).await, whole_before, "beside {index}");
}

/// Makes many products, sessions, and events of one of the products.
async fn fill(database: &Database, store: &Store) -> ProductId {
    let seller_id = sign_up(store, "Sally").await;
    let product = new_product(seller_id, at(1_000));
    store.create_product(&product, None).await.unwrap();
    let product_id = product.auction.terms.product_id;

    // Over a connection that ends, so that its reading is in the statistics before the tests'.
    let options: PgConnectOptions = database.url().parse().unwrap();
    let options = options.application_name("filler");
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    for text in [PRODUCTS, EVENTS, USERS, BIDDERS, SESSIONS] {
        let query = sqlx::query(text).bind(ROWS).bind(product_id).bind(seller_id);
        let rows = query.execute(&mut connection).await.unwrap().rows_affected();
        assert_eq!(i64::try_from(rows), Ok(ROWS));
    }
    sqlx::raw_sql("analyze").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    eventually("the filler to leave", PATIENCE, async || {
        database.cluster().backends("filler").await.is_empty().then_some(())
    })
    .await;
    product_id
}

const PRODUCTS: &str = "
insert into products (product_id, seller_id, product_name, description, format, currency,
    baseprice, increment, anonymous_bidders, auction_start, original_end, created_at, status,
    position, seq, bid_count, bidder_count, auction_end, due_at, last_at)
select gen_random_uuid(), seller_id, product_name, description, format, currency, baseprice,
    increment, anonymous_bidders, auction_start, original_end, created_at,
    case when n % 5 = 0 then 'open' else 'sold' end, position, seq, bid_count, bidder_count,
    auction_end + n, case when n % 5 = 0 then due_at + n end, last_at
from products, generate_series(1, $1) n where product_id = $2 and seller_id = $3";

const EVENTS: &str = "
insert into auction_log (product_id, position, seq, entry_id, kind, seq_after, auction_end,
    received_at, at, public)
select case when n % 2 = 0 then $2 else $3 end, n, n, gen_random_uuid(),
    case when n = $1 then 'closed' else 'bid_placed' end, n, 0, 0, 0,
    '{}'
from generate_series(1, $1) n";

const SESSIONS: &str = "
insert into sessions (session_key, user_id, data, remember, created_at, last_seen_at, expires_at)
select decode(md5($2::text || n::text) || md5(n::text), 'hex'), $3, '', false, n, n,
    case when n % 2 = 0 then n else 2000000000000000 + n end
from generate_series(1, $1) n";

const USERS: &str = "
insert into users (user_id, user_name, user_name_key, email, password_hash, bio, is_admin,
    created_at)
select gen_random_uuid(), 'user' || n, 'user' || n, n || '@example.com', '', '', false, 0
from generate_series(1, $1) n where $2 <> $3";

const BIDDERS: &str = "
insert into auction_bidders (product_id, user_id, number, sealed_amount, sealed_position,
    last_position)
select $2, user_id, row_number() over (), 10000 + row_number() over (),
    2 * (row_number() over () % 2000 + 1), 2 * (row_number() over () % 2000 + 1)
from users where user_id <> $3 limit $1";
