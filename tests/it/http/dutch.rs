//! Dutch auctions: the price falls with the server's time, and the first to accept it wins.

use std::time::Duration;

use gobid_auction::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::product_with;
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;
use crate::support::wait::{PATIENCE, eventually};

on_both!(a_price_falls_and_moves_the_etag, the_first_to_accept_wins_at_the_price_of_his_stamp);

fn falling(tick_seconds: u32) -> Value {
    let falls = json!({"floor": "40.00", "step": "0.25", "tick_seconds": tick_seconds});
    product_with(&json!({"format": "dutch", "increment": null, "dutch": falls}))
}

/// The price in cents that RULES.md §6 gives at a time, when it ticks each second.
fn price_at(view: &Value, time: &str) -> u64 {
    let micros = |text: &str| text.parse::<Timestamp>().unwrap().as_micros();
    let start = micros(view["auction_start"].as_str().unwrap());
    let ticks = u64::try_from(micros(time) - start).unwrap_or(0) / 1_000_000;
    10_000_u64.saturating_sub(ticks * 25).max(4_000)
}

fn cents(amount: &Value) -> u64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

async fn a_price_falls_and_moves_the_etag(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&falling(1)).await;
    let path = format!("/products/{product_id}");
    let visitor = User::visitor(&server, "visitor");
    let first = visitor.get(&path).await;
    let etag = first.header("ETag").unwrap().to_owned();
    let later = eventually("a lower price", PATIENCE, async || {
        let request = Request::new("GET", &format!("/api/v1{path}")).header("If-None-Match", &etag);
        let answer = visitor.send(request).await;
        (answer.status == 200).then_some(answer)
    })
    .await;
    assert_ne!(later.header("ETag"), Some(etag.as_str()));
    assert!(cents(&later.body["current_price"]) < cents(&first.body["current_price"]));
    for view in [&first.body, &later.body] {
        // The wire cuts what is below a millisecond, of both times: at a tick both prices are right.
        let shown = cents(&view["current_price"]);
        let time: Timestamp = view["server_time"].as_str().unwrap().parse().unwrap();
        let cut = Duration::from_millis(1);
        let right = [time.minus(cut), time, time.plus(cut)];
        let right = right.map(|time| price_at(view, &time.to_string()));
        assert!(right.contains(&shown), "{view}");
        assert_eq!(view["minimum_next_bid"], view["current_price"]);
        assert_eq!((&view["bid_count"], &view["leader"]), (&json!(0), &Value::Null));
    }
    assert_eq!(database.log_of(&product_id).await.len(), 1, "it needs no writes");
}

async fn the_first_to_accept_wins_at_the_price_of_his_stamp(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let product_id = ana.create_product(&falling(3600)).await;
    let low = bob.place_bid_rest(&product_id, "99.99", Uuid::new_v4()).await;
    let low = low.refused(409, "bid_too_low");
    assert_eq!(
        (&low["minimum_next_bid"], &low["current_price"]),
        (&json!("100.00"), &json!("100.00"))
    );
    assert_eq!(low["next_bids"], json!([]));
    for bid in [json!({"max_amount": "150"}), json!({"amount": "150", "expected_price": "100"})] {
        let answer = bob.try_bid_rest(&product_id, &bid, Uuid::new_v4()).await.unwrap();
        answer.refused(409, "wrong_format");
    }
    let bought = bob.post(&format!("/products/{product_id}/buy"), &json!({})).await;
    bought.refused(409, "wrong_format");

    let key = Uuid::new_v4();
    let accepted = bob.place_bid_rest(&product_id, "123.45", key).await.expect(201);
    assert_eq!(
        (&accepted["current_price"], &accepted["leading"]),
        (&json!("100.00"), &json!(true))
    );
    assert_eq!(bob.place_bid_rest(&product_id, "123.45", key).await.expect(200), accepted);
    let view = User::visitor(&server, "visitor").product(&product_id).await;
    let wanted = [
        ("status", json!("sold")),
        ("winner", json!("bob")),
        ("hammer_price", json!("100.00")),
        ("current_price", json!("100.00")),
        ("minimum_next_bid", Value::Null),
        ("bid_count", json!(1)),
    ];
    for (name, wanted) in wanted {
        assert_eq!(view[name], wanted, "{name}");
    }
    assert!(!view.to_string().contains("123.45"), "{view}");
    let eva = User::sign_up(&server, "eva").await;
    let late = eva.place_bid_rest(&product_id, "150", Uuid::new_v4()).await;
    assert_eq!(late.refused(409, "auction_closed")["received_in_time"], false);
}
