//! Auctions with a hundred thousand bidders or bids, and what the others notice of them.
//!
//! The rows are written behind the server's back; what is done with them is done by the server.
//! The latencies of the others are printed; that they did not wait for it is judged, generously.

mod rows;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::actors::{User, now, product};
use crate::support::database::{Database, on_both};
use crate::support::server::Server;
use crate::support::socket::Socket;
use crate::support::wait::{PATIENCE, eventually, soon};
use rows::{COUNT, Rows, amount, bid_id};

on_both! {
    a_sealed_auction_with_many_bidders_closes,
    a_bid_in_a_long_log_is_voided,
}

const HOUR: Duration = Duration::from_hours(1);
/// How many bids of the others are answered before anything happens.
const BEFORE: usize = 500;
/// The slowest hundredth may be so much slower than before, and is fast enough when it takes no
/// longer than this anyway.
const SLOWER: u32 = 10;
const FAST: Duration = Duration::from_millis(250);

/// Two who bid in turns on a product of their own, as fast as they are answered.
struct Others {
    bidding: JoinHandle<Vec<Bid>>,
    stop: watch::Sender<bool>,
}

/// A bid of theirs: when it was sent, and how long its answer took.
#[derive(Clone, Copy)]
struct Bid {
    sent: Instant,
    took: Duration,
}

impl Others {
    /// Begins, and waits until it is known how long their answers take.
    async fn begin(server: &Server, seller: &User) -> Self {
        let product_id = seller.create_product(&product(HOUR)).await;
        let (ada, ben) = tokio::join!(User::sign_up(server, "Ada"), User::sign_up(server, "Ben"));
        let sockets = [ada.subscribe(&product_id).await, ben.subscribe(&product_id).await];
        let (stop, stopped) = watch::channel(false);
        let (count, mut counted) = watch::channel(0);
        let bidding = tokio::spawn(bid_in_turns(sockets, count, stopped));
        let enough = counted.wait_for(|count| *count >= BEFORE);
        soon("bids before", PATIENCE, enough).await.unwrap();
        Self { bidding, stop }
    }

    /// Stops them and prints how long answers took: before something began, and while it went on.
    async fn end(self, what: &str, began: Instant, ended: Instant) {
        self.stop.send_replace(true);
        let bids = self.bidding.await.unwrap();
        let (before, rest): (Vec<&Bid>, Vec<&Bid>) = bids.iter().partition(|bid| bid.sent < began);
        let during: Vec<&Bid> = rest.into_iter().filter(|bid: &&Bid| bid.sent < ended).collect();
        eprintln!("{what}: before {}, during {}", figures(&before), figures(&during));
        assert!(!during.is_empty(), "the others went on bidding");
        let (usual, slow) = (at_share(&before, 99), at_share(&during, 99));
        assert!(slow <= FAST.max(usual * SLOWER), "{slow:?}, and {usual:?} before");
    }
}

async fn bid_in_turns(
    mut sockets: [Socket; 2],
    count: watch::Sender<usize>,
    stopped: watch::Receiver<bool>,
) -> Vec<Bid> {
    let mut bids = Vec::new();
    while !*stopped.borrow() {
        let amount = format!("{}.00", 100 + bids.len());
        let sent = Instant::now();
        let answer = sockets[bids.len() % 2].place_bid(&amount).await;
        assert_eq!(answer["type"], "bid_accepted", "{answer}");
        bids.push(Bid { sent, took: sent.elapsed() });
        count.send_replace(bids.len());
    }
    bids
}

fn figures(bids: &[&Bid]) -> String {
    let [median, slow, slowest] = [50, 99, 100].map(|share| at_share(bids, share));
    format!("{} bids, p50 {median:?}, p99 {slow:?}, slowest {slowest:?}", bids.len())
}

/// What so many hundredths of the bids took at most.
fn at_share(bids: &[&Bid], hundredths: usize) -> Duration {
    let mut took: Vec<_> = bids.iter().map(|bid| bid.took).collect();
    took.sort_unstable();
    took[(took.len() - 1) * hundredths / 100]
}

async fn a_sealed_auction_with_many_bidders_closes(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let sealed = with(product(HOUR), json!({"format": "sealed_second_price"}));
    let sealed = without(sealed, "increment");
    let product_id = seller.create_product(&sealed).await;
    let rows = Rows::of(&database, &product_id);
    rows.users().await;
    rows.sealed_bids().await;
    let before = rows.bidders_checksum().await;
    let others = Others::begin(&server, &seller).await;
    let mut watcher = User::visitor(&server, "Visitor").subscribe(&product_id).await;

    let began = Instant::now();
    rows.end_at(now().plus(Duration::from_secs(1))).await;
    let closed = watcher.events_until_closed().await.events.pop().unwrap();
    others.end("the close of a sealed auction", began, Instant::now()).await;
    let (highest, second) = (amount(COUNT), amount(COUNT - 1));
    assert_eq!(closed["winner"], format!("user-{COUNT}"));
    assert_eq!(closed["hammer_price"], second.as_str());
    assert_eq!(closed["sealed_bid_count"], COUNT);
    let told = closed["sealed_bids"].as_array().unwrap();
    assert_eq!(told.len(), 100);
    assert_eq!(told[0]["amount"], highest.as_str());

    // Of all rows the close has written one: the entry of the log.
    assert_eq!(rows.bidders_checksum().await, before);
    assert_eq!(rows.entries().await, COUNT + 2);
    let page = seller.get(&format!("/products/{product_id}/bids?limit=2")).await.expect(200);
    let amounts: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|row| &row["amount"]).collect();
    assert_eq!(amounts, [highest.as_str(), second.as_str()]);
}

async fn a_bid_in_a_long_log_is_voided(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let admin = User::sign_up(&server, "Admin").await;
    database.execute("update users set is_admin = true where user_name = 'Admin'").await;
    let product_id = seller.create_product(&product(HOUR)).await;
    let rows = Rows::of(&database, &product_id);
    rows.users().await;
    rows.firm_bids().await;
    let others = Others::begin(&server, &seller).await;
    let mut watcher = User::visitor(&server, "Visitor").subscribe(&product_id).await;

    let began = Instant::now();
    let old = bid_id(COUNT / 2);
    let path = |bid_id: &str| format!("/admin/products/{product_id}/bids/{bid_id}/void");
    let reason = json!({"reason": "a slip of the pen"});
    let after = admin.post(&path(&old), &reason).await.expect(200);
    assert_eq!(after["current_price"], amount(COUNT).as_str(), "the last bid leads");
    let newest = bid_id(COUNT);
    let after = admin.post(&path(&newest), &reason).await.expect(200);
    others.end("the void of two bids", began, Instant::now()).await;
    assert_eq!(after["current_price"], amount(COUNT - 1).as_str());
    assert_eq!(after["leader"], format!("user-{}", COUNT - 1));
    assert_eq!(after["bid_count"], COUNT - 2);
    let twice = admin.post(&path(&old), &reason).await;
    twice.refused(409, "already_exists");

    let seq = u64::try_from(COUNT + 3).unwrap();
    let seen = watcher.events_until(seq).await;
    let struck: Vec<_> = seen.events.iter().map(|event| &event["bid_ids"]).collect();
    assert_eq!(struck, [&json!([old]), &json!([newest])]);
    eventually("the void in the list of bids", PATIENCE, async || {
        let bids = seller.get(&format!("/products/{product_id}/bids?limit=1")).await.expect(200);
        (bids["items"][0]["voided"] == true).then_some(())
    })
    .await;
}

fn with(mut product: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("no object: {more}") };
    product.as_object_mut().unwrap().extend(more);
    product
}

fn without(mut product: Value, field: &str) -> Value {
    product.as_object_mut().unwrap().remove(field);
    product
}
