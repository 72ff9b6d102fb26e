//! The creation of products.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{fields_of, send};
use crate::support::actors::{User, from_now, product};
use crate::support::database::{Database, on_both};
use crate::support::server::{Server, Setup};

on_both!(
    a_product_is_created_in_either_spelling,
    all_faults_of_a_product_are_named_at_once,
    an_auction_is_neither_too_short_nor_too_long,
    a_later_start_is_scheduled,
    a_reference_makes_creating_twice_one_product,
    a_reference_is_looked_up_before_the_times_are_judged,
);

const MINUTE: Duration = Duration::from_mins(1);

async fn a_product_is_created_in_either_spelling(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let ends = from_now(2 * MINUTE);
    let bodies = [
        json!({"product_name": "Leica", "description": "A fine old camera.", "baseprice": "99.90", "auction_end": ends}),
        json!({"product_name": " Leica ", "product_description": "A fine old camera.", "base_price": 99.90, "auction_end": ends}),
    ];
    for body in bodies {
        for path in ["/products", "/products/"] {
            let answer = send(&ana, "POST", path, &body).await;
            let location = answer.header("Location").unwrap().to_owned();
            let product_id = answer.expect(201)["product_id"].as_str().unwrap().to_owned();
            assert_eq!(location, format!("/api/v1/products/{product_id}"));
            let view = ana.product(&product_id).await;
            assert_eq!(view["product_name"], "Leica");
            assert_eq!(view["description"], "A fine old camera.");
            assert_eq!(view["baseprice"], "99.90");
            assert_eq!(view["minimum_next_bid"], "99.90");
            assert_eq!(view["currency"], "USD");
            assert_eq!(view["status"], "open");
            assert_eq!(view["seq"], 1);
            assert_eq!(view["seller"], json!({"user_id": ana.id, "user_name": "ana"}));
            assert_eq!(view["you"], json!({"status": "none", "is_seller": true}));
            let log = database.log_of(&product_id).await;
            assert_eq!((log.len(), log[0].kind.as_str(), log[0].seq), (1, "opened", Some(1)));
        }
    }
    let visitor = User::visitor(&server, "visitor");
    send(&visitor, "POST", "/products/", &json!({})).await.refused(401, "unauthenticated");
}

async fn all_faults_of_a_product_are_named_at_once(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let long = |count| "x".repeat(count);
    let table: [(Value, &[&str]); 22] = [
        (
            json!({"product_name": "", "description": "short", "baseprice": "-1", "auction_end": "soon",
            "currency": "XYZ", "format": "sealed", "increment": "0", "auction_start": "x",
            "reference": ""}),
            &[
                "auction_end",
                "auction_start",
                "baseprice",
                "currency",
                "description",
                "format",
                "increment",
                "product_name",
                "reference",
            ],
        ),
        (json!({"product_name": "   "}), &["product_name"]),
        (json!({"product_name": long(101)}), &["product_name"]),
        (json!({"product_name": "Leica\u{7}"}), &["product_name"]),
        (json!({"description": long(2001)}), &["description"]),
        (json!({"description": "two lines\nof text"}), &["description"]),
        (json!({"baseprice": ""}), &["baseprice"]),
        (json!({"baseprice": "0.00"}), &["baseprice"]),
        (json!({"baseprice": "1.005"}), &["baseprice"]),
        (json!({"baseprice": "1e3"}), &["baseprice"]),
        (json!({"baseprice": "1,275.00"}), &["baseprice"]),
        (json!({"baseprice": "NaN"}), &["baseprice"]),
        (json!({"baseprice": "10000000000.00"}), &["baseprice"]),
        (json!({"baseprice": "1200.50", "currency": "JPY", "increment": "10"}), &["baseprice"]),
        (json!({"increment": "1.001"}), &["increment"]),
        (json!({"currency": "usd"}), &["currency"]),
        (json!({"format": "English"}), &["format"]),
        (json!({"reference": long(101)}), &["reference"]),
        (json!({"reference": "a\tb"}), &["reference"]),
        (json!({"auction_end": "2030-01-31 18:00"}), &["auction_end"]),
        (json!({"auction_end": "2020-01-31T18:00:00Z"}), &["auction_end"]),
        (json!({"auction_start": 5}), &["auction_start"]),
    ];
    for (change, wanted) in table {
        let answer = send(&ana, "POST", "/products/", &with(&change)).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), wanted, "{change}");
    }
    assert_eq!(database.number("select count(*) from products").await, 0);
    let yen = with(&json!({"baseprice": "1200", "currency": "JPY", "increment": 100}));
    let product_id = ana.create_product(&yen).await;
    assert_eq!(ana.product(&product_id).await["baseprice"], "1200");
}

async fn an_auction_is_neither_too_short_nor_too_long(database: Database) {
    let server = Setup::on(database.url()).with_limits().start().await;
    let ana = User::sign_up(&server, "ana").await;
    let day = Duration::from_hours(24);
    let table = [
        (Duration::from_secs(58), false),
        (Duration::from_secs(70), true),
        (89 * day, true),
        (91 * day, false),
    ];
    for (span, allowed) in table {
        let answer = send(&ana, "POST", "/products/", &product(span)).await;
        if allowed {
            answer.expect(201);
        } else {
            assert_eq!(fields_of(answer, 422, "validation_failed"), ["auction_end"]);
        }
    }
    // It is the span from the start on that counts.
    let mut later = product(91 * day);
    later["auction_start"] = from_now(2 * day).into();
    send(&ana, "POST", "/products/", &later).await.expect(201);
}

async fn a_later_start_is_scheduled(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let mut body = product(3 * MINUTE);
    body["auction_start"] = from_now(MINUTE).into();
    let product_id = ana.create_product(&body).await;
    let view = ana.product(&product_id).await;
    assert_eq!((&view["status"], &view["seq"]), (&json!("scheduled"), &json!(0)));
    assert_eq!(
        ana.get(&format!("/products/{product_id}/events")).await.expect(200)["items"],
        json!([])
    );
    let bob = User::sign_up(&server, "bob").await;
    let refused = bob.place_bid_rest(&product_id, "100.00", Uuid::new_v4()).await;
    let refused = refused.refused(409, "auction_not_open");
    assert_eq!(refused["auction_start"], view["auction_start"]);
    // One that has passed is now.
    body["auction_start"] = "2020-01-31T18:00:00Z".into();
    let product_id = ana.create_product(&body).await;
    let view = ana.product(&product_id).await;
    assert_eq!(view["status"], "open");
    assert_eq!(view["auction_start"], view["created_at"]);
}

async fn a_reference_makes_creating_twice_one_product(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let mut body = product(2 * MINUTE);
    body["reference"] = "shelf 7".into();
    let first = send(&ana, "POST", "/products/", &body).await.expect(201);
    let again = send(&ana, "POST", "/products/", &body).await.expect(200);
    assert_eq!(first, again);
    let product_id = first["product_id"].as_str().unwrap();
    assert_eq!(ana.product(product_id).await["you"]["reference"], "shelf 7");

    let mut other = body.clone();
    other["baseprice"] = "101.00".into();
    let answer = send(&ana, "POST", "/products/", &other).await;
    assert_eq!(fields_of(answer, 409, "already_exists"), ["reference"]);
    let bob = User::sign_up(&server, "bob").await;
    assert_ne!(bob.create_product(&body).await, product_id);
    assert_eq!(bob.product(product_id).await["you"].get("reference"), None);
    assert_eq!(database.number("select count(*) from products").await, 2);
}

fn with(change: &Value) -> Value {
    let mut body = product(2 * MINUTE);
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn a_reference_is_looked_up_before_the_times_are_judged(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let mut body = product(Duration::from_secs(2));
    body["reference"] = "shelf 8".into();
    let first = ana.post("/products/", &body).await.expect(201);
    let product_id = first["product_id"].as_str().unwrap();
    let mut socket = ana.subscribe(product_id).await;
    let is_closed = |frame: &Value| frame["product"]["status"] == "unsold";
    socket.take("its close", is_closed).await.unwrap();
    assert_eq!(ana.post("/products/", &body).await.expect(200), first);
}
