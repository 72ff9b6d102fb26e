//! What anybody reads: lists, one product, its bids and events.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::fields_of;
use crate::support::actors::{User, from_now, product};
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;

on_both!(
    a_list_is_walked_page_by_page,
    a_view_has_an_etag_that_moves_with_what_the_caller_sees,
    bids_and_events_are_paged,
    whoever_may_know_the_winner_does,
);

const MINUTE: Duration = Duration::from_mins(1);

async fn a_list_is_walked_page_by_page(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    // Three of the seven end at the very same moment.
    let shared = from_now(10 * MINUTE);
    let mut created = Vec::new();
    for minutes in [12, 9, 0, 11, 0, 8, 0] {
        let mut body = product(minutes.max(1) * MINUTE);
        if minutes == 0 {
            body["auction_end"] = shared.clone().into();
        }
        created.push(ana.create_product(&body).await);
    }
    let mut scheduled = product(20 * MINUTE);
    scheduled["auction_start"] = from_now(MINUTE).into();
    ana.create_product(&scheduled).await;

    let visitor = User::visitor(&server, "visitor");
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let cursor_part = cursor.map_or(String::new(), |cursor| format!("&cursor={cursor}"));
        let path = format!("/products?status=open&sort=ending&limit=2{cursor_part}");
        let page = visitor.get(&path).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().cloned());
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
        let other = format!("/products?status=sold&cursor={}", cursor.as_deref().unwrap());
        let answer = visitor.get(&other).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), ["cursor"]);
    }
    let mut ids: Vec<_> = seen.iter().map(|item| item["product_id"].as_str().unwrap()).collect();
    let ends: Vec<_> = seen.iter().map(|item| item["auction_end"].as_str().unwrap()).collect();
    assert!(ends.is_sorted(), "{ends:?}");
    ids.sort_unstable();
    created.sort_unstable();
    assert_eq!(ids, created);
    assert_eq!(visitor.get("/products").await.expect(200)["items"].as_array().unwrap().len(), 8);
    let none = visitor.get("/products?status=cancelled").await.expect(200);
    assert_eq!(none, json!({"items": [], "next_cursor": null}));
    let wrong = "/products?status=closed&sort=price&limit=101&cursor=x&color=red";
    let answer = visitor.get(wrong).await;
    let wanted = ["color", "currency", "cursor", "limit", "sort", "status"];
    assert_eq!(fields_of(answer, 422, "validation_failed"), wanted);
}

async fn a_view_has_an_etag_that_moves_with_what_the_caller_sees(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let product_id = ana.create_product(&product(2 * MINUTE)).await;
    let path = format!("/products/{product_id}");
    let first = bob.get(&path).await;
    let etag = first.header("ETag").unwrap().to_owned();
    let again = |etag: &str| {
        let request = Request::new("GET", &format!("/api/v1{path}")).header("If-None-Match", etag);
        let bob = bob.clone();
        async move { bob.send(request).await }
    };
    for known in [etag.clone(), format!("\"x\", {etag}"), "*".to_owned()] {
        let answer = again(&known).await;
        assert_eq!((answer.status, answer.header("ETag")), (304, Some(etag.as_str())), "{known}");
        assert_eq!(answer.body, Value::Null);
    }
    again("\"x\"").await.expect(200);
    assert_ne!(ana.get(&path).await.header("ETag"), Some(etag.as_str()), "the seller sees more");

    bob.place_bid_rest(&product_id, "100.00", Uuid::new_v4()).await.expect(201);
    let moved = again(&etag).await;
    assert_eq!(moved.status, 200);
    assert_eq!(
        moved.body["you"],
        json!({"status": "leading", "amount": "100.00", "alias": "bob", "is_seller": false})
    );
    let visitor = User::visitor(&server, "visitor");
    assert_eq!(visitor.product(&product_id).await.get("you"), None);
}

async fn bids_and_events_are_paged(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bidders = [User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await];
    let mut body = product(2 * MINUTE);
    body["anonymous_bidders"] = true.into();
    let product_id = ana.create_product(&body).await;
    for step in 0..7_u32 {
        let bidder = &bidders[usize::from(step % 2 == 1)];
        let amount = (100 + step).to_string();
        bidder.place_bid_rest(&product_id, &amount, Uuid::new_v4()).await.expect(201);
    }
    let visitor = User::visitor(&server, "visitor");
    let bids = walk(&visitor, &format!("/products/{product_id}/bids"), 3).await;
    let amounts: Vec<_> = bids.iter().map(|bid| bid["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["106.00", "105.00", "104.00", "103.00", "102.00", "101.00", "100.00"]);
    assert_eq!(bids[0]["bidder"], "Bidder 1");
    assert_eq!(bids[1]["bidder"], "Bidder 2");
    assert_eq!((&bids[0]["automatic"], &bids[0]["voided"]), (&json!(false), &json!(false)));

    let events = walk(&visitor, &format!("/products/{product_id}/events"), 3).await;
    let seqs: Vec<_> = events.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(events[0]["type"], "auction_opened");
    assert_eq!(events[7]["bids"][0], bids[0]);
    assert_eq!(visitor.events(&product_id, 6).await.len(), 2);
    let text = format!("{bids:?}{events:?}");
    for secret in [&bidders[0].id, &bidders[0].email, &"bob".to_owned(), &"eva".to_owned()] {
        assert!(!text.contains(secret.as_str()), "{secret}");
    }
    let wrong = visitor.get(&format!("/products/{product_id}/events?after_seq=-1")).await;
    assert_eq!(fields_of(wrong, 422, "validation_failed"), ["after_seq"]);
}

async fn whoever_may_know_the_winner_does(database: Database) {
    let server = Server::start(&database).await;
    let mut people = Vec::new();
    for name in ["seller", "winner", "loser", "admin"] {
        people.push(User::sign_up(&server, name).await);
    }
    let [seller, winner, loser, admin] = people.as_slice() else { panic!("{}", people.len()) };
    database.execute("update users set is_admin = (user_name = 'admin')").await;
    let mut body = product(Duration::from_secs(3));
    body["anonymous_bidders"] = true.into();
    let product_id = seller.create_product(&body).await;
    loser.place_bid_rest(&product_id, "100.00", Uuid::new_v4()).await.expect(201);
    winner.place_bid_rest(&product_id, "101.00", Uuid::new_v4()).await.expect(201);
    assert_eq!(admin.product(&product_id).await["leader"], "Bidder 2");
    seller.subscribe(&product_id).await.events_until_closed().await;
    let visitor = User::visitor(&server, "visitor");
    let table = [
        (seller, "winner", json!("winner@example.org")),
        (winner, "winner", json!("seller@example.org")),
        (admin, "winner", Value::Null),
        (loser, "Bidder 2", Value::Null),
        (&visitor, "Bidder 2", Value::Null),
    ];
    for (who, name, contact) in table {
        let view = who.product(&product_id).await;
        assert_eq!((&view["winner"], &view["leader"]), (&json!(name), &json!("Bidder 2")));
        assert_eq!(view["you"]["contact"], contact, "{}", who.name);
    }
}

async fn walk(user: &User, path: &str, limit: usize) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = user.get(&format!("{path}?limit={limit}{cursor}")).await.expect(200);
        let page_items = page["items"].as_array().unwrap();
        assert!(page_items.len() <= limit);
        items.extend(page_items.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}
