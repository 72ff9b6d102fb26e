//! Every refusal of a bid, over the socket and over REST, with all that it says.

use std::time::Duration;

use gobid_auction::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Sale};
use crate::support::actors::{User, from_now, now, product};
use crate::support::database::{Database, on_both};
use crate::support::server::{Server, Setup};

on_both!(
    refusals_of_the_rules,
    refusals_before_the_rules,
    a_suspended_bidder_is_refused,
    a_bid_too_many_is_turned_away,
    an_expired_copy_is_looked_up_and_never_judged,
);

/// Sends a bid both ways and sees it refused for the same reasons. `facts` is all that the refusal
/// says beside code, detail, `judged` and `received_at`.
async fn assert_refused(
    bidder: &User,
    product_id: &str,
    bid: &Value,
    (status, code): (u16, &str),
    judged: bool,
    facts: &Value,
) {
    let request_id = Uuid::new_v4();
    let mut command = bid.clone();
    command["type"] = "place_bid".into();
    command["request_id"] = json!(request_id);
    let before = now().minus(Duration::from_millis(60));
    let mut socket = bidder.subscribe(product_id).await;
    socket.send(&command).await.unwrap();
    let on_socket = socket.answer_to(request_id).await.unwrap();
    let over_rest = bidder.try_bid_rest(product_id, bid, request_id).await.unwrap();
    let over_rest = over_rest.refused(status, code);
    let after = now().plus(Duration::from_millis(60));
    assert_eq!(over_rest["idempotency_key"], json!(request_id));

    let of_socket = ["type", "request_id"].as_slice();
    let of_rest = ["type", "title", "status", "trace_id", "idempotency_key"].as_slice();
    for (mut refusal, beside) in [(on_socket, of_socket), (over_rest, of_rest)] {
        assert_eq!((&refusal["code"], &refusal["judged"]), (&json!(code), &json!(judged)));
        assert!(!refusal["detail"].as_str().unwrap().is_empty());
        let received_at: Timestamp = refusal["received_at"].as_str().unwrap().parse().unwrap();
        assert!(before < received_at && received_at < after, "{refusal}");
        let object = refusal.as_object_mut().unwrap();
        for name in beside.iter().chain(&["code", "detail", "judged", "received_at"]) {
            object.remove(*name).unwrap_or_else(|| panic!("{code}: no {name}"));
        }
        assert_eq!(&refusal, facts, "{code}");
    }
}

async fn refusals_of_the_rules(database: Database) {
    let sale = Sale::open(&database).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let mut later = product(2 * HOUR);
    later["auction_start"] = from_now(HOUR).into();
    let scheduled = sale.seller.create_product(&later).await;
    let start = later["auction_start"].clone();

    let first = json!({"minimum_next_bid": "100.00", "current_price": null,
        "next_bids": ["101.00", "102.00", "103.00", "104.00"]});
    let too_low = (409, "bid_too_low");
    let low = json!({"amount": "99.99"});
    assert_refused(&ada, &sale.product_id, &low, too_low, true, &first).await;
    ada.place_bid_rest(&sale.product_id, "100.00", Uuid::new_v4()).await.expect(201);
    let then = json!({"minimum_next_bid": "101.00", "current_price": "100.00",
        "next_bids": ["102.00", "103.00", "104.00", "105.00"]});
    let table = [
        (&ben, &sale.product_id, json!({"amount": "100.99"}), too_low, then),
        (&ada, &sale.product_id, json!({"amount": "999"}), (409, "already_leading"), json!({})),
        (&sale.seller, &sale.product_id, json!({"amount": "1"}), (403, "own_product"), json!({})),
        (
            &ben,
            &sale.product_id,
            json!({"amount": "1", "expected_price": "100.01"}),
            (409, "price_moved"),
            json!({"current_price": "100.00"}),
        ),
        (
            &ben,
            &scheduled,
            json!({"amount": "200"}),
            (409, "auction_not_open"),
            json!({"auction_start": start}),
        ),
    ];
    for (bidder, product_id, bid, code, facts) in table {
        assert_refused(bidder, product_id, &bid, code, true, &facts).await;
    }
    let expecting = json!({"amount": "101.00", "expected_price": "100"});
    let accepted = ben.try_bid_rest(&sale.product_id, &expecting, Uuid::new_v4()).await;
    accepted.unwrap().expect(201);
}

async fn refusals_before_the_rules(database: Database) {
    let sale = Sale::open(&database).await;
    let ada = sale.sign_up("Ada").await;
    let expired = json!({"amount": "100.001", "not_after": "2020-01-01T00:00:00Z"});
    assert_refused(&ada, &sale.product_id, &expired, (409, "expired"), true, &json!({})).await;

    let digits = "has more than the 2 digits behind the point that USD has";
    let malformed = "is not an amount: write digits with at most one point, such as 1275.00";
    let no_time = "is not a time in RFC 3339, such as 2030-01-31T18:00:00Z";
    let missing = "is missing: send amount to bid exactly that, or max_amount to bid up to that";
    let invalid = (422, "validation_failed");
    let table = [
        (json!({"amount": "100.001"}), true, json!({"amount": [digits]})),
        (
            json!({"amount": "100", "expected_price": "1.000"}),
            true,
            json!({"expected_price": [digits]}),
        ),
        (
            json!({"amount": "1e3", "expected_price": "x", "not_after": "soon"}),
            false,
            json!({"amount": [malformed], "expected_price": [malformed], "not_after": [no_time]}),
        ),
        (json!({"amount": "-5"}), false, json!({"amount": ["must be above zero"]})),
        (json!({}), false, json!({"amount": [missing]})),
    ];
    for (bid, judged, errors) in table {
        let errors = json!({"errors": errors});
        assert_refused(&ada, &sale.product_id, &bid, invalid, judged, &errors).await;
    }

    let visitor = User::visitor(&sale.server, "Visitor");
    let bid = json!({"amount": "100"});
    let nobody = (401, "unauthenticated");
    assert_refused(&visitor, &sale.product_id, &bid, nobody, false, &json!({})).await;
    let unknown = Uuid::now_v7().to_string();
    let answer = ada.place_bid_rest(&unknown, "100", Uuid::new_v4()).await;
    assert_eq!(answer.refused(404, "not_found")["judged"], true);
}

async fn a_suspended_bidder_is_refused(database: Database) {
    let sale = Sale::open(&database).await;
    let ada = sale.sign_up("Ada").await;
    let mut socket = ada.subscribe(&sale.product_id).await;
    let user_id = database.id(&ada.id);
    let text = format!("update users set suspended_at = 1 where user_id = {user_id}");
    assert_eq!(database.execute(&text).await, 1);
    let refused = socket.place_bid("100").await;
    assert_eq!((&refused["code"], &refused["judged"]), (&json!("suspended"), &json!(true)));
    let answer = ada.place_bid_rest(&sale.product_id, "100", Uuid::new_v4()).await;
    assert_eq!(answer.refused(403, "suspended")["judged"], false);
}

async fn a_bid_too_many_is_turned_away(database: Database) {
    let others = ["address", "user", "login", "signup", "socket"];
    let others: Vec<_> = others.iter().map(|limit| format!("--rate-limit-{limit}=off")).collect();
    let others: Vec<_> = others.iter().map(String::as_str).collect();
    let setup = Setup::on(database.url()).with_limits().args(&others);
    let server = setup.args(&["--rate-limit-bids=1/m"]).start().await;
    let sale = Sale::open_at(server, &product(HOUR)).await;
    let ada = sale.sign_up("Ada").await;
    let mut socket = ada.subscribe(&sale.product_id).await;
    let accepted = Uuid::new_v4();
    assert_eq!(socket.try_place_bid("100", accepted).await.unwrap()["type"], "bid_accepted");
    for _ in 0..3 {
        assert_eq!(socket.place_bid("101").await["code"], "already_leading");
    }
    for request_id in [Uuid::new_v4(), accepted] {
        let refused = socket.try_place_bid("100", request_id).await.unwrap();
        let code = json!("rate_limited");
        assert_eq!((&refused["code"], &refused["judged"]), (&code, &json!(false)));
        let wait = refused["retry_after_ms"].as_u64().unwrap();
        assert!((1..=60_000).contains(&wait), "{wait}");
        let answer = ada.place_bid_rest(&sale.product_id, "100", request_id).await;
        let wait: u64 = answer.header("Retry-After").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(answer.header("RateLimit-Policy"), Some("\"bids\";q=4;w=240"));
        assert_eq!(answer.refused(429, "rate_limited")["judged"], false);
    }
}

async fn an_expired_copy_is_looked_up_and_never_judged(database: Database) {
    let sale = Sale::open_at(Server::start(&database).await, &product(HOUR)).await;
    let ada = sale.sign_up("Ada").await;
    let mut socket = ada.subscribe(&sale.product_id).await;
    let (request_id, past) = (Uuid::new_v4(), "2020-01-01T00:00:00Z".to_owned());
    let mut bid = super::place_bid(request_id, "100.00");
    for (not_after, kind) in [
        (past.clone(), "bid_rejected"),
        (from_now(Duration::from_secs(5)), "bid_accepted"),
        (past, "bid_accepted"),
    ] {
        bid["not_after"] = not_after.into();
        socket.send(&bid).await.unwrap();
        let answer = socket.answer_to(request_id).await.unwrap();
        assert_eq!(answer["type"], kind, "{answer}");
    }
    assert_eq!(sale.seller.events(&sale.product_id, 0).await.len(), 2);
}
