//! The end of an auction with two servers on one PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{kinds, moment, put_up, time};
use crate::support::actors::{User, now};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use crate::support::socket::{Closed, Socket};

/// What the bidders of the last instant do: bid without waiting for answers.
const LAST_INSTANT: Duration = Duration::from_millis(300);

async fn two_servers() -> (Database, Server, Server) {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    (database, first, second)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_before_the_end_leaves_the_close_to_the_other() {
    let (database, mut first, second) = two_servers().await;
    let seller = User::sign_up(&first, "Seller").await;
    let ada = User::sign_up(&first, "Ada").await;
    let (product_id, end) = put_up(&seller, Duration::from_secs(3)).await;
    let mut watcher = User::visitor(&second, "Visitor").subscribe(&product_id).await;
    ada.place_bid_rest(&product_id, "100", Uuid::new_v4()).await.expect(201);
    moment(end.minus(Duration::from_millis(500))).await;
    first.kill_9().await;

    let seen = watcher.events_until_closed().await;
    let closed = seen.events.last().unwrap();
    assert_eq!((&closed["outcome"], &closed["winner"]), (&json!("sold"), &json!("Ada")));
    assert!(time(&closed["at"]) >= end);
    assert_eq!(watcher.closed().await.code, Some(1000));
    assert_eq!(kinds(&database, &product_id).await, ["opened", "bid_placed", "closed"]);
}

/// What a bidder of the last instant has sent, and everything that came until the socket closed.
struct LastInstant {
    /// At which of the servers.
    server: usize,
    sent: BTreeSet<String>,
    answers: BTreeMap<String, Value>,
    closed: Closed,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bids_of_the_last_instant_are_answered_before_the_sockets_close() {
    let (database, first, second) = two_servers().await;
    let seller = User::sign_up(&first, "Seller").await;
    let mut sockets = Vec::new();
    let names = ["Ada", "Ben", "Cleo", "Dan"];
    let mut users = Vec::new();
    for name in names {
        users.push(User::sign_up(&first, name).await);
    }
    let (product_id, end) = put_up(&seller, Duration::from_secs(3)).await;
    for (place, user) in users.iter().enumerate() {
        let user = user.at([&first, &second][place % 2]);
        sockets.push(user.subscribe(&product_id).await);
    }
    moment(end.minus(LAST_INSTANT)).await;
    let bidding = sockets.into_iter().enumerate().map(|(place, socket)| {
        tokio::spawn(bid_until_closed(socket, place, end.plus(Duration::from_millis(50))))
    });
    let bidding: Vec<_> = bidding.collect();
    let (mut accepted, mut servers) = (BTreeSet::new(), BTreeSet::new());
    for bidder in bidding {
        let LastInstant { server, sent, answers, closed } = bidder.await.unwrap();
        assert_eq!(closed.code, Some(1000), "{closed:?}");
        assert_eq!(sent, answers.keys().cloned().collect(), "each bid has its answer");
        for (request_id, answer) in answers {
            if answer["type"] == "bid_accepted" {
                let received_at = time(&answer["received_at"]);
                assert!(received_at < end, "{answer}");
                if received_at >= end.minus(LAST_INSTANT) {
                    servers.insert(server);
                }
                accepted.insert(request_id);
            } else {
                let code = answer["code"].as_str().unwrap();
                let known = ["bid_too_low", "already_leading", "auction_closed"];
                assert!(known.contains(&code), "{answer}");
            }
        }
    }
    assert_eq!(servers, BTreeSet::from([0, 1]), "at each somebody was in time");
    let log = database.log_of(&product_id).await;
    let recorded = log.iter().filter_map(|entry| entry.request_id).map(|id| id.to_string());
    assert_eq!(accepted, recorded.collect(), "the log and the answers");
    assert_eq!(log.iter().filter(|entry| entry.kind == "closed").count(), 1);
    assert_eq!(log.last().unwrap().kind, "closed");
}

/// Bids ever more until a moment, then reads everything until the server closes the socket.
async fn bid_until_closed(
    mut socket: Socket,
    place: usize,
    until: gobid_auction::Timestamp,
) -> LastInstant {
    let (mut sent, mut answers) = (BTreeSet::new(), BTreeMap::new());
    let mut step = 0;
    while now() < until {
        let request_id = Uuid::new_v4();
        socket.send_bid(&format!("{}.00", 100 + 4 * step + place), request_id).await.unwrap();
        sent.insert(request_id.to_string());
        // The line takes it before the next one is written: a bid a round trip.
        socket.taken_in().await;
        step += 1;
    }
    let closed = loop {
        match socket.take("anything", |_frame| true).await {
            Ok(frame) if frame["type"].as_str().is_some_and(|kind| kind.starts_with("bid_")) => {
                let request_id = frame["request_id"].as_str().unwrap().to_owned();
                assert!(answers.insert(request_id, frame).is_none(), "answered twice");
            }
            Ok(_other) => {}
            Err(closed) => break closed,
        }
    };
    LastInstant { server: place % 2, sent, answers, closed }
}
