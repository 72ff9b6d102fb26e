//! Bids that an admin strikes: one, or all of a bidder.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, audited, fields_of, product_with};
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::http::Answer;
use crate::support::server::Server;

on_both!(
    a_bid_is_struck_and_the_others_decide,
    all_bids_of_a_bidder_are_struck_at_once,
    a_sealed_amount_is_struck_and_nobody_learns_of_it,
);

async fn a_bid_is_struck_and_the_others_decide(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let eva = User::sign_up(&server, "eva").await;
    let root = admin(&server, &database).await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let bid = json!({"max_amount": "150"});
    bob.try_bid_rest(&product_id, &bid, Uuid::new_v4()).await.unwrap().expect(201);
    eva.place_bid_rest(&product_id, "120", Uuid::new_v4()).await.expect(201);
    let winning = eva.place_bid_rest(&product_id, "160", Uuid::new_v4()).await.expect(201);
    let bid_id = winning["bid_id"].as_str().unwrap();

    let view = void(&root, &product_id, bid_id, "Retracted by phone.").await.expect(200);
    assert_eq!((&view["leader"], &view["current_price"]), (&json!("bob"), &json!("121.00")));
    assert_eq!((&view["bid_count"], &view["minimum_next_bid"]), (&json!(2), &json!("122.00")));
    let bids = ana.get(&format!("/products/{product_id}/bids")).await.expect(200);
    let rows = bids["items"].as_array().unwrap().iter();
    let rows: Vec<_> = rows.map(|bid| (&bid["amount"], &bid["voided"])).collect();
    let wanted = json!([["160.00", true], ["121.00", false], ["120.00", false], ["100.00", false]]);
    assert_eq!(json!(rows), wanted);
    let mut event = ana.events(&product_id, 4).await.pop().unwrap();
    event.as_object_mut().unwrap().remove("at");
    let wanted = json!({"seq": 5, "type": "bids_voided", "bid_ids": [bid_id],
        "reason": "Retracted by phone.", "leader": "bob", "current_price": "121.00", "bid_count": 2});
    assert_eq!(event, wanted);
    let you = eva.product(&product_id).await["you"].clone();
    assert_eq!((&you["status"], &you["amount"]), (&json!("outbid"), &json!("120.00")));

    void(&root, &product_id, bid_id, "Again.").await.refused(409, "already_exists");
    let automatic = bids["items"][1]["bid_id"].as_str().unwrap();
    void(&root, &product_id, automatic, "The house's own.").await.refused(404, "not_found");
    let unknown = Uuid::now_v7().to_string();
    void(&root, &product_id, &unknown, "Which one?").await.refused(404, "not_found");
    void(&root, &product_id, "7", "Which one?").await.refused(400, "malformed_id");
    let faulty = void(&root, &product_id, bid_id, "").await;
    assert_eq!(fields_of(faulty, 422, "validation_failed"), ["reason"]);
    let wanted = [("void_bid".to_owned(), format!("bid {bid_id}: Retracted by phone."))];
    assert_eq!(audited(&root).await, wanted);
}

async fn all_bids_of_a_bidder_are_struck_at_once(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let eva = User::sign_up(&server, "eva").await;
    let root = admin(&server, &database).await;
    let product_id = ana.create_product(&product_with(&json!({"anonymous_bidders": true}))).await;
    for (bidder, amount) in [(&bob, "100"), (&eva, "110"), (&bob, "120"), (&eva, "130")] {
        bidder.place_bid_rest(&product_id, amount, Uuid::new_v4()).await.expect(201);
    }
    let view = void_bidder(&root, &product_id, &eva.id).await.expect(200);
    assert_eq!((&view["leader"], &view["current_price"]), (&json!("Bidder 1"), &json!("100.00")));
    assert_eq!((&view["bid_count"], &view["bidder_count"]), (&json!(2), &json!(2)));
    let you = json!({"status": "none", "alias": "Bidder 2", "is_seller": false});
    assert_eq!(eva.product(&product_id).await["you"], you);
    let snapshot = eva.subscribe(&product_id).await.next_frame().await;
    let voided = |bids: &Value| -> Vec<bool> {
        bids.as_array().unwrap().iter().map(|bid| bid["voided"] == true).collect()
    };
    assert_eq!(voided(&snapshot["bids"]), [true, false, true, false]);
    let bids = ana.get(&format!("/products/{product_id}/bids")).await.expect(200);
    assert_eq!(voided(&bids["items"]), [true, false, true, false]);

    void_bidder(&root, &product_id, &eva.id).await.refused(409, "already_exists");
    void_bidder(&root, &product_id, &ana.id).await.refused(404, "not_found");
    let faulty = void_bidder(&root, &product_id, "eva").await;
    assert_eq!(fields_of(faulty, 422, "validation_failed"), ["user_id"]);
    let path = format!("/admin/products/{product_id}/void-bidder");
    let missing = root.post(&path, &json!({"reason": "Who?"})).await;
    assert_eq!(fields_of(missing, 422, "validation_failed"), ["user_id"]);
    eva.place_bid_rest(&product_id, "121", Uuid::new_v4()).await.expect(201);
    let wanted = [("void_bidder".to_owned(), format!("user {}: Shill bids.", eva.id))];
    assert_eq!(audited(&root).await, wanted);
}

async fn a_sealed_amount_is_struck_and_nobody_learns_of_it(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let terms = json!({"format": "sealed_first_price", "increment": null});
    let product_id = ana.create_product(&product_with(&terms)).await;
    let path = format!("/products/{product_id}");
    let before = ana.get(&path).await;
    let placed = bob.place_bid_rest(&product_id, "150", Uuid::new_v4()).await.expect(201);
    let bid_id = placed["bid_id"].as_str().unwrap();
    void(&root, &product_id, bid_id, "By its id.").await.refused(404, "not_found");
    void_bidder(&root, &product_id, &bob.id).await.expect(200);
    let you = json!({"status": null, "is_seller": false});
    assert_eq!(bob.product(&product_id).await["you"], you);
    let after = ana.get(&path).await;
    assert_eq!(after.header("ETag"), before.header("ETag"));
    assert_eq!(ana.events(&product_id, 0).await.len(), 1);
    void_bidder(&root, &product_id, &bob.id).await.refused(409, "already_exists");
    bob.place_bid_rest(&product_id, "110", Uuid::new_v4()).await.expect(201);
}

async fn void(admin: &User, product_id: &str, bid_id: &str, reason: &str) -> Answer {
    let path = format!("/admin/products/{product_id}/bids/{bid_id}/void");
    admin.post(&path, &json!({"reason": reason})).await
}

async fn void_bidder(admin: &User, product_id: &str, user_id: &str) -> Answer {
    let path = format!("/admin/products/{product_id}/void-bidder");
    admin.post(&path, &json!({"user_id": user_id, "reason": "Shill bids."})).await
}
