//! Bids up to a secret maximum, and the house's answers to others.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, fields_of, product_with};
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::http::Answer;
use crate::support::server::Server;

on_both!(
    a_maximum_is_for_its_owner_alone,
    the_house_answers_with_a_row_of_its_own,
    a_raise_is_acknowledged_and_nobody_else_is_told,
    a_bid_is_an_amount_or_a_maximum,
);

async fn a_maximum_is_for_its_owner_alone(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let key = Uuid::new_v4();
    let first = up_to(&bob, &product_id, "234.56", key).await.expect(201);
    let result = [
        ("max_amount", json!("234.56")),
        ("current_price", json!("100.00")),
        ("minimum_next_bid", json!("101.00")),
        ("leading", json!(true)),
        ("seq", json!(2)),
        ("idempotency_key", json!(key)),
    ];
    for (name, wanted) in result {
        assert_eq!(first[name], wanted, "{name}");
    }
    assert_eq!(first.get("amount"), None);
    assert_eq!(up_to(&bob, &product_id, "234.56", key).await.expect(200), first);
    let other = bob.place_bid_rest(&product_id, "234.56", key).await;
    other.refused(422, "request_id_reused");
    let digits = up_to(&bob, &product_id, "234.567", Uuid::new_v4()).await;
    assert_eq!(fields_of(digits, 422, "validation_failed"), ["max_amount"]);

    let you =
        json!({"status": "leading", "max_amount": "234.56", "alias": "bob", "is_seller": false});
    assert_eq!(bob.product(&product_id).await["you"], you);
    let visitor = User::visitor(&server, "visitor");
    for other in [&ana, &root, &visitor] {
        for path in ["", "/bids", "/events"] {
            let seen = other.get(&format!("/products/{product_id}{path}")).await.expect(200);
            assert!(!seen.to_string().contains("234.56"), "{seen}");
        }
        let list = other.get("/products").await.expect(200);
        assert!(!list.to_string().contains("234.56"), "{list}");
    }
    let mut watcher = ana.subscribe(&product_id).await;
    let snapshot = watcher.next_frame().await;
    assert_eq!(snapshot["product"]["current_price"], "100.00");
    assert!(!snapshot.to_string().contains("234.56"), "{snapshot}");
}

async fn the_house_answers_with_a_row_of_its_own(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let eva = User::sign_up(&server, "eva").await;
    let product_id = ana.create_product(&product_with(&json!({"anonymous_bidders": true}))).await;
    let first = up_to(&bob, &product_id, "200", Uuid::new_v4()).await.expect(201);
    let beaten = up_to(&eva, &product_id, "150", Uuid::new_v4()).await.expect(201);
    assert_eq!((&beaten["leading"], &beaten["current_price"]), (&json!(false), &json!("151.00")));
    let bids = page(&eva, &format!("/products/{product_id}/bids")).await;
    let rows: Vec<_> = bids
        .iter()
        .map(|bid| (&bid["seq"], &bid["bidder"], &bid["amount"], &bid["automatic"]))
        .collect();
    let wanted = json!([
        [3, "Bidder 1", "151.00", true],
        [3, "Bidder 2", "150.00", false],
        [2, "Bidder 1", "100.00", false],
    ]);
    assert_eq!(json!(rows), wanted);
    assert_eq!(bids[1]["bid_id"], beaten["bid_id"]);
    assert_eq!(bids[2]["bid_id"], first["bid_id"]);
    assert_eq!(database.number("select count(distinct position) from auction_log").await, 3);
    // A page may end between the two rows of one event.
    let mut walked = Vec::new();
    let mut path = format!("/products/{product_id}/bids?limit=1");
    loop {
        let one = ana.get(&path).await.expect(200);
        walked.extend(one["items"].as_array().unwrap().iter().cloned());
        let Some(cursor) = one["next_cursor"].as_str() else { break };
        path = format!("/products/{product_id}/bids?limit=1&cursor={cursor}");
    }
    assert_eq!(walked, bids);
    let view = ana.product(&product_id).await;
    assert_eq!((&view["bid_count"], &view["bidder_count"]), (&json!(2), &json!(2)));
    assert_eq!(view["leader"], "Bidder 1");
    let you = json!({"status": "outbid", "max_amount": "150.00", "alias": "Bidder 2", "is_seller": false});
    assert_eq!(eva.product(&product_id).await["you"], you);
}

async fn a_raise_is_acknowledged_and_nobody_else_is_told(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    up_to(&bob, &product_id, "200", Uuid::new_v4()).await.expect(201);
    let path = format!("/products/{product_id}");
    let before = ana.get(&path).await;
    let own_before = bob.get(&path).await;
    let raise = Uuid::new_v4();
    let raised = up_to(&bob, &product_id, "300", raise).await.expect(201);
    assert_eq!((&raised["seq"], &raised["max_amount"]), (&json!(2), &json!("300.00")));
    assert_eq!((&raised["leading"], &raised["current_price"]), (&json!(true), &json!("100.00")));
    let after = ana.get(&path).await;
    assert_eq!(after.header("ETag"), before.header("ETag"));
    assert_ne!(bob.get(&path).await.header("ETag"), own_before.header("ETag"));
    assert_eq!(bob.product(&product_id).await["you"]["max_amount"], "300.00");
    assert_eq!(ana.events(&product_id, 0).await.len(), 2);
    let lower = up_to(&bob, &product_id, "300", Uuid::new_v4()).await;
    let lower = lower.refused(409, "bid_too_low");
    assert!(lower["detail"].as_str().unwrap().contains("never goes down"), "{lower}");
    bob.place_bid_rest(&product_id, "400", Uuid::new_v4()).await.refused(409, "already_leading");
    assert_eq!(up_to(&bob, &product_id, "300", raise).await.expect(200), raised);
    assert_eq!(database.log_of(&product_id).await.len(), 3);
}

async fn a_bid_is_an_amount_or_a_maximum(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let one_of_two = "must not stand beside amount: send one of the two";
    let missing = "is missing: send amount to bid exactly that, or max_amount to bid up to that";
    let malformed = "is not an amount: write digits with at most one point, such as 1275.00";
    let table = [
        (json!({}), json!({"amount": [missing]})),
        (json!({"amount": null, "expected_price": "100"}), json!({"amount": [missing]})),
        (json!({"amount": "150", "max_amount": "200"}), json!({"max_amount": [one_of_two]})),
        (
            json!({"amount": "x", "max_amount": "y", "not_after": "z"}),
            json!({
                "amount": [malformed],
                "max_amount": [one_of_two, malformed],
                "not_after": ["is not a time in RFC 3339, such as 2030-01-31T18:00:00Z"],
            }),
        ),
        (json!({"max_amount": "-5"}), json!({"max_amount": ["must be above zero"]})),
    ];
    for (bid, errors) in table {
        let answer = bob.try_bid_rest(&product_id, &bid, Uuid::new_v4()).await.unwrap();
        let body = answer.refused(422, "validation_failed");
        assert_eq!((&body["errors"], &body["judged"]), (&errors, &json!(false)), "{bid}");
    }
    assert_eq!(database.log_of(&product_id).await.len(), 1);
}

async fn up_to(bidder: &User, product_id: &str, max_amount: &str, key: Uuid) -> Answer {
    let bid = json!({"max_amount": max_amount});
    bidder.try_bid_rest(product_id, &bid, key).await.unwrap()
}

async fn page(user: &User, path: &str) -> Vec<Value> {
    user.get(path).await.expect(200)["items"].as_array().unwrap().clone()
}
