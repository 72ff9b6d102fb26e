//! Bids over REST: named, stamped, answered.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::actors::{User, now, product};
use crate::support::database::{Backend, Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;
use crate::support::wait::eventually;

on_both!(
    a_bid_is_one_bid_however_often_it_is_sent,
    a_bid_without_a_key_is_given_one,
    every_refusal_names_the_bid_and_says_whether_it_was_judged,
    whoever_refuses_a_bid_names_it,
    a_copy_after_its_limit_is_looked_up_and_not_judged,
);

const MINUTE: Duration = Duration::from_mins(1);

async fn a_bid_is_one_bid_however_often_it_is_sent(database: Database) {
    let mut server = Server::start(&database).await;
    let (bob, product_id) = auction(&server).await;
    let key = Uuid::new_v4();
    let first = bob.place_bid_rest(&product_id, "100.00", key).await.expect(201);
    assert_eq!(first["idempotency_key"], key.to_string());
    assert_eq!(first["product_id"], product_id);
    assert_eq!(first["amount"], "100.00");
    assert_eq!(first["current_price"], "100.00");
    assert_eq!(first["minimum_next_bid"], "101.00");
    assert_eq!(first["leading"], true);
    assert_eq!(first["seq"], 2);
    assert_eq!(bob.place_bid_rest(&product_id, "100", key).await.expect(200), first);
    let other = bob.place_bid_rest(&product_id, "102.00", key).await;
    assert_eq!(other.refused(422, "request_id_reused")["idempotency_key"], key.to_string());
    server.terminate().await;
    server.start_again().await;
    assert_eq!(bob.place_bid_rest(&product_id, "100.00", key).await.expect(200), first);
    // The name is the bidder's own.
    let eva = User::sign_up(&server, "eva").await;
    eva.place_bid_rest(&product_id, "101.00", key).await.expect(201);
    assert_eq!(database.log_of(&product_id).await.len(), 3);
}

async fn a_bid_without_a_key_is_given_one(database: Database) {
    let server = Server::start(&database).await;
    let (bob, product_id) = auction(&server).await;
    let path = format!("/products/{product_id}/bids");
    let first = bob.post(&path, &json!({"amount": 100})).await.expect(201);
    let key = first["idempotency_key"].as_str().unwrap().parse().unwrap();
    assert_eq!(bob.place_bid_rest(&product_id, "100.00", key).await.expect(200), first);
    let with_slash = bob.post(&format!("{path}/"), &json!({"amount": "101.00"})).await;
    with_slash.refused(409, "already_leading");
}

async fn every_refusal_names_the_bid_and_says_whether_it_was_judged(database: Database) {
    let server = Server::start(&database).await;
    let (bob, product_id) = auction(&server).await;
    let ana = User::visitor(&server, "ana");
    ana.log_in().await.expect(200);
    let visitor = User::visitor(&server, "visitor");
    let nobody = Uuid::new_v4().to_string();
    let good = json!({"amount": "100.00"});
    let judged = [
        (&bob, json!({"amount": "99.99"}), 409, "bid_too_low"),
        (&bob, json!({"amount": "100.001"}), 422, "validation_failed"),
        (&bob, json!({"amount": "100", "expected_price": "99"}), 409, "price_moved"),
        (&ana, good.clone(), 403, "own_product"),
    ];
    let turned_away = [
        (&bob, json!({"amount": "-5"}), 422, "validation_failed"),
        (&bob, json!({"amount": "5", "max_amount": "9"}), 422, "validation_failed"),
        (&bob, json!({}), 422, "validation_failed"),
        (&bob, json!({"amount": "x", "not_after": "x"}), 422, "validation_failed"),
        (&bob, json!([]), 400, "malformed_json"),
        (&visitor, good.clone(), 401, "unauthenticated"),
    ];
    let of_product = judged.map(|case| (&*product_id, case, true)).into_iter();
    let of_product = of_product.chain(turned_away.map(|case| (&*product_id, case, false)));
    let elsewhere = [
        (&*nobody, (&bob, good.clone(), 404, "not_found"), true),
        ("x", (&bob, good.clone(), 400, "malformed_id"), false),
    ];
    for (product_id, (who, bid, status, code), judged) in of_product.chain(elsewhere) {
        let key = Uuid::new_v4();
        let sent = now();
        let answer = who.try_bid_rest(product_id, &bid, key).await.unwrap();
        let body = answer.refused(status, code);
        assert_eq!(body["idempotency_key"], key.to_string(), "{body}");
        assert_eq!(body["judged"], judged, "{body}");
        let received_at = body["received_at"].as_str().unwrap().parse().unwrap();
        assert!(
            sent.minus(Duration::from_millis(1)) <= received_at && received_at <= now(),
            "{body}"
        );
        if code == "bid_too_low" {
            assert_eq!(body["minimum_next_bid"], "100.00");
            assert_eq!(body.get("current_price"), Some(&Value::Null));
            assert_eq!(body["next_bids"], json!(["101.00", "102.00", "103.00", "104.00"]));
        }
    }
    assert_eq!(database.log_of(&product_id).await.len(), 1);
}

async fn whoever_refuses_a_bid_names_it(database: Database) {
    let server = Server::start(&database).await;
    let (bob, product_id) = auction(&server).await;
    for key in ["", "7", "not-a-uuid"] {
        let answer = bob.send(bid(&product_id, key, "100.00")).await;
        let body = answer.refused(422, "validation_failed");
        assert!(body["errors"]["idempotency-key"].is_array(), "{body}");
    }
    let path = format!("/api/v1/products/{product_id}/bids");
    let form = Request::new("POST", &path).header("Content-Type", "text/plain");
    let form = bob.send(form.body(b"amount=100".to_vec())).await;
    assert_eq!(form.refused(415, "unsupported_media_type")["judged"], false);
    let no_token = bid(&product_id, &Uuid::new_v4().to_string(), "100.00");
    let body =
        bob.try_send_without_token(no_token).await.unwrap().refused(403, "csrf_token_invalid");
    assert_eq!(body["judged"], false);
    assert_eq!(database.log_of(&product_id).await.len(), 1);
}

async fn a_copy_after_its_limit_is_looked_up_and_not_judged(database: Database) {
    let server = Server::start(&database).await;
    let (bob, product_id) = auction(&server).await;
    let key = Uuid::new_v4();
    let limit = now().plus(Duration::from_millis(1500)).to_string();
    let first = json!({"amount": "100.00", "not_after": limit});
    let accepted = bob.try_bid_rest(&product_id, &first, key).await.unwrap().expect(201);
    let past = json!({"amount": "100.00", "not_after": "2020-01-31T18:00:00Z"});
    assert_eq!(bob.try_bid_rest(&product_id, &past, key).await.unwrap().expect(200), accepted);
    let refused = bob.try_bid_rest(&product_id, &past, Uuid::new_v4()).await.unwrap();
    assert_eq!(refused.refused(409, "expired")["judged"], true);
}

/// The session is looked up after the stamp: a bid whose whole body came in time counts, though
/// the database did not say who sent it before the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_is_stamped_before_its_session_is_looked_up() {
    let database = Database::new(Backend::Postgres).await;
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    bob.get("/csrftoken").await.expect(200);
    let product_id = ana.create_product(&product(Duration::from_secs(2))).await;
    let end = ana.product(&product_id).await["auction_end"].as_str().unwrap().to_owned();

    let mut lock = database.postgres().begin().await.unwrap();
    sqlx::query("lock table sessions in access exclusive mode").execute(&mut *lock).await.unwrap();
    let bidder = (bob.clone(), product_id.clone());
    let bidding =
        tokio::spawn(
            async move { bidder.0.place_bid_rest(&bidder.1, "100.00", Uuid::new_v4()).await },
        );
    // Soon after it: no question waits for a lock for longer than 4 s.
    let after = end.parse::<gobid_auction::Timestamp>().unwrap().plus(Duration::from_millis(500));
    eventually("the end of the auction", Duration::from_secs(10), async || {
        (now() > after).then_some(())
    })
    .await;
    assert!(!bidding.is_finished(), "the session could be looked up");
    lock.rollback().await.unwrap();
    let result = bidding.await.unwrap().expect(201);
    assert!(result["received_at"].as_str().unwrap() < end.as_str(), "{result}");
    let view = eventually("the close", Duration::from_secs(10), async || {
        let view = ana.product(&product_id).await;
        (view["status"] != "open").then_some(view)
    })
    .await;
    assert_eq!((&view["status"], &view["winner"]), (&json!("sold"), &json!("bob")));
}

async fn auction(server: &Server) -> (User, String) {
    let ana = User::sign_up(server, "ana").await;
    let product_id = ana.create_product(&product(2 * MINUTE)).await;
    (User::sign_up(server, "bob").await, product_id)
}

fn bid(product_id: &str, key: &str, amount: &str) -> Request {
    Request::new("POST", &format!("/api/v1/products/{product_id}/bids"))
        .header("Idempotency-Key", key)
        .json(&json!({"amount": amount}))
}
