//! A PostgreSQL that does not answer: whoever asks is told so in time, and once there is a way to
//! it again the server finds it by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{Postgres, Transaction};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::http::{Answer, Request};
use crate::support::proxy::Proxy;
use crate::support::server::{Server, Setup};
use crate::support::wait::{PATIENCE, eventually, soon};

/// The name of the connections that the tests let die: all but the lanes', and how many there are.
const POOL: &str = "gobid";
const CONNECTIONS: i64 = 10;
/// What the server needs to give up links that died, and a little more.
const HEALING: Duration = Duration::from_secs(12);
/// What it needs to give up one question, and a little more.
const ONE_QUESTION: Duration = Duration::from_secs(8);

/// An auction on a server whose links to its database can die.
struct Sale {
    database: Database,
    proxy: Proxy,
    server: Server,
    bidder: User,
    product_id: String,
}

impl Sale {
    async fn open() -> Self {
        let database = Database::new(Backend::Postgres).await;
        let proxy = Proxy::start(database.cluster().port(), Some(POOL)).await;
        let server = Setup::on(&database.url_through(proxy.port())).start().await;
        let seller = User::sign_up(&server, "seller").await;
        let product_id = seller.create_product(&product(Duration::from_hours(1))).await;
        let bidder = User::sign_up(&server, "bidder").await;
        Self { database, proxy, server, bidder, product_id }
    }

    /// Questions of products wait from now on.
    async fn lock_products(&self) -> Transaction<'static, Postgres> {
        let mut holder = self.database.postgres().begin().await.unwrap();
        let lock = "lock table products in access exclusive mode";
        sqlx::query(lock).execute(&mut *holder).await.unwrap();
        holder
    }

    /// Asks for the product more often than there are connections, and waits until every
    /// connection waits for the answer.
    async fn take_every_connection(&self) -> JoinSet<Answer> {
        let mut asked = JoinSet::new();
        for _ in 0..CONNECTIONS + 2 {
            let (bidder, path) = (self.bidder.clone(), format!("/products/{}", self.product_id));
            asked.spawn(async move { bidder.get(&path).await });
        }
        let waiting = format!(
            "select count(*) from pg_stat_activity where datname = current_database() \
             and application_name = '{POOL}' and wait_event_type = 'Lock'"
        );
        eventually("every connection to wait", PATIENCE, async || {
            (self.database.number(&waiting).await == CONNECTIONS).then_some(())
        })
        .await;
        asked
    }

    async fn is_well(&self) {
        eventually("the product", PATIENCE, async || {
            let path = format!("/products/{}", self.product_id);
            (self.bidder.get(&path).await.status == 200).then_some(())
        })
        .await;
        eventually("the server to be ready", PATIENCE, async || {
            (ready(&self.server).await.status == 200).then_some(())
        })
        .await;
        eventually("a bid to be accepted", PATIENCE, async || {
            let bid = self.bidder.place_bid_rest(&self.product_id, "100.00", Uuid::new_v4()).await;
            [201, 409].contains(&bid.status).then_some(())
        })
        .await;
    }
}

async fn ready(server: &Server) -> Answer {
    Request::new("GET", "/ready").send(server.address()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_die_under_every_question_are_replaced() {
    let sale = Sale::open().await;
    let holder = sale.lock_products().await;
    let asked = sale.take_every_connection().await;
    sale.proxy.let_die();
    holder.rollback().await.unwrap();
    soon("the server to heal", HEALING, sale.is_well()).await;
    for answer in asked.join_all().await {
        if answer.status != 200 {
            assert!(answer.header("Retry-After").is_some());
            answer.refused(503, "unavailable");
        }
    }
}

/// Wherever in its work a connection is when its link dies, another one takes its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_die_again_and_again_cost_no_connection() {
    let sale = Sale::open().await;
    let (served, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut readers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (bidder, path) = (sale.bidder.clone(), format!("/products/{}", sale.product_id));
        let (served, over) = (Arc::clone(&served), Arc::clone(&over));
        readers.spawn(async move {
            while !over.load(Relaxed) {
                if bidder.get(&path).await.status == 200 {
                    served.fetch_add(1, Relaxed);
                }
            }
        });
    }
    for _ in 0..3 {
        let before = served.load(Relaxed);
        eventually("readers to be served", PATIENCE, async || {
            (served.load(Relaxed) > before + 200).then_some(())
        })
        .await;
        sale.proxy.let_die();
    }
    over.store(true, Relaxed);
    readers.join_all().await;
    sale.is_well().await;
    let holder = sale.lock_products().await;
    let asked = sale.take_every_connection().await;
    holder.rollback().await.unwrap();
    for answer in asked.join_all().await {
        answer.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_silent_keeps_nobody_waiting_for_long() {
    let sale = Sale::open().await;
    sale.proxy.stall();
    let asked = Instant::now();
    let mut readiness = JoinSet::new();
    for _ in 0..8 {
        let address = sale.server.address().to_owned();
        readiness.spawn(async move { Request::new("GET", "/ready").send(&address).await });
    }
    let key = Uuid::new_v4();
    let body = json!({"amount": "100.00"});
    let bid = sale.bidder.try_bid_rest(&sale.product_id, &body, key).await.unwrap();
    for answer in readiness.join_all().await {
        answer.unwrap().refused(503, "unavailable");
    }
    assert!(asked.elapsed() < ONE_QUESTION, "{:?}", asked.elapsed());
    let refused = bid.refused(503, "unavailable");
    assert_eq!(refused["outcome"], "not_recorded", "{refused}");
    assert_eq!((&refused["judged"], &refused["idempotency_key"]), (&false.into(), &json!(key)));
    sale.proxy.resume();
    sale.is_well().await;
}

/// What somebody has locked is away, and nobody waits for it for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_stays_locked_is_away() {
    let sale = Sale::open().await;
    let holder = sale.lock_products().await;
    for answer in sale.take_every_connection().await.join_all().await {
        answer.refused(503, "unavailable");
    }
    holder.rollback().await.unwrap();
    sale.is_well().await;
}
