//! Bids in the last instant that have to wait for a row somebody holds (PostgreSQL).

use std::time::Duration;

use gobid_auction::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{HOUR, kinds, moment, put_up, time};
use crate::support::actors::{User, from_now, product};
use crate::support::database::{Backend, Database};
use crate::support::hold::{Hold, lanes_wait};
use crate::support::server::Server;
use crate::support::socket::Socket;

const SETTLE: Duration = Duration::from_millis(250);

/// A product that ends soon, whose row somebody holds, and a bid in time that waits for it.
struct Waiting {
    database: Database,
    _server: Server,
    socket: Socket,
    product_id: String,
    end: Timestamp,
    request_id: Uuid,
    holder: Hold,
}

impl Waiting {
    async fn begin() -> Self {
        let database = Database::new(Backend::Postgres).await;
        let server = Server::start(&database).await;
        let seller = User::sign_up(&server, "Seller").await;
        let ada = User::sign_up(&server, "Ada").await;
        let (product_id, end) = put_up(&seller, Duration::from_secs(2)).await;
        let mut socket = ada.subscribe(&product_id).await;
        let holder = Hold::on(&database, &product_id).await;
        let request_id = Uuid::new_v4();
        socket.send_bid("100", request_id).await.unwrap();
        socket.taken_in().await;
        Self { database, _server: server, socket, product_id, end, request_id, holder }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_in_time_is_judged_before_the_close() {
    let Waiting { database, mut socket, product_id, end, request_id, holder, _server } =
        Waiting::begin().await;
    moment(end.plus(2 * SETTLE)).await;
    holder.release().await;
    let answer = socket.answer_to(request_id).await.unwrap();
    assert_eq!(answer["type"], "bid_accepted", "{answer}");
    assert!(time(&answer["received_at"]) < end);
    let closed = socket.events_until_closed().await.events.pop().unwrap();
    assert_eq!((&closed["outcome"], &closed["winner"]), (&json!("sold"), &json!("Ada")));
    assert_eq!(kinds(&database, &product_id).await, ["opened", "bid_placed", "closed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_that_waits_5_s_is_never_judged() {
    let Waiting { database, mut socket, product_id, request_id, holder, _server, .. } =
        Waiting::begin().await;
    let answer = socket.answer_to(request_id).await.unwrap();
    assert_eq!(
        (&answer["type"], &answer["outcome"]),
        (&json!("bid_unavailable"), &json!("not_recorded"))
    );
    holder.release().await;
    let closed = socket.events_until_closed().await.events.pop().unwrap();
    assert_eq!(closed["outcome"], "unsold");
    assert_eq!(kinds(&database, &product_id).await, ["opened", "closed"]);
}

/// The server that has the bid is stopped before it can judge it, and the other one closes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_in_time_that_finds_the_auction_closed_is_told_so() {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let ada = User::sign_up(&first, "Ada").await;
    let (product_id, end) = put_up(&seller, Duration::from_secs(2)).await;
    let mut watcher = User::visitor(&first, "Visitor").subscribe(&product_id).await;
    let mut socket = ada.at(&second).subscribe(&product_id).await;

    let holder = Hold::on(&database, &product_id).await;
    let request_id = Uuid::new_v4();
    socket.send_bid("100", request_id).await.unwrap();
    socket.taken_in().await;
    second.stop();
    lanes_wait(&database, 0).await;
    holder.release().await;
    watcher.events_until_closed().await;
    second.cont();

    let refused = socket.answer_to(request_id).await.unwrap();
    assert_eq!((&refused["code"], &refused["judged"]), (&json!("auction_closed"), &json!(true)));
    assert_eq!(refused["received_in_time"], true, "{refused}");
    assert_eq!(time(&refused["auction_end"]), end);
    assert!(time(&refused["received_at"]) < end);
    assert_eq!(kinds(&database, &product_id).await, ["opened", "closed"]);
}

/// The opening is due and was not judged: whichever of the two comes first, the auction opens once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_at_the_start_finds_the_auction_open() {
    let database = Database::new(Backend::Postgres).await;
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let ada = User::sign_up(&server, "Ada").await;
    let mut product = product(HOUR);
    product["auction_start"] = from_now(Duration::from_millis(1_500)).into();
    let product_id = seller.create_product(&product).await;
    let mut socket = ada.subscribe(&product_id).await;
    let holder = Hold::on(&database, &product_id).await;
    moment(time(&product["auction_start"]).plus(Duration::from_millis(50))).await;
    let request_id = Uuid::new_v4();
    socket.send_bid("100", request_id).await.unwrap();
    socket.taken_in().await;
    holder.release().await;
    let answer = socket.answer_to(request_id).await.unwrap();
    assert_eq!((&answer["type"], &answer["seq"]), (&json!("bid_accepted"), &json!(2)));
    assert_eq!(socket.events_until(2).await.events.len(), 2);
    assert_eq!(kinds(&database, &product_id).await, ["opened", "bid_placed"]);
}
