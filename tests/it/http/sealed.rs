//! Sealed auctions: nothing is seen before the close, everything after it.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::product_with;
use crate::support::actors::{User, from_now};
use crate::support::database::{Database, on_both};
use crate::support::server::Server;

on_both!(
    before_the_close_nobody_learns_anything,
    all_amounts_are_public_after_the_close,
    what_belongs_to_english_auctions_is_refused,
);

/// What everybody may read of a product.
async fn seen(user: &User, product_id: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in ["", "/bids", "/events"] {
        let mut body = user.get(&format!("/products/{product_id}{path}")).await.expect(200);
        body.as_object_mut().unwrap().remove("server_time");
        answers.push(body);
    }
    let list = user.get("/products").await.expect(200);
    let mut view = list["items"][0].clone();
    view.as_object_mut().unwrap().remove("server_time");
    answers.push(view);
    answers
}

async fn before_the_close_nobody_learns_anything(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let eva = User::sign_up(&server, "eva").await;
    let terms =
        json!({"format": "sealed_first_price", "increment": null, "anonymous_bidders": true});
    let product_id = ana.create_product(&product_with(&terms)).await;
    let before = [seen(&ana, &product_id).await, seen(&bob, &product_id).await];
    let etag = ana.get(&format!("/products/{product_id}")).await;

    let first = eva.place_bid_rest(&product_id, "150.00", Uuid::new_v4()).await.expect(201);
    let result = [
        ("amount", json!("150.00")),
        ("leading", Value::Null),
        ("current_price", Value::Null),
        ("minimum_next_bid", json!("100.00")),
        ("seq", json!(1)),
    ];
    for (name, wanted) in result {
        assert_eq!(first[name], wanted, "{name}");
    }
    let raise = Uuid::new_v4();
    let raised = eva.place_bid_rest(&product_id, "250.00", raise).await.expect(201);
    assert_ne!(raised["bid_id"], first["bid_id"]);
    assert_eq!(eva.place_bid_rest(&product_id, "250.00", raise).await.expect(200), raised);
    let lower = eva.place_bid_rest(&product_id, "250.00", Uuid::new_v4()).await;
    let lower = lower.refused(409, "bid_too_low");
    assert_eq!((&lower["minimum_next_bid"], &lower["next_bids"]), (&json!("250.01"), &json!([])));
    let you = json!({"status": null, "amount": "250.00", "is_seller": false});
    assert_eq!(eva.product(&product_id).await["you"], you);

    assert_eq!([seen(&ana, &product_id).await, seen(&bob, &product_id).await], before);
    let unmoved = ana.get(&format!("/products/{product_id}")).await;
    assert_eq!(unmoved.header("ETag"), etag.header("ETag"));
    assert_eq!(before[0][1], json!({"items": [], "next_cursor": null}));
}

async fn all_amounts_are_public_after_the_close(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let eva = User::sign_up(&server, "eva").await;
    let zoe = User::sign_up(&server, "zoe").await;
    let terms = json!({"format": "sealed_second_price", "increment": null,
        "anonymous_bidders": true, "auction_end": from_now(Duration::from_secs(3))});
    let product_id = ana.create_product(&product_with(&terms)).await;
    let mut watcher = ana.subscribe(&product_id).await;
    let mut ids = Vec::new();
    for (bidder, amount) in [(&bob, "180"), (&eva, "120"), (&zoe, "180"), (&eva, "200")] {
        let placed = bidder.place_bid_rest(&product_id, amount, Uuid::new_v4()).await.expect(201);
        ids.push(placed["bid_id"].clone());
    }
    watcher.events_until_closed().await;
    let view = bob.product(&product_id).await;
    let wanted = [
        ("status", json!("sold")),
        ("leader", json!("Bidder 2")),
        ("winner", json!("Bidder 2")),
        ("hammer_price", json!("180.00")),
        ("bid_count", json!(3)),
        ("bidder_count", json!(3)),
        ("seq", json!(2)),
    ];
    for (name, wanted) in wanted {
        assert_eq!(view[name], wanted, "{name}");
    }
    let you =
        json!({"status": "lost", "amount": "180.00", "alias": "Bidder 1", "is_seller": false});
    assert_eq!(view["you"], you);
    let won = eva.product(&product_id).await;
    assert_eq!((&won["you"]["status"], &won["winner"]), (&json!("won"), &json!("eva")));

    // Best first; of two equal amounts the earlier one.
    let wanted = json!([
        [ids[3], 2, "Bidder 2", "200.00", false],
        [ids[0], 2, "Bidder 1", "180.00", false],
        [ids[2], 2, "Bidder 3", "180.00", false],
    ]);
    for limit in [1, 2, 3, 100] {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/products/{product_id}/bids?limit={limit}{cursor}");
            let page = zoe.get(&path).await.expect(200);
            for row in page["items"].as_array().unwrap() {
                let names = ["bid_id", "seq", "bidder", "amount", "voided"];
                rows.push(names.iter().map(|name| row[name].clone()).collect::<Value>());
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(rows), wanted, "{limit}");
    }
}

async fn what_belongs_to_english_auctions_is_refused(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let terms = json!({"format": "sealed_first_price", "increment": null});
    let product_id = ana.create_product(&product_with(&terms)).await;
    let bids = [
        json!({"max_amount": "150"}),
        json!({"amount": "150", "expected_price": "100"}),
        json!({"max_amount": "1"}),
    ];
    for bid in bids {
        let answer = bob.try_bid_rest(&product_id, &bid, Uuid::new_v4()).await.unwrap();
        assert_eq!(answer.refused(409, "wrong_format")["judged"], true);
    }
    let bought = bob.post(&format!("/products/{product_id}/buy"), &json!({})).await;
    bought.refused(409, "wrong_format");
    let low = bob.place_bid_rest(&product_id, "99.99", Uuid::new_v4()).await;
    assert_eq!(low.refused(409, "bid_too_low")["minimum_next_bid"], "100.00");
    let own = ana.place_bid_rest(&product_id, "150", Uuid::new_v4()).await;
    own.refused(403, "own_product");
    assert_eq!(database.log_of(&product_id).await.len(), 1);
}
