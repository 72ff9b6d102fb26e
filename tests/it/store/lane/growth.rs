//! That a lane on PostgreSQL reads no more for a bid when tables have grown since it made its plans,
//! which it keeps until they are analyzed. SQLite plans without regard to what is in a table.

use gobid_auction::{RequestId, UserId};
use gobid_store::{LaneConnection, Lookup, SessionKey};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use super::super::at;
use super::batch::Scene;
use crate::support::database::{Backend, Database};
use crate::support::wait::{PATIENCE, eventually};

/// How many rows the tables grow by. An index of as many has more than a hundred pages.
const ROWS: i64 = 20_000;
const BIDS: i64 = 20;
/// How many pages are read for a bid at most, each as often as it is looked at. It is some 65, in
/// indexes that are up to three pages high.
const PAGES: i64 = 100;
const PAGES_READ: &str = "select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) \
    + coalesce(idx_blks_hit, 0))::bigint from pg_statio_user_tables";

/// With one row in each table, an index from end to end is as cheap as one look into it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_reads_no_more_when_empty_tables_have_grown() {
    reads_no_more(&["analyze"], &[OTHERS.as_slice(), &OF_THE_SAME].concat()).await;
}

/// With one entry for each product, all of a product's log is as cheap as one of its entries.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_reads_no_more_when_one_log_of_many_has_grown() {
    reads_no_more(&[OTHERS.as_slice(), &["analyze"]].concat(), &OF_THE_SAME).await;
}

/// Has a lane make its plans in between.
async fn reads_no_more(before_plans: &[&str], after_plans: &[&str]) {
    let database = Database::new(Backend::Postgres).await;
    let scene = Scene::new(&database).await;
    scene.log_in(1, scene.anna).await;
    fill(&database, &NEVER_BY_ITSELF).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let repeated = bid(&scene, &mut lane, (scene.anna, 10_000), None).await;
    drop(lane);
    fill(&database, before_plans).await;

    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    bid(&scene, &mut lane, (scene.bob, 11_000), Some(repeated)).await;
    fill(&database, after_plans).await;
    let before = database.number(PAGES_READ).await;
    for n in 0..BIDS {
        let bidder = if n % 2 == 0 { scene.anna } else { scene.bob };
        bid(&scene, &mut lane, (bidder, 12_000 + 1_000 * n), Some(repeated)).await;
    }
    drop(lane);
    left(&database, "gobid-lane").await;
    let read = eventually("the statistics", PATIENCE, async || {
        Some(database.number(PAGES_READ).await - before).filter(|read| *read > BIDS)
    })
    .await;
    assert!(read < BIDS * PAGES, "{read} pages were read for {BIDS} bids");
}

/// A bid all the way, with what is read for it, and for one that is repeated beside it.
async fn bid(
    scene: &Scene,
    lane: &mut LaneConnection,
    (bidder, minor_units): (UserId, i64),
    repeated: Option<RequestId>,
) -> RequestId {
    let auction = scene.lock(lane).await;
    let judged = scene.batch(&auction, bidder, minor_units);
    let request_id = judged.entry.request_id;
    let session = Some(SessionKey([1; 32]));
    let mut lookups =
        vec![Lookup { request_id, session, ..Lookup::of_user(scene.product_id, bidder) }];
    if repeated.is_some() {
        let of_anna = Lookup::of_user(scene.product_id, scene.anna);
        lookups.push(Lookup { request_id: repeated, ..of_anna });
    }
    let found = lane.read(&lookups, at(20)).await.unwrap();
    let accepted: Vec<_> = found.iter().map(|found| found.accepted.is_some()).collect();
    assert_eq!(accepted, if repeated.is_some() { vec![false, true] } else { vec![false] });
    assert_eq!(found[0].session_alive, bidder == scene.anna);
    assert!(lane.record(&judged.batch).await.unwrap());
    lane.commit().await.unwrap();
    request_id.unwrap()
}

/// Runs statements over a connection that ends, so that what it reads is in the statistics.
async fn fill(database: &Database, statements: &[&str]) {
    let options: PgConnectOptions = database.url().parse().unwrap();
    let options = options.application_name("filler");
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    for statement in statements {
        let statement = statement.replace("{rows}", &ROWS.to_string());
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
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

/// What PostgreSQL analyzes by itself would give the lane new plans, and be read for that.
const NEVER_BY_ITSELF: [&str; 5] = [
    "alter table products set (autovacuum_enabled = false)",
    "alter table auction_log set (autovacuum_enabled = false)",
    "alter table auction_bidders set (autovacuum_enabled = false)",
    "alter table users set (autovacuum_enabled = false)",
    "alter table sessions set (autovacuum_enabled = false)",
];

/// Users with a session each, and products with a bidder and an entry each, which stand in every index
/// before the one that is bid on.
const OTHERS: [&str; 5] = [
    "insert into users (user_id, user_name, user_name_key, email, password_hash, bio, is_admin, \
        created_at) \
     select gen_random_uuid(), 'user' || n, 'user' || n, n || '@example.com', '', '', false, 0 \
     from generate_series(1, {rows}) n",
    "insert into sessions (session_key, user_id, data, remember, created_at, last_seen_at, \
        expires_at) \
     select decode(md5(user_id::text) || md5(user_name), 'hex'), user_id, '', false, 0, 0, 0 \
     from users where user_name like 'user%'",
    "insert into products (product_id, seller_id, product_name, description, format, currency, \
        baseprice, increment, anonymous_bidders, auction_start, original_end, created_at, status, \
        position, seq, bid_count, bidder_count, auction_end, due_at, last_at) \
     select overlay(gen_random_uuid()::text placing '00' from 1)::uuid, seller_id, product_name, \
        description, format, currency, baseprice, increment, anonymous_bidders, auction_start, original_end, created_at, status, position, \
        seq, bid_count, bidder_count, auction_end, due_at, last_at \
     from products, generate_series(1, {rows})",
    "insert into auction_bidders (product_id, user_id, number, last_position) \
     select p.product_id, b.user_id, 1, 1 \
     from auction_bidders b join products p on p.product_id <> b.product_id where b.number = 1",
    "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id, \
        request_digest, seq_after, auction_end, received_at, at, public) \
     select p.product_id, 1, 1, gen_random_uuid(), l.kind, l.actor_id, gen_random_uuid(), \
        l.request_digest, 1, 0, 0, 0, '{}' \
     from auction_log l join products p on p.product_id <> l.product_id \
     where l.kind = 'bid_placed' and l.position = 2",
];

/// Bidders and entries of the product that is bid on, before those that are looked up.
const OF_THE_SAME: [&str; 2] = [
    "insert into auction_bidders (product_id, user_id, number, last_position) \
     select product_id, gen_random_uuid(), -n, 1 \
     from auction_log, generate_series(1, {rows}) n where kind = 'bid_placed' and position = 2",
    "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id, \
        request_digest, seq_after, auction_end, received_at, at, public) \
     select product_id, -n, -n, gen_random_uuid(), kind, actor_id, gen_random_uuid(), \
        request_digest, 1, 0, 0, 0, '{}' \
     from auction_log, generate_series(1, {rows}) n where kind = 'bid_placed' and position = 2",
];
