//! That a lane on PostgreSQL reads no more for a bid when tables have grown since it made its plans,
//! which it keeps until they are analyzed. SQLite plans without regard to what is in a table.

use gobid_auction::UserId;
use gobid_store::{LaneConnection, Lookup, SessionKey};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use uuid::Uuid;

use super::super::at;
use super::batch::Scene;
use crate::support::database::{Backend, Database};
use crate::support::wait::{PATIENCE, eventually};

/// How many rows each table has more than when the lane has made its plans.
const ROWS: i64 = 2_000;
const ROWS_READ: &str = "select coalesce(sum(idx_tup_read), 0)::bigint + \
    (select coalesce(sum(seq_tup_read), 0)::bigint from pg_stat_user_tables) \
    from pg_stat_user_indexes";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_reads_no_more_when_tables_have_grown() {
    let database = Database::new(Backend::Postgres).await;
    let scene = Scene::new(&database).await;
    scene.log_in(1, scene.anna).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    bid(&scene, &mut lane, scene.anna, 10_000).await;
    drop(lane);
    // With one row in each table, an index from end to end is as cheap as one look into it.
    fill(&database, &["analyze"]).await;

    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    bid(&scene, &mut lane, scene.bob, 11_000).await;
    fill(&database, &GROWTH).await;
    let before = database.number(ROWS_READ).await;
    bid(&scene, &mut lane, scene.anna, 12_000).await;
    drop(lane);
    left(&database, "gobid-lane").await;
    let read = database.number(ROWS_READ).await - before;
    assert!((1..ROWS / 2).contains(&read), "{read} rows were read for two bids");
}

/// A bid all the way, with what is read for it.
async fn bid(scene: &Scene, lane: &mut LaneConnection, bidder: UserId, minor_units: i64) {
    let auction = scene.lock(lane).await;
    let lookup = Lookup {
        request_id: Some(Uuid::now_v7()),
        session: Some(SessionKey([1; 32])),
        ..Lookup::of_user(scene.product_id, bidder)
    };
    let found = lane.read(&[lookup], at(20)).await.unwrap();
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(found.session_alive, bidder == scene.anna);
    let judged = scene.batch(&auction, bidder, minor_units);
    assert!(lane.record(&judged.batch).await.unwrap());
    lane.commit().await.unwrap();
}

/// Runs statements over a connection that ends, so that what it reads is in the statistics.
async fn fill(database: &Database, statements: &[&'static str]) {
    let options: PgConnectOptions = database.url().parse().unwrap();
    let options = options.application_name("filler");
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    for statement in statements {
        sqlx::raw_sql(*statement).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    left(database, "filler").await;
}

async fn left(database: &Database, name: &str) {
    eventually(name, PATIENCE, async || {
        database.cluster().backends(name).await.is_empty().then_some(())
    })
    .await;
}

const GROWTH: [&str; 5] = [
    "insert into products (product_id, seller_id, product_name, description, format, currency, \
        baseprice, increment, anonymous_bidders, auction_start, original_end, created_at, status, \
        position, seq, bid_count, bidder_count, auction_end, due_at, last_at) \
     select gen_random_uuid(), seller_id, product_name, description, format, currency, baseprice, \
        increment, anonymous_bidders, auction_start, original_end, created_at, status, position, \
        seq, bid_count, bidder_count, auction_end, due_at, last_at \
     from products, generate_series(1, 2000)",
    "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id, \
        request_digest, seq_after, auction_end, received_at, at, public) \
     select p.product_id, l.position, l.seq, gen_random_uuid(), l.kind, l.actor_id, \
        gen_random_uuid(), l.request_digest, l.seq_after, l.auction_end, l.received_at, l.at, \
        l.public \
     from auction_log l join products p on p.product_id <> l.product_id \
     where l.kind = 'bid_placed' and l.position = 2",
    "insert into auction_bidders (product_id, user_id, number, last_position) \
     select p.product_id, b.user_id, b.number, b.last_position \
     from auction_bidders b join products p on p.product_id <> b.product_id",
    "insert into users (user_id, user_name, user_name_key, email, password_hash, bio, is_admin, \
        created_at) \
     select gen_random_uuid(), 'user' || n, 'user' || n, n || '@example.com', '', '', false, 0 \
     from generate_series(1, 2000) n",
    "insert into sessions (session_key, user_id, data, remember, created_at, last_seen_at, \
        expires_at) \
     select decode(md5(user_id::text) || md5(user_name), 'hex'), user_id, '', false, 0, 0, 0 \
     from users where user_name like 'user%'",
];
