//! API tokens: what they may do, how they end, and that nobody else learns them.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, fields_of, product_with};
use crate::support::actors::{User, from_now};
use crate::support::database::{Database, on_both};
use crate::support::http::{Answer, Request};
use crate::support::server::Server;

on_both!(
    a_token_does_what_its_scopes_name,
    an_order_shows_what_is_ones_own_to_who_may_read_it,
    a_token_is_shown_once_and_ends,
    all_faults_of_a_token_are_named_at_once,
    an_offer_above_the_cap_is_refused,
);

/// A script with a token, and without a cookie.
struct Script {
    address: String,
    token: String,
}

impl Script {
    async fn of(user: &User, server: &Server, token: &Value) -> Self {
        let made = user.post("/users/me/tokens", token).await.expect(201);
        Self {
            address: server.address().to_owned(),
            token: made["token"].as_str().unwrap().to_owned(),
        }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::new(method, &format!("/api/v1{path}"));
        let request = request.header("Authorization", &format!("Bearer {}", self.token));
        let request = if body.is_null() { request } else { request.json(body) };
        request.send(&self.address).await.unwrap()
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &Value::Null).await
    }
}

async fn a_token_does_what_its_scopes_name(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let own = root.create_product(&product_with(&json!({}))).await;
    let [bids, edit, cancel] = [
        format!("/products/{product_id}/bids"),
        format!("/products/{own}"),
        format!("/products/{own}/cancel"),
    ];
    let reason = json!({"reason": "It broke."});
    let table = [
        ("read", "GET", "/users/me", Value::Null, 200),
        ("read", "GET", "/users/me/bids", Value::Null, 200),
        ("read", "PUT", &*format!("/users/me/watchlist/{product_id}"), Value::Null, 200),
        ("bid", "POST", &*bids, json!({"amount": "100"}), 201),
        ("sell", "POST", "/products/", product_with(&json!({})), 201),
        ("sell", "GET", "/users/me/products", Value::Null, 200),
        ("sell", "PATCH", &*edit, json!({"description": "Another description."}), 200),
        ("admin", "GET", "/admin/audit", Value::Null, 200),
        ("admin", "GET", "/admin/users", Value::Null, 200),
        ("sell", "POST", &*cancel, reason.clone(), 200),
    ];
    let all = ["read", "bid", "sell", "admin"];
    for (scope, method, path, body, status) in table {
        let without: Vec<_> = all.into_iter().filter(|it| *it != scope).collect();
        // Calling an auction off is an admin's, too.
        let is_either = path == cancel;
        let without = if is_either { vec!["read", "bid"] } else { without };
        let lacking = Script::of(&root, &server, &json!({"name": "l", "scopes": without})).await;
        let refused = lacking.send(method, path, &body).await.refused(403, "forbidden");
        assert!(refused["detail"].as_str().unwrap().contains(scope), "{method} {path}: {refused}");
        let having = Script::of(&root, &server, &json!({"name": "h", "scopes": [scope]})).await;
        having.send(method, path, &body).await.expect(status);
    }
    // What only whoever is logged in may do, no token may.
    let script = Script::of(&root, &server, &json!({"name": "all", "scopes": all})).await;
    let id = Uuid::now_v7();
    let table = [
        ("GET", "/users/me/tokens".to_owned()),
        ("POST", "/users/me/tokens".to_owned()),
        ("DELETE", format!("/users/me/tokens/{id}")),
        ("GET", "/users/me/sessions".to_owned()),
        ("DELETE", format!("/users/me/sessions/{id}")),
        ("POST", "/users/me/password".to_owned()),
        ("POST", "/users/logout".to_owned()),
    ];
    for (method, path) in table {
        let body = json!({"name": "more", "scopes": ["admin"]});
        script.send(method, &path, &body).await.refused(403, "forbidden");
    }
    // A token of somebody who is no admin opens nothing, whatever its scopes.
    let other = Script::of(&ana, &server, &json!({"name": "a", "scopes": all})).await;
    other.get("/admin/audit").await.refused(403, "forbidden");
    // Nor may a seller call his auction off by the scope of an admin.
    let other = Script::of(&ana, &server, &json!({"name": "b", "scopes": ["admin"]})).await;
    let path = format!("/products/{product_id}/cancel");
    other.send("POST", &path, &reason).await.refused(403, "forbidden");
    // What is the caller's own is shown to who may read it.
    assert!(script.get(&format!("/products/{own}")).await.expect(200)["you"].is_object());
    let seller = Script::of(&root, &server, &json!({"name": "s", "scopes": ["sell"]})).await;
    assert!(seller.get(&format!("/products/{own}")).await.expect(200).get("you").is_none());
}

async fn an_order_shows_what_is_ones_own_to_who_may_read_it(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let own = root.create_product(&product_with(&json!({"reserve_price": "300"}))).await;
    let of = async |scopes: &[&str]| {
        Script::of(&root, &server, &json!({"name": "n", "scopes": scopes})).await
    };
    let (seller, admin) = (of(&["sell"]).await, of(&["admin"]).await);
    let both = of(&["sell", "read"]).await;
    let [edit, again] =
        ["third", "fourth"].map(|it| json!({"description": format!("A {it} one.")}));
    let later = json!({"auction_end": from_now(Duration::from_mins(9)), "reason": "It rains."});
    let [path, extend] = [format!("/products/{own}"), format!("/admin/products/{own}/extend")];
    let table = [
        (&seller, "PATCH", &path, &edit, false),
        (&admin, "POST", &extend, &later, false),
        (&both, "PATCH", &path, &again, true),
    ];
    for (script, method, path, body, shown) in table {
        let view = script.send(method, path, body).await.expect(200);
        assert_eq!(view["you"]["reserve_price"] == "300.00", shown, "{method} {path}: {view}");
        assert_eq!(view.get("you").is_some(), shown, "{method} {path}: {view}");
    }
}

async fn a_token_is_shown_once_and_ends(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let body = json!({"name": " stock ", "scopes": ["read", "bid", "read"]});
    let made = eva.post("/users/me/tokens", &body).await.expect(201);
    let token = made["token"].as_str().unwrap().to_owned();
    let days = "select (expires_at - created_at) / 86400000000 from sessions where session_key in \
                (select session_key from api_tokens)";
    assert_eq!(database.number(days).await, 90);
    for (table, column) in [("sessions", "data"), ("api_tokens", "name"), ("api_tokens", "scopes")]
    {
        let text = format!("select count(*) from {table} where {column} like '%{}%'", &token[4..]);
        assert_eq!(database.number(&text).await, 0);
    }
    let page = eva.get("/users/me/tokens").await.expect(200);
    let [row] = page["items"].as_array().unwrap().as_slice() else { panic!("{page}") };
    assert!(row.get("token").is_none(), "{row}");
    assert_eq!((&row["name"], &row["scopes"]), (&json!("stock"), &json!(["bid", "read"])));
    assert_eq!((&row["token_id"], &row["max_offer"]), (&made["token_id"], &Value::Null));

    let script = Script { address: server.address().to_owned(), token };
    assert_eq!(script.get("/users/me").await.expect(200)["user_name"], "eva");
    // It is found whatever the case of the scheme, and no cookie counts beside it.
    let both = Request::new("GET", "/api/v1/users/me/sessions")
        .header("Authorization", &format!("bearer {}", script.token))
        .header("Cookie", &eva.cookies().unwrap());
    both.send(server.address()).await.unwrap().refused(403, "forbidden");
    let foreign = Request::new("POST", "/api/v1/products/")
        .header("Authorization", &format!("Bearer {}", script.token))
        .header("Origin", "http://elsewhere.example")
        .json(&json!({}));
    foreign.send(server.address()).await.unwrap().refused(403, "forbidden");

    let path = format!("/users/me/tokens/{}", made["token_id"].as_str().unwrap());
    let other = User::sign_up(&server, "other").await;
    let revoke = || Request::new("DELETE", &format!("/api/v1{path}"));
    other.send(revoke()).await.refused(404, "not_found");
    eva.send(revoke()).await.expect(200);
    eva.send(revoke()).await.refused(404, "not_found");
    for path in ["/users/me", "/csrftoken"] {
        script.get(path).await.refused(401, "unauthenticated");
    }
    let short =
        json!({"name": "s", "scopes": ["read"], "expires_at": from_now(Duration::from_hours(1))});
    let short = Script::of(&eva, &server, &short).await;
    short.get("/users/me").await.expect(200);
    database.execute("update sessions set expires_at = created_at").await;
    short.get("/users/me").await.refused(401, "unauthenticated");
    let bids = format!("/products/{}/bids", Uuid::now_v7());
    let login = json!({"email": eva.email, "password": eva.password});
    for wrong in ["gbt_", "another", ""] {
        let wrong = Script { address: server.address().to_owned(), token: wrong.to_owned() };
        wrong.get("/users/me").await.refused(401, "unauthenticated");
        // Nor a visitor, and no way around the CSRF token.
        for path in ["/products", &*bids] {
            wrong.get(path).await.refused(401, "unauthenticated");
        }
        for path in ["/users/loginuser", "/users/signupuser", "/users/logout"] {
            wrong.send("POST", path, &login).await.refused(401, "unauthenticated");
        }
    }
    assert!(!server.log().contains(&script.token[4..]));
}

async fn all_faults_of_a_token_are_named_at_once(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let table: [(Value, &[&str]); 9] = [
        (json!({}), &["name", "scopes"]),
        (json!({"name": "", "scopes": ["all"]}), &["name", "scopes"]),
        (json!({"name": "x".repeat(101), "scopes": []}), &["name", "scopes"]),
        (
            json!({"scopes": ["bid"], "expires_at": "soon", "max_offer": "x", "currency": "USD"}),
            &["expires_at", "max_offer", "name"],
        ),
        (json!({"name": "n", "scopes": ["bid"], "max_offer": "5"}), &["currency"]),
        (json!({"name": "n", "scopes": ["bid"], "currency": "USD"}), &["max_offer"]),
        (
            json!({"name": "n", "scopes": ["bid"], "max_offer": "0.001", "currency": "USD"}),
            &["max_offer"],
        ),
        (
            json!({"name": "n", "scopes": ["bid"], "max_offer": "5", "currency": "doubloon"}),
            &["currency"],
        ),
        (json!({"name": "n", "scopes": ["bid"], "user_id": "x"}), &["user_id"]),
    ];
    for (body, wanted) in table {
        let answer = eva.post("/users/me/tokens", &body).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), wanted, "{body}");
    }
    let page = eva.get("/users/me/tokens").await.expect(200);
    assert_eq!(page, json!({"items": [], "next_cursor": null}));
}

async fn an_offer_above_the_cap_is_refused(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let token = json!({"name": "n", "scopes": ["bid"], "max_offer": "150.00", "currency": "USD"});
    let script = Script::of(&eva, &server, &token).await;
    let product_id = ana.create_product(&product_with(&json!({"buy_now_price": "200"}))).await;
    let euros = ana.create_product(&product_with(&json!({"currency": "EUR"}))).await;
    let bid = async |product_id: &str, bid: Value| {
        script.send("POST", &format!("/products/{product_id}/bids"), &bid).await
    };
    bid(&product_id, json!({"amount": "150.01"})).await.refused(403, "spending_cap");
    bid(&product_id, json!({"max_amount": "151"})).await.refused(403, "spending_cap");
    bid(&euros, json!({"amount": "100"})).await.refused(403, "spending_cap");
    let buy = script.send("POST", &format!("/products/{product_id}/buy"), &json!({})).await;
    assert_eq!(buy.refused(403, "spending_cap")["judged"], true);
    bid(&product_id, json!({"max_amount": "150"})).await.expect(201);
    // Whoever is logged in has no cap.
    eva.post(&format!("/products/{product_id}/bids"), &json!({"max_amount": "500"}))
        .await
        .expect(201);
    let listed = eva.get("/users/me/tokens").await.expect(200)["items"][0].clone();
    assert_eq!((&listed["max_offer"], &listed["currency"]), (&json!("150.00"), &json!("USD")));
}
