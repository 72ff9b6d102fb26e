//! Bidders who outbid each other, over the socket and over REST.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Sale, result_of};
use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::server::Server;

on_both!(two_over_sockets_and_one_over_rest, bidders_without_names, amounts_of_a_ladder);

async fn two_over_sockets_and_one_over_rest(database: Database) {
    let sale = Sale::open(&database).await;
    let (ada, ben, cleo) =
        tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"), sale.sign_up("Cleo"));
    let visitor = User::visitor(&sale.server, "Visitor");
    let mut sockets = Vec::new();
    for (place, user) in [&ada, &ben, &visitor].into_iter().enumerate() {
        let mut socket = user.subscribe(&sale.product_id).await;
        let snapshot = socket.next_of("snapshot").await;
        assert_eq!(snapshot["watchers"], place + 1);
        assert_eq!((&snapshot["seq"], &snapshot["reset"]), (&json!(1), &json!(false)));
        assert_eq!(snapshot["product"]["status"], "open");
        assert_eq!(snapshot["product"]["minimum_next_bid"], "100.00");
        assert_eq!(snapshot["bids"], json!([]));
        sockets.push(socket);
    }

    let mut results = Vec::new();
    for (who, amount) in [(0, "100.00"), (1, "101.00"), (2, "150"), (0, "151.5"), (2, "152.50")] {
        let request_id = Uuid::new_v4();
        let answer = if who == 2 {
            let answer = cleo.place_bid_rest(&sale.product_id, amount, request_id).await;
            answer.expect(201)
        } else {
            sockets[who].try_place_bid(amount, request_id).await.unwrap()
        };
        let named = if who == 2 { &answer["idempotency_key"] } else { &answer["request_id"] };
        assert_eq!(named, &json!(request_id));
        results.push(result_of(answer));
    }
    let end = &sale.seller.product(&sale.product_id).await["auction_end"];
    let prices = ["100.00", "101.00", "150.00", "151.50", "152.50"];
    let minima = ["101.00", "102.00", "151.00", "152.50", "153.50"];
    for ((seq, result), (price, minimum)) in (2..).zip(&results).zip(prices.iter().zip(minima)) {
        let wanted = json!({
            "bid_id": result["bid_id"], "product_id": sale.product_id, "seq": seq,
            "amount": price, "leading": true, "current_price": price,
            "minimum_next_bid": minimum, "auction_end": end, "received_at": result["received_at"],
        });
        assert_eq!(result, &wanted);
    }

    let events = sale.seller.events(&sale.product_id, 1).await;
    let names = ["Ada", "Ben", "Cleo", "Ada", "Cleo"];
    for ((event, result), name) in events.iter().zip(&results).zip(names) {
        assert_eq!(event, &placed(event, result, name));
    }
    assert_eq!(events.len(), results.len());
    for socket in &mut sockets {
        let seen = socket.events_until(6).await;
        assert_eq!((&seen.events, seen.skipped, seen.resets), (&events, 0, 0));
    }
    assert_the_same_over_rest(&sale, &events).await;
}

/// The event of an accepted bid.
fn placed(event: &Value, result: &Value, name: &str) -> Value {
    let (seq, at, price) = (&result["seq"], &event["at"], &result["current_price"]);
    json!({
        "seq": seq, "at": at, "type": "bid_placed", "leader": name, "current_price": price,
        "extended": false, "auction_end": result["auction_end"],
        "bids": [{
            "bid_id": result["bid_id"], "seq": seq, "at": at, "bidder": name, "amount": price,
            "automatic": false, "voided": false,
        }],
    })
}

/// Bids, product and a new snapshot say what the events say.
async fn assert_the_same_over_rest(sale: &Sale, events: &[Value]) {
    let bids: Vec<_> = events.iter().rev().map(|event| event["bids"][0].clone()).collect();
    let page = sale.seller.get(&format!("/products/{}/bids", sale.product_id)).await.expect(200);
    assert_eq!(page, json!({"items": bids, "next_cursor": null}));
    let mut socket = User::visitor(&sale.server, "Late").subscribe(&sale.product_id).await;
    let mut snapshot = socket.next_of("snapshot").await;
    assert_eq!(snapshot["bids"], Value::Array(bids));
    let mut view = User::visitor(&sale.server, "Later").product(&sale.product_id).await;
    let facts = ["current_price", "minimum_next_bid", "leader", "bid_count", "bidder_count", "seq"];
    let facts = facts.map(|name| view[name].clone());
    assert_eq!(json!(facts), json!(["152.50", "153.50", "Cleo", 5, 3, 6]));
    for product in [&mut view, &mut snapshot["product"]] {
        product["server_time"].take();
    }
    assert_eq!(view, snapshot["product"]);
}

async fn bidders_without_names(database: Database) {
    let mut product = product(HOUR);
    product["anonymous_bidders"] = true.into();
    let sale = Sale::open_at(Server::start(&database).await, &product).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let mut ada_socket = ada.subscribe(&sale.product_id).await;
    let mut ben_socket = ben.subscribe(&sale.product_id).await;
    let _none = [ada_socket.next_of("you").await, ben_socket.next_of("you").await];
    ben_socket.place_bid("100.00").await;
    ada_socket.place_bid("101.00").await;
    ben_socket.place_bid("102.00").await;

    let you = ada_socket.take("being outbid", |frame| frame["status"] == "outbid").await.unwrap();
    assert_eq!(you["alias"], "Bidder 2");
    let you = ben_socket.take("the lead", |frame| frame["status"] == "leading").await.unwrap();
    assert_eq!(you["alias"], "Bidder 1");
    let seen = ada_socket.events_until(4).await;
    let leaders: Vec<_> = seen.events.iter().map(|event| event["leader"].clone()).collect();
    assert_eq!(leaders, ["Bidder 1", "Bidder 2", "Bidder 1"]);
    assert_eq!(seen.events[1]["bids"][0]["bidder"], "Bidder 2");

    let mut watcher = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    let snapshot = watcher.next_of("snapshot").await;
    let events = sale.seller.events(&sale.product_id, 0).await;
    let view = sale.seller.product(&sale.product_id).await;
    for said in [snapshot.to_string(), format!("{events:?}"), view.to_string()] {
        assert!(said.contains("Bidder 1"), "{said}");
        assert!(!said.contains("Ada") && !said.contains("Ben"), "{said}");
    }
    assert_eq!(ada.product(&sale.product_id).await["you"]["alias"], "Bidder 2");
}

/// The house's own steps: 1.00 from 25.00 on, 2.50 from 100.00 on.
async fn amounts_of_a_ladder(database: Database) {
    let mut product = product(HOUR);
    product.as_object_mut().unwrap().remove("increment");
    product["baseprice"] = "98.00".into();
    let sale = Sale::open_at(Server::start(&database).await, &product).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let mut ada_socket = ada.subscribe(&sale.product_id).await;
    let mut ben_socket = ben.subscribe(&sale.product_id).await;
    assert_eq!(ada_socket.place_bid("98.00").await["minimum_next_bid"], "99.00");
    let refused = ben_socket.place_bid("98.99").await;
    assert_eq!(refused["minimum_next_bid"], "99.00");
    assert_eq!(refused["next_bids"], json!(["100.00", "102.50", "105.00", "107.50"]));
    assert_eq!(ben_socket.place_bid("100.00").await["minimum_next_bid"], "102.50");
}
