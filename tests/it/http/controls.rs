//! U+0000 and its like, which PostgreSQL does not keep, wherever text comes in: refused, with the name
//! of the field.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, product_with};
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;

on_both!(
    none_comes_in_by_a_users_body,
    none_comes_in_by_an_admins_body,
    none_comes_in_by_a_query,
    none_comes_in_by_a_frame,
);

const NUL: &str = "a\u{0}b";

/// A body whose field has the character, among others that are right.
fn with(mut body: Value, field: &str) -> Value {
    body[field] = json!(NUL);
    body
}

/// Sends each body with the character in one field after the other: each is refused by its name.
async fn each_is_refused(user: &User, method: &str, path: &str, body: &Value, fields: &[&str]) {
    for field in fields {
        let body = with(body.clone(), field);
        let answer = user.send(Request::new(method, &format!("/api/v1{path}")).json(&body)).await;
        let what = format!("{method} {path} {field}: {}", answer.body);
        assert_eq!(answer.status, 422, "{what}");
        assert!(answer.body["errors"][*field].is_array(), "{what}");
    }
}

async fn none_comes_in_by_a_users_body(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let own = eva.create_product(&product_with(&json!({}))).await;
    let other = ana.create_product(&product_with(&json!({}))).await;
    let change = json!({"current_password": eva.password, "new_password": "12345678"});
    let product = product_with(&json!({}));
    let of_product = [
        "product_name",
        "description",
        "reference",
        "format",
        "currency",
        "baseprice",
        "auction_start",
        "auction_end",
    ];
    let bid = json!({"amount": "100"});
    let bids = format!("/products/{other}/bids");
    let buy = format!("/products/{other}/buy");
    let cancel = format!("/products/{own}/cancel");
    let own = format!("/products/{own}");
    let empty = json!({});
    let table: [(&str, &str, &Value, &[&str]); 9] = [
        ("POST", "/users/signupuser", &new_user(), &["user_name", "email", "password", "bio"]),
        ("POST", "/users/loginuser", &new_login(), &["email"]),
        ("POST", "/users/me/password", &change, &["new_password", "current_password"]),
        ("POST", "/users/me/tokens", &new_token(), &["name", "expires_at", "currency"]),
        ("POST", "/products/", &product, &of_product),
        ("PATCH", &own, &empty, &["description", "reserve_price"]),
        ("POST", &bids, &bid, &["amount", "expected_price", "not_after"]),
        ("POST", &buy, &empty, &["not_after"]),
        ("POST", &cancel, &empty, &["reason"]),
    ];
    for (method, path, body, fields) in table {
        each_is_refused(&eva, method, path, body, fields).await;
    }
    let key = Request::new("POST", &format!("/api/v1{bids}")).header("Idempotency-Key", "a b");
    eva.send(key.json(&bid)).await.refused(422, "validation_failed");
    // What is odd in a header is not kept.
    let odd = Request::new("GET", "/api/v1/users/me").header("User-Agent", "\u{ff}\t");
    eva.send(odd).await.expect(200);
    assert!(!server.log().contains("a request failed"), "{}", server.log());
}

async fn none_comes_in_by_an_admins_body(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let eva = User::sign_up(&server, "eva").await;
    let product_id = eva.create_product(&product_with(&json!({}))).await;
    let reason = json!({"reason": "why"});
    let until = json!({"auction_end": "2090-01-01T00:00:00Z", "reason": "why"});
    let bidder = json!({"user_id": eva.id, "reason": "why"});
    let of_user = |order: &str| format!("/admin/users/{}/{order}", eva.id);
    let of_product = |order: &str| format!("/admin/products/{product_id}/{order}");
    let void = format!("bids/{}/void", Uuid::now_v7());
    let table: [(String, &Value, &[&str]); 8] = [
        ("/admin/users".to_owned(), &new_user(), &["user_name", "email", "password", "bio"]),
        (of_product("cancel"), &reason, &["reason"]),
        (of_product("extend"), &until, &["auction_end", "reason"]),
        (of_product("annul"), &reason, &["reason"]),
        (of_product("void-bidder"), &bidder, &["user_id", "reason"]),
        (of_product(&void), &reason, &["reason"]),
        (of_user("suspend"), &reason, &["reason"]),
        (of_user("tokens"), &new_token(), &["name", "scopes", "expires_at", "currency"]),
    ];
    for (path, body, fields) in table {
        each_is_refused(&root, "POST", &path, body, fields).await;
    }
    for order in ["reinstate", "make-admin", "remove-admin", "password"] {
        each_is_refused(&root, "POST", &of_user(order), &reason, &["reason"]).await;
    }
    assert_eq!(root.get("/admin/audit").await.expect(200)["items"], json!([]));
    assert!(!server.log().contains("a request failed"), "{}", server.log());
}

async fn none_comes_in_by_a_query(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let product_id = root.create_product(&product_with(&json!({}))).await;
    let of_list =
        ["seller", "q", "status", "format", "currency", "min_price", "ending_within", "sort"];
    let bids = format!("/products/{product_id}/bids");
    let events = format!("/products/{product_id}/events");
    let feed = format!("/products/ws/subscribe/{product_id}");
    let log = format!("/admin/products/{product_id}/log");
    let table: [(&str, &[&str]); 11] = [
        ("/products", &of_list),
        (&bids, &["cursor", "limit"]),
        (&events, &["after_seq", "cursor"]),
        (&feed, &["epoch", "after_seq"]),
        ("/users/me/products", &["reference", "cursor"]),
        ("/users/me/bids", &["cursor"]),
        ("/users/me/watchlist", &["cursor"]),
        ("/users/me/tokens", &["limit"]),
        ("/users/me/sessions", &["cursor"]),
        ("/admin/users", &["q", "cursor"]),
        (&log, &["cursor"]),
    ];
    for (path, names) in table {
        for name in names {
            let answer = root.get(&format!("{path}?{name}=a%00b")).await;
            let what = format!("{path} {name}: {}", answer.body);
            assert_eq!(answer.status, 422, "{what}");
            assert!(answer.body["errors"][*name].is_array(), "{what}");
        }
    }
    for path in ["/products/a%00b", "/users/me/watchlist/%00", "/admin/users/%00/bids"] {
        root.get(path).await.refused(400, "malformed_id");
    }
    assert!(!server.log().contains("a request failed"), "{}", server.log());
}

fn new_user() -> Value {
    json!({"user_name": "bob", "email": "bob@example.org", "password": "12345678"})
}

fn new_login() -> Value {
    json!({"email": "bob@example.org", "password": "12345678"})
}

fn new_token() -> Value {
    json!({"name": "n", "scopes": ["bid"], "max_offer": "5", "currency": "USD"})
}

async fn none_comes_in_by_a_frame(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let mut socket = eva.subscribe(&product_id).await;
    for field in ["amount", "expected_price", "not_after"] {
        let request_id = Uuid::new_v4();
        let bid = json!({"type": "place_bid", "request_id": request_id, "amount": "100"});
        socket.send(&with(bid, field)).await.unwrap();
        let answer = socket.answer_to(request_id).await.unwrap();
        assert_eq!(answer["code"], "validation_failed", "{answer}");
        assert!(answer["errors"][field].is_array(), "{field}: {answer}");
    }
    for frame in [json!({"type": NUL}), json!({"type": "place_bid", "request_id": NUL})] {
        socket.send(&frame).await.unwrap();
        socket.next_of("error").await;
    }
    assert!(!server.log().contains("a request failed"), "{}", server.log());
}
