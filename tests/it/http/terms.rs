//! The terms that a product is created with, and what of them is secret.

use std::time::Duration;

use serde_json::{Value, json};

use super::{fields_of, product_with, send};
use crate::support::actors::{User, from_now};
use crate::support::database::{Backend, Database, on_both};
use crate::support::server::Server;

on_both!(
    every_term_of_an_english_auction_is_shown_but_the_reserve,
    sealed_and_dutch_auctions_have_terms_of_their_own,
    a_fault_of_a_term_is_named,
    all_faults_of_terms_are_named_at_once,
);

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

async fn every_term_of_an_english_auction_is_shown_but_the_reserve(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let body = product_with(&json!({
        "increment": [{"from": 0, "step": "0.50"}, {"from": "200.00", "step": 5}],
        "reserve_price": "321.00",
        "buy_now_price": "500.00",
        "soft_close_seconds": 60,
        "hard_end": from_now(10 * MINUTE),
        "anonymous_bidders": true,
    }));
    let product_id = ana.create_product(&body).await;
    let view = User::visitor(&server, "visitor").product(&product_id).await;
    let ladder = json!([{"from": "0.00", "step": "0.50"}, {"from": "200.00", "step": "5.00"}]);
    let shown = [
        ("format", json!("english")),
        ("increment", ladder),
        ("dutch", Value::Null),
        ("buy_now_price", json!("500.00")),
        ("buy_now_available", json!(true)),
        ("reserve_met", json!(false)),
        ("soft_close_seconds", json!(60)),
        ("hard_end", body["hard_end"].clone()),
        ("original_end", view["auction_end"].clone()),
        ("anonymous_bidders", json!(true)),
        ("current_price", Value::Null),
        ("minimum_next_bid", json!("100.00")),
        ("bid_count", json!(0)),
        ("bidder_count", json!(0)),
        ("annulled", json!(false)),
        ("revision", json!(1)),
    ];
    for (name, wanted) in shown {
        assert_eq!(view[name], wanted, "{name}");
    }
    assert!(!view.to_string().contains("321"), "{view}");
    let you = json!({"status": "none", "is_seller": true, "reserve_price": "321.00"});
    assert_eq!(ana.product(&product_id).await["you"], you);
    let bob = User::sign_up(&server, "bob").await;
    let you = json!({"status": "none", "is_seller": false});
    assert_eq!(bob.product(&product_id).await["you"], you);
    let list = bob.get("/products").await.expect(200);
    assert!(!list.to_string().contains("321"), "{list}");
}

async fn sealed_and_dutch_auctions_have_terms_of_their_own(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let visitor = User::visitor(&server, "visitor");
    for format in ["sealed_first_price", "sealed_second_price"] {
        let terms = json!({"format": format, "increment": null, "reserve_price": "321.00"});
        let product_id = ana.create_product(&product_with(&terms)).await;
        let view = visitor.product(&product_id).await;
        assert_eq!((&view["format"], &view["status"]), (&json!(format), &json!("open")));
        assert_eq!(view["minimum_next_bid"], "100.00");
        assert_eq!(view["increment"], json!([]), "no ladder is in force");
        for secret in ["current_price", "bid_count", "bidder_count", "leader", "reserve_met"] {
            assert_eq!(view[secret], Value::Null, "{secret}");
        }
        let you = json!({"status": null, "is_seller": true, "reserve_price": "321.00"});
        assert_eq!(ana.product(&product_id).await["you"], you);
    }
    let falls = json!({"floor": "40.00", "step": "10.00", "tick_seconds": 86400});
    let terms = json!({"format": "dutch", "increment": null, "dutch": falls});
    let view = visitor.product(&ana.create_product(&product_with(&terms)).await).await;
    assert_eq!((&view["dutch"], &view["increment"]), (&falls, &json!([])));
    assert_eq!(view["current_price"], "100.00");
    assert_eq!(view["minimum_next_bid"], "100.00");
    let mut later = product_with(&terms);
    later["auction_start"] = from_now(MINUTE).into();
    let view = visitor.product(&ana.create_product(&later).await).await;
    assert_eq!(view["current_price"], Value::Null);
    assert_eq!(view["minimum_next_bid"], "100.00");
}

async fn a_fault_of_a_term_is_named(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let rungs = |count: u32| (0..count).map(|n| json!({"from": n, "step": 1})).collect::<Value>();
    let table = [
        (json!({"increment": []}), "increment"),
        (json!({"increment": [{"from": 1, "step": 1}]}), "increment"),
        (json!({"increment": [{"from": 0, "step": 1}, {"from": 0, "step": 2}]}), "increment"),
        (json!({"increment": [{"from": 0, "step": 2}, {"from": 9, "step": 1}]}), "increment"),
        (json!({"increment": [{"from": 0}]}), "increment"),
        (json!({"increment": rungs(101)}), "increment"),
        (json!({"reserve_price": "0"}), "reserve_price"),
        (json!({"reserve_price": true}), "reserve_price"),
        (json!({"buy_now_price": "129.99"}), "buy_now_price"),
        (json!({"buy_now_price": "150", "reserve_price": "150.01"}), "buy_now_price"),
        (json!({"soft_close_seconds": 86401}), "soft_close_seconds"),
        (json!({"soft_close_seconds": -1}), "soft_close_seconds"),
        (json!({"hard_end": "soon"}), "hard_end"),
        (json!({"hard_end": from_now(MINUTE)}), "hard_end"),
        (json!({"hard_end": from_now(91 * DAY)}), "hard_end"),
        (json!({"format": "reverse"}), "format"),
        (json!({"dutch": falls("1", 1)}), "dutch"),
        (json!({"format": "dutch", "increment": null}), "dutch"),
        (dutch(&falls("100.00", 1)), "dutch"),
        (dutch(&falls("0", 1)), "dutch"),
        (dutch(&falls("1", 0)), "dutch"),
        (dutch(&falls("1", 86401)), "dutch"),
        (dutch(&json!({"floor": "1", "step": "1"})), "dutch"),
    ];
    for (terms, wanted) in table {
        let answer = send(&ana, "POST", "/products/", &product_with(&terms)).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), [wanted], "{terms}");
    }
    assert_eq!(database.number("select count(*) from products").await, 0);
}

async fn all_faults_of_terms_are_named_at_once(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let table: [(Value, &[&str]); 4] = [
        (
            json!({"format": "dutch", "reserve_price": "5"}),
            &["dutch", "increment", "reserve_price"],
        ),
        (
            json!({"format": "sealed_first_price", "buy_now_price": "150",
            "hard_end": from_now(DAY), "soft_close_seconds": 5, "dutch": falls("1", 1)}),
            &["buy_now_price", "dutch", "hard_end", "increment", "soft_close_seconds"],
        ),
        // What has a fault of its own is no measure of another value.
        (
            json!({"baseprice": "x", "buy_now_price": "1", "reserve_price": "x"}),
            &["baseprice", "reserve_price"],
        ),
        (
            json!({"baseprice": "x", "buy_now_price": "-1", "hard_end": "x", "increment": "0",
            "reserve_price": "1.005", "dutch": falls("0", 0)}),
            &["baseprice", "buy_now_price", "dutch", "hard_end", "increment", "reserve_price"],
        ),
    ];
    for (terms, wanted) in table {
        let answer = send(&ana, "POST", "/products/", &product_with(&terms)).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), wanted, "{terms}");
    }
    assert_eq!(database.number("select count(*) from products").await, 0);
}

#[tokio::test]
async fn faults_are_told_in_sentences() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let ladder = json!([{"from": 0, "step": "1"}, {"from": "-5", "step": "1"}]);
    let falls = json!({"floor": "0", "step": "1.005", "tick_seconds": 0});
    let table = [
        (json!({"increment": ladder}), "increment has a rung 2 whose from must not be below zero"),
        (json!({"buy_now_price": "100"}), "buy_now_price must be at least 30 % above baseprice"),
        (json!({"soft_close_seconds": 90000}), "soft_close_seconds must be 0 to 86400"),
        (
            dutch(&falls),
            "dutch has a floor that must be above zero; dutch has a step that has more than the 2 \
             digits behind the point that USD has; dutch must have tick_seconds of 1 to 86400",
        ),
    ];
    for (terms, wanted) in table {
        let answer = ana.post("/products/", &product_with(&terms)).await;
        assert_eq!(answer.refused(422, "validation_failed")["detail"], wanted);
    }
    let fine = json!({"baseprice": "1.0000000000000000000000"});
    let answer = ana.post("/products/", &product_with(&fine)).await;
    let wanted = "baseprice has more than the 4 digits behind the point that any currency has";
    assert_eq!(answer.refused(422, "validation_failed")["detail"], wanted);
    // A limit beyond the end of all calendars is still told.
    let last = json!({"auction_start": "9999-12-30T21:59:59.500Z",
        "auction_end": "9999-12-30T21:59:59.600Z"});
    let answer = ana.post("/products/", &product_with(&last)).await;
    let detail = answer.refused(422, "validation_failed")["detail"].clone();
    assert!(detail.as_str().unwrap().starts_with("auction_end is too soon"), "{detail}");
    let edges = json!({"buy_now_price": "130.00", "reserve_price": "130.00",
        "soft_close_seconds": 86400, "auction_end": from_now(3 * MINUTE)});
    let mut edges = product_with(&edges);
    edges["hard_end"] = edges["auction_end"].clone();
    ana.create_product(&edges).await;
}

fn falls(floor: &str, tick_seconds: u32) -> Value {
    json!({"floor": floor, "step": "1", "tick_seconds": tick_seconds})
}

fn dutch(falls: &Value) -> Value {
    json!({"format": "dutch", "increment": null, "dutch": falls})
}
