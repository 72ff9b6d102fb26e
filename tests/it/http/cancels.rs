//! Auctions that are called off, by sellers and by admins.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, audited, fields_of, product_with};
use crate::support::actors::{User, from_now};
use crate::support::database::{Database, on_both};
use crate::support::http::{Answer, Request};
use crate::support::server::Server;

on_both!(
    a_seller_cancels_before_the_first_bid,
    after_the_first_bid_only_an_admin_cancels,
    a_cancel_wants_a_reason_and_somebody_who_may,
);

async fn a_seller_cancels_before_the_first_bid(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let later = json!({"auction_start": from_now(Duration::from_mins(1))});
    for (terms, seq) in [(json!({}), 2), (later, 1)] {
        let product_id = ana.create_product(&product_with(&terms)).await;
        let view = cancel(&ana, &product_id, " Broken in transit. ").await.expect(200);
        assert_eq!((&view["status"], &view["seq"]), (&json!("cancelled"), &json!(seq)));
        assert_eq!(view["cancel_reason"], "Broken in transit.");
        assert_eq!(view["minimum_next_bid"], Value::Null);
        assert!(view["auction_end"].as_str() < view["original_end"].as_str(), "{view}");
        let event = bob.events(&product_id, 0).await.pop().unwrap();
        assert_eq!(event["type"], "auction_cancelled");
        assert_eq!((&event["seq"], &event["at"]), (&json!(seq), &view["auction_end"]));
        assert_eq!(event["reason"], "Broken in transit.");
        let late = bob.place_bid_rest(&product_id, "100", Uuid::new_v4()).await;
        assert_eq!(late.refused(409, "auction_closed")["received_in_time"], false);
        cancel(&ana, &product_id, "Once more.").await.refused(409, "auction_closed");
    }
    let root = admin(&server, &database).await;
    assert_eq!(audited(&root).await, []);
}

async fn after_the_first_bid_only_an_admin_cancels(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let sealed = json!({"format": "sealed_first_price", "increment": null});
    let mut sold = Vec::new();
    for (terms, bid) in [(json!({}), true), (sealed.clone(), true), (sealed, false)] {
        let product_id = ana.create_product(&product_with(&terms)).await;
        if bid {
            bob.place_bid_rest(&product_id, "150", Uuid::new_v4()).await.expect(201);
        }
        let refused = cancel(&ana, &product_id, "Changed my mind.").await;
        assert_eq!(refused.refused(403, "forbidden")["judged"], true);
        sold.push(product_id);
    }
    let view = cancel(&root, &sold[0], "Stolen goods.").await.expect(200);
    assert_eq!((&view["status"], &view["is_sold"]), (&json!("cancelled"), &json!(false)));
    let path = format!("/admin/products/{}/cancel", sold[1]);
    let view = root.post(&path, &json!({"reason": "Stolen, too."})).await.expect(200);
    assert_eq!((&view["status"], &view["bid_count"]), (&json!("cancelled"), &Value::Null));
    assert_eq!(view["cancel_reason"], "Stolen, too.");
    assert_eq!(bob.product(&sold[0]).await["you"]["status"], "none");
    let bids = bob.get(&format!("/products/{}/bids", sold[1])).await.expect(200);
    assert_eq!(bids["items"], json!([]), "amounts of a sealed auction that never closed");
    let wanted = [("cancel", "Stolen, too."), ("cancel", "Stolen goods.")];
    assert_eq!(audited(&root).await, wanted.map(|(one, two)| (one.to_owned(), two.to_owned())));
}

async fn a_cancel_wants_a_reason_and_somebody_who_may(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let long = "x".repeat(501);
    for reason in ["", "   ", "ring\u{7}", "two\nlines", &long] {
        let answer = cancel(&ana, &product_id, reason).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), ["reason"], "{reason}");
    }
    let path = format!("/products/{product_id}/cancel");
    for (body, field) in [(json!({}), "reason"), (json!({"reason": 7}), "reason")] {
        assert_eq!(fields_of(ana.post(&path, &body).await, 422, "validation_failed"), [field]);
    }
    let unknown = ana.post(&path, &json!({"reason": "x", "why": "y"})).await;
    assert_eq!(fields_of(unknown, 422, "validation_failed"), ["why"]);
    ana.post(&path, &json!([])).await.refused(400, "malformed_json");
    ana.send(Request::new("POST", &format!("/api/v1{path}"))).await.refused(400, "malformed_json");
    let good = "A good reason.";
    cancel(&bob, &product_id, good).await.refused(403, "forbidden");
    let visitor = User::visitor(&server, "visitor");
    cancel(&visitor, &product_id, good).await.refused(401, "unauthenticated");
    cancel(&ana, &Uuid::now_v7().to_string(), good).await.refused(404, "not_found");
    cancel(&ana, "7", good).await.refused(400, "malformed_id");
    let untold = Request::new("POST", &format!("/api/v1{path}")).json(&json!({"reason": good}));
    let untold = ana.try_send_without_token(untold).await.unwrap();
    untold.refused(403, "csrf_token_invalid");
    assert_eq!(database.log_of(&product_id).await.len(), 1);
    cancel(&ana, &product_id, &"x".repeat(500)).await.expect(200);
}

async fn cancel(user: &User, product_id: &str, reason: &str) -> Answer {
    user.post(&format!("/products/{product_id}/cancel"), &json!({"reason": reason})).await
}
