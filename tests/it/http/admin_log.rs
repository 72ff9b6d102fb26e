//! The log of an auction as admins read it: all of it, but what is secret only afterwards.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, audited, fields_of, product_with};
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::server::Server;

on_both!(
    what_is_secret_is_told_after_the_close,
    what_is_secret_stays_so_when_it_is_cancelled,
    sealed_amounts_are_told_after_the_close,
    every_reading_is_written_down,
);

/// What the log says of an entry, by the names given.
fn told(row: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| row.get(name).cloned().unwrap_or("missing".into())).collect()
}

async fn log(admin: &User, product_id: &str) -> Vec<Value> {
    let page = admin.get(&format!("/admin/products/{product_id}/log?limit=100")).await.expect(200);
    assert_eq!(page["next_cursor"], Value::Null);
    page["items"].as_array().unwrap().clone()
}

async fn what_is_secret_is_told_after_the_close(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let eva = User::sign_up(&server, "eva").await;
    let root = admin(&server, &database).await;
    let terms = json!({"anonymous_bidders": true, "reserve_price": "999.91"});
    let product_id = ana.create_product(&product_with(&terms)).await;
    let keys = [(); 3].map(|()| Uuid::new_v4());
    let bids = [
        (&bob, json!({"max_amount": "222.22"}), keys[0]),
        (&eva, json!({"amount": "150.00"}), keys[1]),
        (&bob, json!({"max_amount": "333.33"}), keys[2]),
    ];
    for (bidder, bid, key) in bids {
        bidder.try_bid_rest(&product_id, &bid, key).await.unwrap().expect(201);
    }
    let change = json!({"reserve_price": "888.81"});
    super::send(&ana, "PATCH", &format!("/products/{product_id}"), &change).await.expect(200);

    let names = ["position", "seq", "kind", "request_id", "current_price", "offer", "maximum"];
    let [first, second, third] = keys;
    let rows = log(&root, &product_id).await;
    let wanted = json!([
        [1, 1, "opened", null, null, "missing", "missing"],
        [2, 2, "bid_placed", first, "100.00", "missing", "missing"],
        [3, 3, "bid_placed", second, "151.00", "150.00", "missing"],
        [4, null, "raised", third, "151.00", "missing", "missing"],
        [5, 4, "reserve_changed", null, "151.00", "missing", "missing"],
    ]);
    assert_eq!(rows.iter().map(|row| told(row, &names)).collect::<Value>(), wanted);
    let text = json!(rows).to_string();
    for secret in ["222.22", "333.33", "999.91", "888.81"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(rows[0]["user"], Value::Null);
    assert_eq!(rows[1]["user"], json!({"user_id": bob.id, "user_name": "bob"}));
    assert_eq!((&rows[1]["leader"], &rows[1]["at"]), (&json!(bob.id), &rows[1]["event"]["at"]));
    let events = ana.events(&product_id, 0).await;
    let in_log: Vec<_> =
        rows.iter().map(|row| &row["event"]).filter(|event| !event.is_null()).collect();
    assert_eq!(json!(in_log), json!(events));

    close(&database, &ana, &product_id).await;
    let rows = log(&root, &product_id).await;
    let names = ["kind", "offer", "maximum", "reserve_before", "reserve_price"];
    let wanted = json!([
        ["opened", "missing", "missing", "missing", "missing"],
        ["bid_placed", "222.22", "222.22", "missing", "missing"],
        ["bid_placed", "150.00", "222.22", "missing", "missing"],
        ["raised", "333.33", "333.33", "missing", "missing"],
        ["reserve_changed", "missing", "333.33", "999.91", "888.81"],
        ["closed", "missing", "333.33", "missing", "888.81"],
    ]);
    assert_eq!(rows.iter().map(|row| told(row, &names)).collect::<Value>(), wanted);
}

async fn what_is_secret_stays_so_when_it_is_cancelled(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let product_id = ana.create_product(&product_with(&json!({"reserve_price": "999.91"}))).await;
    let bid = json!({"max_amount": "222.22"});
    bob.try_bid_rest(&product_id, &bid, Uuid::new_v4()).await.unwrap().expect(201);
    let path = format!("/admin/products/{product_id}/cancel");
    root.post(&path, &json!({"reason": "A stolen camera."})).await.expect(200);
    let rows = log(&root, &product_id).await;
    assert_eq!(
        (&rows[2]["kind"], &rows[2]["user"]["user_name"]),
        (&json!("cancelled"), &json!("root"))
    );
    let text = json!(rows).to_string();
    for secret in ["222.22", "999.91"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// The end is now; waits until it is closed.
async fn close(database: &Database, seller: &User, product_id: &str) {
    let mut socket = seller.subscribe(product_id).await;
    database.end_now(product_id).await;
    socket.events_until_closed().await;
}

async fn sealed_amounts_are_told_after_the_close(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let terms = json!({"format": "sealed_second_price", "increment": null});
    let product_id = ana.create_product(&product_with(&terms)).await;
    bob.place_bid_rest(&product_id, "777.77", Uuid::new_v4()).await.expect(201);
    let rows = log(&root, &product_id).await;
    assert_eq!(
        told(&rows[1], &["seq", "kind", "offer"]),
        json!([null, "sealed_bid_placed", "missing"])
    );
    assert!(!json!(rows).to_string().contains("777.77"), "{rows:?}");
    let path = format!("/admin/products/{product_id}/void-bidder");
    let order = json!({"user_id": bob.id, "reason": "A slip."});
    root.post(&path, &order).await.expect(200);
    close(&database, &ana, &product_id).await;
    let rows = log(&root, &product_id).await;
    assert_eq!(told(&rows[1], &["kind", "offer"]), json!(["sealed_bid_placed", "777.77"]));
    let names = ["kind", "seq", "bidder", "reason"];
    assert_eq!(told(&rows[2], &names), json!(["sealed_bid_voided", null, bob.id, "A slip."]));
}

async fn every_reading_is_written_down(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    for amount in ["100", "101", "102", "103"] {
        let bidder = if amount.ends_with(['0', '2']) { &bob } else { &root };
        bidder.place_bid_rest(&product_id, amount, Uuid::new_v4()).await.expect(201);
    }
    let path = format!("/admin/products/{product_id}/log");
    let (mut positions, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = root.get(&format!("{path}?limit=2{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        positions.extend(items.iter().map(|row| row["position"].as_i64().unwrap()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(positions, [1, 2, 3, 4, 5]);
    let wanted = [5, 3, 1].map(|from| ("read_log".to_owned(), format!("from position {from}")));
    assert_eq!(audited(&root).await, wanted);
    let wrong = root.get(&format!("{path}?limit=101&cursor=00&after=1")).await;
    assert_eq!(fields_of(wrong, 422, "validation_failed"), ["after", "cursor", "limit"]);
    root.get("/admin/products/7/log").await.refused(400, "malformed_id");
    // Nothing is read that could not be written down.
    database.execute("alter table audit_log rename to lost").await;
    root.get(&path).await.refused(500, "internal");
}
