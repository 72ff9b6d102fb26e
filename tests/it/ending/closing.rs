//! Auctions that open and close by themselves, each once.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, kinds, moment, put_up, time};
use crate::support::actors::{User, from_now, now, product};
use crate::support::database::{Backend, Database, on_both};
use crate::support::server::Server;
use crate::support::socket::Socket;

on_both!(
    the_leader_wins_at_the_end,
    bids_count_until_the_end_and_not_after,
    a_scheduled_auction_opens,
    what_ended_while_no_server_ran_closes_at_the_next_start,
);

const SOON: Duration = Duration::from_secs(3);
const SETTLE: Duration = Duration::from_millis(250);

async fn the_leader_wins_at_the_end(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let (ada, ben) = tokio::join!(User::sign_up(&server, "Ada"), User::sign_up(&server, "Ben"));
    let (lonely, _end) = put_up(&seller, SOON).await;
    let (product_id, end) = put_up(&seller, SOON).await;
    let mut ada_socket = ada.subscribe(&product_id).await;
    let mut ben_socket = ben.subscribe(&product_id).await;
    let mut watcher = User::visitor(&server, "Visitor").subscribe(&lonely).await;
    ada_socket.place_bid("100.00").await;
    ben_socket.place_bid("120.00").await;

    let seen = ada_socket.events_until_closed().await;
    let closed = seen.events.last().unwrap();
    assert_eq!(closed, &closing(4, &closed["at"], "sold", &json!("Ben"), &json!("120.00"), None));
    assert!(time(&closed["at"]) >= end.plus(SETTLE), "{closed}");
    assert_eq!(ben_socket.events_until_closed().await.events, seen.events);
    for (socket, status) in [(&mut ada_socket, "lost"), (&mut ben_socket, "won")] {
        let you = socket.take(status, |frame| frame["status"] == status).await.unwrap();
        assert_eq!((&you["type"], &you["seq"]), (&json!("you"), &json!(4)));
    }
    let seen = watcher.events_until_closed().await;
    let closed = &seen.events[0];
    let wanted = closing(2, &closed["at"], "unsold", &Value::Null, &Value::Null, Some("no_bids"));
    assert_eq!((seen.events.len(), closed), (1, &wanted));

    let view = seller.product(&product_id).await;
    let facts = ["status", "is_sold", "winner", "hammer_price", "leader", "current_price"];
    let facts = facts.map(|name| view[name].clone());
    assert_eq!(json!(facts), json!(["sold", true, "Ben", "120.00", "Ben", "120.00"]));
    let contacts = [&seller, &ben, &ada].map(|user| async { user.product(&product_id).await });
    let [of_seller, of_winner, of_loser] = contacts;
    assert_eq!(of_seller.await["you"]["contact"], "ben@example.org");
    assert_eq!(of_winner.await["you"]["contact"], "seller@example.org");
    assert_eq!(of_loser.await["you"]["contact"], Value::Null);
    assert_eq!(seller.product(&lonely).await["status"], "unsold");
    assert_eq!(
        kinds(&database, &product_id).await,
        ["opened", "bid_placed", "bid_placed", "closed"]
    );
    assert_eq!(kinds(&database, &lonely).await, ["opened", "closed"]);
}

fn closing(
    seq: u64,
    at: &Value,
    outcome: &str,
    winner: &Value,
    hammer_price: &Value,
    reason: Option<&str>,
) -> Value {
    json!({
        "seq": seq, "at": at, "type": "auction_closed", "outcome": outcome, "winner": winner,
        "hammer_price": hammer_price, "reason": reason,
    })
}

/// Two bid in turns, as fast as they are answered, until one is told that it is over.
async fn bids_count_until_the_end_and_not_after(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let (ada, ben) = tokio::join!(User::sign_up(&server, "Ada"), User::sign_up(&server, "Ben"));
    let (product_id, end) = put_up(&seller, SOON).await;
    let mut sockets = [ada.subscribe(&product_id).await, ben.subscribe(&product_id).await];
    let mut accepted = 0;
    let refused = loop {
        let answer = sockets[accepted % 2].place_bid(&format!("{}.00", 100 + accepted)).await;
        if answer["type"] != "bid_accepted" {
            break answer;
        }
        assert!(time(&answer["received_at"]) < end, "{answer}");
        accepted += 1;
    };
    assert_late(&refused, end);
    assert_eq!(refused["judged"], true);
    let over_rest = ben.place_bid_rest(&product_id, "9999", Uuid::new_v4()).await;
    assert_late(&over_rest.refused(409, "auction_closed"), end);

    let seen = sockets[0].events_until_closed().await;
    assert_eq!(seen.events.len(), accepted + 1);
    let price = format!("{}.00", 99 + accepted);
    assert_eq!(seen.events[accepted]["hammer_price"], price.as_str());
    assert_late(&sockets[1].place_bid("9999").await, end);
}

fn assert_late(refusal: &Value, end: gobid_auction::Timestamp) {
    assert_eq!(refusal["code"], "auction_closed", "{refusal}");
    assert_eq!(time(&refusal["auction_end"]), end);
    assert_eq!(refusal["received_in_time"], false);
    assert!(time(&refusal["received_at"]) >= end, "{refusal}");
}

async fn a_scheduled_auction_opens(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let ada = User::sign_up(&server, "Ada").await;
    let mut product = product(HOUR);
    product["auction_start"] = from_now(SOON).into();
    let product_id = seller.create_product(&product).await;
    let mut socket = ada.subscribe(&product_id).await;
    let snapshot = socket.next_of("snapshot").await;
    assert_eq!(
        (&snapshot["seq"], &snapshot["product"]["status"]),
        (&json!(0), &json!("scheduled"))
    );
    let early = socket.place_bid("100.00").await;
    assert_eq!(
        (&early["code"], &early["auction_start"]),
        (&json!("auction_not_open"), &product["auction_start"])
    );

    let update = socket.wait_for_update(1).await;
    assert_eq!(update["events"][0]["type"], "auction_opened");
    assert!(time(&update["events"][0]["at"]) >= time(&product["auction_start"]));
    assert_eq!(update["product"]["status"], "open");
    assert_eq!(socket.place_bid("100.00").await["seq"], 2);
    assert_eq!(ada.product(&product_id).await["status"], "open");
    assert_eq!(kinds(&database, &product_id).await, ["opened", "bid_placed"]);
}

async fn what_ended_while_no_server_ran_closes_at_the_next_start(database: Database) {
    let mut server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let ada = User::sign_up(&server, "Ada").await;
    let mut product = product(SOON);
    product["auction_start"] = from_now(SOON / 2).into();
    let never_opened = seller.create_product(&product).await;
    let (lonely, _end) = put_up(&seller, SOON).await;
    let (sold, end) = put_up(&seller, SOON).await;
    ada.place_bid_rest(&sold, "150", Uuid::new_v4()).await.expect(201);
    server.kill_9().await;
    assert!(now() < end, "the machine is too slow for this test");
    moment(end.plus(SETTLE)).await;

    let mut servers = Vec::new();
    if database.backend() == Backend::Postgres {
        servers.push(Server::start(&database).await);
    }
    server.start_again().await;
    servers.push(server);
    let expected = [
        (&never_opened, "unsold", ["opened", "closed"].as_slice()),
        (&lonely, "unsold", &["opened", "closed"]),
        (&sold, "sold", &["opened", "bid_placed", "closed"]),
    ];
    for (product_id, status, entries) in expected {
        for server in &servers {
            let mut socket = User::visitor(server, "Visitor").subscribe(product_id).await;
            until_over(&mut socket).await;
            assert_eq!(seller.at(server).product(product_id).await["status"], status);
        }
        assert_eq!(kinds(&database, product_id).await, entries);
    }
    assert_eq!(seller.at(&servers[0]).product(&sold).await["hammer_price"], "150.00");
}

/// Waits for the end of an auction that may be over already.
async fn until_over(socket: &mut Socket) {
    let is_over = |frame: &Value| {
        let status = &frame["product"]["status"];
        status == "sold" || status == "unsold"
    };
    socket.take("the end", is_over).await.unwrap();
}

/// Two servers on one PostgreSQL, and many auctions that end at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_close_each_auction_once() {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let ada = User::sign_up(&first, "Ada").await;
    let product = product(Duration::from_secs(3));
    let mut auctions = Vec::new();
    for place in 0..20 {
        let product_id = seller.create_product(&product).await;
        if place % 2 == 0 {
            ada.place_bid_rest(&product_id, "100", Uuid::new_v4()).await.expect(201);
        }
        let here = User::visitor(&first, "Here").subscribe(&product_id).await;
        let there = User::visitor(&second, "There").subscribe(&product_id).await;
        auctions.push((product_id, here, there));
    }
    for (product_id, mut here, mut there) in auctions {
        let events = here.events_until_closed().await.events;
        assert_eq!(there.events_until_closed().await.events, events);
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0]["type"], "auction_closed");
        let kinds = kinds(&database, &product_id).await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "closed").count(), 1);
    }
}
