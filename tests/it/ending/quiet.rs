//! The socket of an auction that is over: it stays while something is asked, and 5 s longer.

use std::time::{Duration, Instant};

use serde_json::json;
use uuid::Uuid;

use super::{moment, put_up};
use crate::support::actors::{User, now};
use crate::support::database::{Backend, Database, on_both};
use crate::support::hold::Hold;
use crate::support::server::Server;
use crate::support::socket::Socket;

on_both!(a_socket_is_closed_5_s_after_its_last_command);

const QUIET: Duration = Duration::from_secs(5);
/// How much later it may be noticed.
const LATE: Duration = Duration::from_secs(5);

/// A server, a bidder whose bid won, and the bid.
struct Over {
    server: Server,
    ada: User,
    product_id: String,
    request_id: Uuid,
    result: serde_json::Value,
}

impl Over {
    async fn on(database: &Database) -> Self {
        let server = Server::start(database).await;
        let seller = User::sign_up(&server, "Seller").await;
        let ada = User::sign_up(&server, "Ada").await;
        let (product_id, _end) = put_up(&seller, Duration::from_secs(2)).await;
        let mut socket = ada.subscribe(&product_id).await;
        let request_id = Uuid::new_v4();
        let result = socket.try_place_bid("100", request_id).await.unwrap();
        socket.events_until_closed().await;
        Self { server, ada, product_id, request_id, result }
    }

    /// A socket that was opened after the end.
    async fn subscribe(&self) -> Socket {
        let mut socket = self.ada.subscribe(&self.product_id).await;
        let snapshot = socket.next_of("snapshot").await;
        assert_eq!(snapshot["product"]["status"], "sold");
        assert_eq!(socket.next_of("you").await["status"], "won");
        socket
    }
}

async fn a_socket_is_closed_5_s_after_its_last_command(database: Database) {
    let over = Over::on(&database).await;
    let visitor = User::visitor(&over.server, "Visitor");
    let mut silent = visitor.subscribe(&over.product_id).await;
    let mut pinging = visitor.subscribe(&over.product_id).await;
    let opened = Instant::now();
    let mut socket = over.subscribe().await;
    let refused = socket.place_bid("200").await;
    assert_eq!(
        (&refused["code"], &refused["received_in_time"]),
        (&json!("auction_closed"), &json!(false))
    );

    pinging.taken_in().await;
    assert_eq!(silent.closed().await.code, Some(1000));
    assert!(opened.elapsed() < QUIET + LATE, "{:?}", opened.elapsed());
    assert_eq!(pinging.closed().await.code, Some(1000), "a ping is no command");

    let asked = Instant::now();
    let mut socket = over.subscribe().await;
    let again = socket.try_place_bid("100", over.request_id).await.unwrap();
    assert_eq!(again, over.result);
    let over_rest = over.ada.place_bid_rest(&over.product_id, "100", over.request_id).await;
    assert_eq!(over_rest.expect(200)["bid_id"], over.result["bid_id"]);
    assert_eq!(socket.closed().await.code, Some(1000));
    let stayed = asked.elapsed();
    assert!(QUIET <= stayed && stayed < QUIET + LATE, "{stayed:?}");
}

/// The lane has to wait for a file that somebody else has locked, longer than a socket stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_stays_until_everything_is_answered() {
    let database = Database::new(Backend::Sqlite).await;
    let over = Over::on(&database).await;
    let mut socket = over.subscribe().await;
    let holder = Hold::on(&database, &over.product_id).await;
    socket.send_bid("100", over.request_id).await.unwrap();
    moment(now().plus(QUIET + Duration::from_millis(1_500))).await;
    holder.release().await;
    let answer = socket.answer_to(over.request_id).await.unwrap();
    let wanted = (&json!("bid_unavailable"), &json!("not_recorded"));
    assert_eq!((&answer["type"], &answer["outcome"]), wanted);
    assert_eq!(socket.closed().await.code, Some(1000));
}
