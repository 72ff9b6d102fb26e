//! Purchases at the buy-now price, over REST and on the socket.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{fields_of, product_with};
use crate::support::actors::{User, from_now};
use crate::support::database::{Database, on_both};
use crate::support::http::{Answer, Request};
use crate::support::server::Server;

on_both!(
    a_purchase_ends_the_auction_at_its_price,
    a_purchase_is_refused_like_a_bid,
    a_socket_buys_and_bids_up_to_a_maximum,
);

async fn a_purchase_ends_the_auction_at_its_price(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let product_id = ana.create_product(&product_with(&json!({"buy_now_price": "250"}))).await;
    assert_eq!(ana.product(&product_id).await["buy_now_available"], true);
    let key = Uuid::new_v4();
    let bought = buy(&bob, &product_id, key, None).await.expect(201);
    let result = [
        ("amount", json!("250.00")),
        ("current_price", json!("250.00")),
        ("minimum_next_bid", Value::Null),
        ("leading", json!(true)),
        ("seq", json!(2)),
        ("product_id", json!(product_id)),
        ("idempotency_key", json!(key)),
    ];
    for (name, wanted) in result {
        assert_eq!(bought[name], wanted, "{name}");
    }
    assert_eq!(bought.get("max_amount"), None);
    assert_eq!(buy(&bob, &product_id, key, Some(&json!({}))).await.expect(200), bought);
    let view = bob.product(&product_id).await;
    assert_eq!((&view["status"], &view["winner"]), (&json!("sold"), &json!("bob")));
    assert_eq!((&view["hammer_price"], &view["bid_count"]), (&json!("250.00"), &json!(1)));
    assert_eq!((&view["buy_now_available"], &view["seq"]), (&json!(false), &json!(3)));
    assert_eq!(view["you"]["status"], "won");
    assert_eq!(view["you"]["contact"], "ana@example.org");
    let eva = User::sign_up(&server, "eva").await;
    let late = buy(&eva, &product_id, Uuid::new_v4(), None).await.refused(409, "auction_closed");
    assert_eq!((&late["received_in_time"], &late["judged"]), (&json!(false), &json!(true)));
}

async fn a_purchase_is_refused_like_a_bid(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let visitor = User::visitor(&server, "visitor");
    let without = ana.create_product(&product_with(&json!({}))).await;
    let product_id = ana.create_product(&product_with(&json!({"buy_now_price": "250"}))).await;
    let unknown = Uuid::now_v7().to_string();
    let past = json!({"not_after": "2020-01-31T18:00:00Z"});
    let table = [
        (&bob, &*without, None, 409, "buy_now_unavailable", true),
        (&ana, &*product_id, None, 403, "own_product", true),
        (&bob, &*product_id, Some(&past), 409, "expired", true),
        (&bob, &*unknown, None, 404, "not_found", true),
        (&bob, "x", None, 400, "malformed_id", false),
        (&visitor, &*product_id, None, 401, "unauthenticated", false),
    ];
    for (who, product_id, body, status, code, judged) in table {
        let key = Uuid::new_v4();
        let refused = buy(who, product_id, key, body).await.refused(status, code);
        assert_eq!(
            (&refused["judged"], &refused["idempotency_key"]),
            (&json!(judged), &json!(key))
        );
        assert!(refused["received_at"].is_string(), "{refused}");
    }
    for (body, field) in [
        (json!({"amount": "250"}), "amount"),
        (json!({"not_after": 5}), "not_after"),
        (json!({"not_after": "soon"}), "not_after"),
    ] {
        let answer = buy(&bob, &product_id, Uuid::new_v4(), Some(&body)).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), [field]);
    }
    let path = format!("/api/v1/products/{product_id}/buy");
    let form = Request::new("POST", &path).header("Content-Type", "text/plain");
    bob.send(form.body(b"x".to_vec())).await.refused(415, "unsupported_media_type");
    let key = Request::new("POST", &path).header("Idempotency-Key", "7");
    assert_eq!(fields_of(bob.send(key).await, 422, "validation_failed"), ["idempotency-key"]);
    let untold = bob.try_send_without_token(Request::new("POST", &path)).await.unwrap();
    assert_eq!(untold.refused(403, "csrf_token_invalid")["judged"], false);

    let eva = User::sign_up(&server, "eva").await;
    eva.place_bid_rest(&product_id, "100", Uuid::new_v4()).await.expect(201);
    assert_eq!(bob.product(&product_id).await["buy_now_available"], false);
    let gone = buy(&bob, &product_id, Uuid::new_v4(), None).await;
    gone.refused(409, "buy_now_unavailable");
}

async fn a_socket_buys_and_bids_up_to_a_maximum(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    // With a reserve it can be bought until that is met.
    let terms = json!({"buy_now_price": "500", "reserve_price": "400"});
    let product_id = ana.create_product(&product_with(&terms)).await;
    let mut socket = bob.subscribe(&product_id).await;
    let wrong = [
        (json!({"type": "place_bid", "amount": "100", "max_amount": "200"}), "max_amount"),
        (json!({"type": "place_bid"}), "amount"),
        (json!({"type": "place_bid", "max_amount": "x"}), "max_amount"),
        (json!({"type": "buy_now", "not_after": "soon"}), "not_after"),
        (json!({"type": "buy_now", "not_after": 5}), "not_after"),
        (json!({"type": "buy_now", "amount": "500"}), "amount"),
    ];
    for (mut command, field) in wrong {
        let request_id = Uuid::new_v4();
        command["request_id"] = json!(request_id);
        socket.send(&command).await.unwrap();
        let answer = socket.answer_to(request_id).await.unwrap();
        assert_eq!(answer["code"], "validation_failed", "{answer}");
        assert_eq!(answer["judged"], false);
        let fields: Vec<_> = answer["errors"].as_object().unwrap().keys().collect();
        assert_eq!(fields, [field], "{answer}");
    }
    let past = json!({"type": "buy_now", "not_after": "2020-01-31T18:00:00Z"});
    let limit = from_now(std::time::Duration::from_secs(5));
    let table = [
        (past, "bid_rejected", json!({"code": "expired"})),
        (
            json!({"type": "place_bid", "max_amount": "200"}),
            "bid_accepted",
            json!({"max_amount": "200.00", "current_price": "100.00", "leading": true}),
        ),
        (
            json!({"type": "buy_now", "not_after": limit}),
            "bid_accepted",
            json!({"amount": "500.00", "current_price": "500.00", "leading": true}),
        ),
        (json!({"type": "buy_now"}), "bid_rejected", json!({"code": "auction_closed"})),
    ];
    for (mut command, kind, facts) in table {
        let request_id = Uuid::new_v4();
        command["request_id"] = json!(request_id);
        socket.send(&command).await.unwrap();
        let answer = socket.answer_to(request_id).await.unwrap();
        assert_eq!(answer["type"], kind, "{answer}");
        for (name, wanted) in facts.as_object().unwrap() {
            assert_eq!(&answer[name], wanted, "{answer}");
        }
    }
    assert_eq!(ana.product(&product_id).await["hammer_price"], "500.00");
}

async fn buy(user: &User, product_id: &str, key: Uuid, body: Option<&Value>) -> Answer {
    let request = Request::new("POST", &format!("/api/v1/products/{product_id}/buy"));
    let request = request.header("Idempotency-Key", &key.to_string());
    user.send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}
