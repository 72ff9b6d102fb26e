//! Two servers on one PostgreSQL: a room learns within a second what the other server wrote.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Sale};
use crate::support::actors::{User, product};
use crate::support::crowd::Crowd;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use crate::support::socket::Socket;

async fn two_servers() -> (Database, Sale, Server) {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    let sale = Sale::open_at(first, &product(HOUR)).await;
    (database, sale, second)
}

/// All that comes until the socket has had the update of a seq, and until a `you` of it.
async fn until_told(socket: &mut Socket, seq: u64) -> Vec<Value> {
    let mut frames = Vec::new();
    let (mut told, mut seen) = (false, false);
    while !told || !seen {
        let frame = socket.next_frame().await;
        let is_there = frame["seq"].as_u64() >= Some(seq);
        told |= is_there && frame["type"] == "you";
        seen |= is_there && frame["type"] != "you";
        frames.push(frame);
    }
    frames
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leads_at_one_server_is_not_told_otherwise_at_the_other() {
    let (_database, sale, second) = two_servers().await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let mut watcher = User::visitor(&second, "Visitor").subscribe(&sale.product_id).await;
    ada.place_bid_rest(&sale.product_id, "100.00", Uuid::new_v4()).await.expect(201);
    for round in 0..6 {
        let amount = |more: u64| format!("{}.00", 101 + 2 * round + more);
        let placed = ben.place_bid_rest(&sale.product_id, &amount(0), Uuid::new_v4()).await;
        let seq = placed.expect(201)["seq"].as_u64().unwrap();
        watcher.wait_for_update(seq).await;
        // The room there knows that Ben leads, and nothing of this one.
        let placed = ada.place_bid_rest(&sale.product_id, &amount(1), Uuid::new_v4()).await;
        assert_eq!(placed.expect(201)["seq"], seq + 1);
        let mut socket = ada.at(&second).subscribe(&sale.product_id).await;
        let mut frames = until_told(&mut socket, seq + 1).await;
        // Whatever would be told twice has been told by now.
        socket.send(&json!({"type": "ping", "n": 1})).await.unwrap();
        while frames.last().is_none_or(|frame| frame["type"] != "pong") {
            frames.push(socket.next_frame().await);
        }
        let yous: Vec<_> = frames.iter().filter(|frame| frame["type"] == "you").collect();
        let leading = json!({"type": "you", "seq": seq + 1, "status": "leading",
            "amount": amount(1), "alias": "Ada"});
        assert_eq!(yous, [&leading]);
    }
}

/// A burst that the other server wrote may be more than a frame can carry.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_through_one_server_cuts_nobody_at_the_other() {
    let (_database, sale, second) = two_servers().await;
    let crowd = Crowd::sign_up(&sale.server, 20).await;
    let mut watcher = User::visitor(&second, "Visitor").subscribe(&sale.product_id).await;
    crowd.race(&[&sale.server], &sale.product_id, 3_000).await;
    let last = sale.seller.product(&sale.product_id).await["seq"].as_u64().unwrap();
    let seen = watcher.events_until(last).await;
    let delivered = u64::try_from(seen.events.len()).unwrap();
    assert_eq!((delivered + seen.skipped, seen.resets), (last - 1, 0));
    eprintln!("{} of {} were left out", seen.skipped, last - 1);
}
