//! The products that are the caller's own: those he has bid in, watches, or sells.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{fields_of, product_with, send};
use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;

on_both!(
    whoever_has_bid_sees_how_he_stands,
    a_watchlist_is_its_owners_alone,
    a_seller_finds_his_products_by_reference,
    both_sides_of_a_sale_are_told_of_each_other_in_their_lists,
);

async fn whoever_has_bid_sees_how_he_stands(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let (bob, eva) = (User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await);
    let terms = [
        json!({}),
        json!({"buy_now_price": "200", "reserve_price": "150"}),
        json!({"format": "sealed_first_price", "increment": null}),
        json!({}),
    ];
    let mut ids = Vec::new();
    for terms in &terms {
        ids.push(ana.create_product(&product_with(terms)).await);
    }
    let bid = async |who: &User, id: &str, bid: Value| {
        who.post(&format!("/products/{id}/bids"), &bid).await.expect(201);
    };
    bid(&eva, &ids[0], json!({"max_amount": "150"})).await;
    bid(&bob, &ids[1], json!({"amount": "100"})).await;
    eva.post(&format!("/products/{}/buy", ids[1]), &json!({})).await.expect(201);
    bid(&eva, &ids[2], json!({"amount": "300"})).await;
    let rows = async |who: &User| {
        let page = who.get("/users/me/bids").await.expect(200);
        let rows = page["items"].as_array().unwrap().iter();
        let row = |row: &Value| {
            let id = row["product"]["product_id"].as_str().unwrap();
            let place = ids.iter().position(|it| it == id).unwrap();
            assert_eq!(row["my_status"], row["product"]["you"]["status"]);
            (place, row["my_status"].clone(), row["amount"].clone(), row["max_amount"].clone())
        };
        rows.map(row).collect::<Vec<_>>()
    };
    let (null, text) = (Value::Null, |text: &str| json!(text));
    let wanted = [
        (2, null.clone(), text("300.00"), null.clone()),
        (1, text("won"), text("200.00"), null.clone()),
        (0, text("leading"), null.clone(), text("150.00")),
    ];
    assert_eq!(rows(&eva).await, wanted);
    bid(&bob, &ids[0], json!({"amount": "160"})).await;
    let outbid = (0, text("outbid"), null.clone(), text("150.00"));
    assert_eq!(rows(&eva).await[2], outbid);
    let wanted = [
        (1, text("lost"), text("100.00"), null.clone()),
        (0, text("leading"), text("160.00"), null.clone()),
    ];
    assert_eq!(rows(&bob).await, wanted);
    assert_eq!(rows(&ana).await, []);

    let page = eva.get("/users/me/bids?limit=2").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = eva.get(&format!("/users/me/bids?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(rest["items"][0]["product"]["product_id"], ids[0]);
    assert_eq!(rest["next_cursor"], Value::Null);
    let others = bob.get(&format!("/users/me/bids?cursor={cursor}")).await;
    assert_eq!(fields_of(others, 422, "validation_failed"), ["cursor"]);
    let visitor = User::visitor(&server, "visitor");
    visitor.get("/users/me/bids").await.refused(401, "unauthenticated");
}

async fn a_watchlist_is_its_owners_alone(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let first = ana.create_product(&product(Duration::from_hours(1))).await;
    let second = ana.create_product(&product(Duration::from_hours(1))).await;
    let request =
        |method: &str, id: &str| Request::new(method, &format!("/api/v1/users/me/watchlist/{id}"));
    let put = async |id: &str| eva.send(request("PUT", id)).await;
    let since = put(&first).await.expect(200);
    assert_eq!(since["product_id"], json!(first));
    assert_eq!(put(&first).await.expect(200), since, "it stays as it is");
    put(&second).await.expect(200);
    put(&Uuid::now_v7().to_string()).await.refused(404, "not_found");
    put("1").await.refused(400, "malformed_id");
    let listed = async |who: &User| {
        let page = who.get("/users/me/watchlist").await.expect(200);
        let items = page["items"].as_array().unwrap().clone();
        items.iter().map(|it| it["product_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&eva).await, [second.clone(), first.clone()]);
    assert!(listed(&ana).await.is_empty());
    let one = |id: &str| format!("/users/me/watchlist/{id}");
    assert_eq!(eva.get(&one(&first)).await.expect(200), since);
    ana.get(&one(&first)).await.refused(404, "not_found");
    for _ in 0..2 {
        eva.send(request("DELETE", &first)).await.expect(200);
    }
    assert_eq!(listed(&eva).await, [second]);
    let without = eva.try_send_without_token(request("PUT", &first)).await.unwrap();
    without.refused(403, "csrf_token_invalid");
}

async fn a_seller_finds_his_products_by_reference(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let body = product_with(&json!({"reference": "lamp 7", "reserve_price": "300"}));
    let made = send(&ana, "POST", "/products/", &body).await.expect(201);
    assert_eq!(send(&ana, "POST", "/products/", &body).await.expect(200), made);
    let other = product_with(&json!({"reference": "lamp 7", "baseprice": "7"}));
    let refused = send(&ana, "POST", "/products/", &other).await;
    assert_eq!(fields_of(refused, 409, "already_exists"), ["reference"]);
    let plain = ana.create_product(&product_with(&json!({}))).await;
    let eva = User::sign_up(&server, "eva").await;
    send(&eva, "POST", "/products/", &other).await.expect(201);

    let found = ana.get("/users/me/products?reference=lamp%207").await.expect(200);
    let [row] = found["items"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(row["product_id"], made["product_id"]);
    let you = &row["you"];
    assert_eq!((&you["reference"], &you["reserve_price"]), (&json!("lamp 7"), &json!("300.00")));
    assert_eq!(you["is_seller"], true);
    let all = ana.get("/users/me/products").await.expect(200);
    let ids: Vec<_> = all["items"].as_array().unwrap().iter().map(|it| &it["product_id"]).collect();
    assert_eq!(ids, [&json!(plain), &made["product_id"]]);
    let none = ana.get("/users/me/products?reference=lamp%208").await.expect(200);
    assert_eq!(none, json!({"items": [], "next_cursor": null}));
    let wrong = ana.get("/users/me/products?status=open").await;
    assert_eq!(fields_of(wrong, 422, "validation_failed"), ["status"]);
}

async fn both_sides_of_a_sale_are_told_of_each_other_in_their_lists(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let (bob, eva) = (User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await);
    let terms = json!({"buy_now_price": "200", "reserve_price": "150", "anonymous_bidders": true});
    let [open, sold] = [
        ana.create_product(&product_with(&terms)).await,
        ana.create_product(&product_with(&terms)).await,
    ];
    for id in [&open, &sold] {
        for who in [&bob, &eva] {
            let watch = Request::new("PUT", &format!("/api/v1/users/me/watchlist/{id}"));
            who.send(watch).await.expect(200);
        }
        bob.post(&format!("/products/{id}/bids"), &json!({"amount": "100"})).await.expect(201);
    }
    eva.post(&format!("/products/{open}/bids"), &json!({"amount": "120"})).await.expect(201);
    eva.post(&format!("/products/{sold}/buy"), &json!({})).await.expect(201);
    let contacts = async |who: &User, list: &str| {
        let page = who.get(&format!("/users/me/{list}")).await.expect(200);
        let rows = page["items"].as_array().unwrap().iter();
        let view = |row: &Value| row.get("product").unwrap_or(row).clone();
        rows.map(|row| view(row)["you"].get("contact").cloned()).collect::<Vec<_>>()
    };
    let table = [
        (&eva, "bids", Some(&ana.email)),
        (&eva, "watchlist", Some(&ana.email)),
        (&ana, "products", Some(&eva.email)),
        (&bob, "bids", None),
        (&bob, "watchlist", None),
    ];
    for (who, list, contact) in table {
        let wanted = [contact.map(|email| json!(email)), None];
        assert_eq!(contacts(who, list).await, wanted, "{} {list}", who.name);
        // As the product itself tells.
        assert_eq!(who.product(&sold).await["you"].get("contact"), wanted[0].as_ref());
    }
}
