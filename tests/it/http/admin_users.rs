//! What admins do about users, and that nobody else does.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, audited, fields_of, product_with};
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;
use crate::support::socket::Upgrade;

on_both!(
    a_user_is_made_with_a_one_time_password,
    a_suspended_user_is_out_until_he_is_reinstated,
    admins_are_made_and_removed,
    what_an_admin_reads_of_a_user,
    who_acts_for_a_user_does_not_read_his_secrets,
    nobody_but_an_admin_passes,
);

async fn a_user_is_made_with_a_one_time_password(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let body = json!({"user_name": "eva", "email": "eva@example.org"});
    let made = root.post("/admin/users", &body).await.expect(201);
    let mut eva = User::visitor(&server, "eva");
    made["one_time_password"].as_str().unwrap().clone_into(&mut eva.password);
    let login = eva.log_in().await.expect(200);
    assert_eq!(
        (&login["user_id"], &login["must_change_password"]),
        (&made["user_id"], &json!(true))
    );
    eva.elsewhere().log_in().await.refused(401, "invalid_credentials");
    let change = json!({"current_password": eva.password, "new_password": "her own password"});
    eva.post("/users/me/password", &change).await.expect(200);
    eva.elsewhere().log_in().await.refused(401, "invalid_credentials");
    "her own password".clone_into(&mut eva.password);
    for _ in 0..2 {
        let login = eva.elsewhere().log_in().await.expect(200);
        assert_eq!(login["must_change_password"], false);
    }
    // The same for one who is there: his sessions end.
    let path = format!("/admin/users/{}/password", made["user_id"].as_str().unwrap());
    let reset = root.post(&path, &json!({"reason": "She lost it."})).await.expect(200);
    eva.get("/users/me").await.refused(401, "unauthenticated");
    eva = eva.elsewhere();
    reset["one_time_password"].as_str().unwrap().clone_into(&mut eva.password);
    eva.log_in().await.expect(200);
    eva.elsewhere().log_in().await.refused(401, "invalid_credentials");

    let given = json!({"user_name": "bob", "email": "bob@example.org", "password": "12345678"});
    let given = root.post("/admin/users", &given).await.expect(201);
    assert!(given.get("one_time_password").is_none());
    let taken = root.post("/admin/users", &body).await;
    assert_eq!(fields_of(taken, 409, "already_exists"), ["email", "user_name"]);
    let wrong = root.post("/admin/users", &json!({"password": "1"})).await;
    assert_eq!(fields_of(wrong, 422, "validation_failed"), ["email", "password", "user_name"]);
    let page = root.get("/admin/audit").await.expect(200);
    let rows = page["items"].as_array().unwrap().iter();
    let rows: Vec<_> = rows
        .map(|row| (row["action"].as_str().unwrap(), row["user"]["user_name"].as_str().unwrap()))
        .collect();
    let wanted = [("create_user", "bob"), ("reset_password", "eva"), ("create_user", "eva")];
    assert_eq!(rows, wanted);
    assert!(!page.to_string().contains(&eva.password));
}

async fn a_suspended_user_is_out_until_he_is_reinstated(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let ana = User::sign_up(&server, "ana").await;
    let (bob, eva) = (User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(ana.create_product(&product_with(&json!({}))).await);
    }
    let bid = async |who: &User, id: &str, amount: &str| {
        who.place_bid_rest(id, amount, Uuid::new_v4()).await.expect(201);
    };
    for id in &ids[..2] {
        bid(&bob, id, "100").await;
        bid(&eva, id, "150").await;
    }
    let mut socket = eva.subscribe(&ids[0]).await;
    let suspend = format!("/admin/users/{}/suspend", eva.id);
    let only = root.post(&suspend, &json!({"reason": "Fraud."})).await.expect(200);
    assert_eq!((&only["voided"], &only["open_auctions"]), (&json!(0), &json!(ids[..2])));
    let order = json!({"reason": "Fraud.", "void_open": true});
    let done = root.post(&suspend, &order).await.expect(200);
    assert_eq!((&done["voided"], &done["not_voided"]), (&json!(2), &json!(0)));
    assert_eq!(done["open_auctions"], json!([]), "nothing of hers stands any more");
    assert_eq!(socket.closed().await.code, Some(4401));
    eva.get("/users/me").await.refused(403, "suspended");
    eva.place_bid_rest(&ids[2], "100", Uuid::new_v4()).await.refused(403, "suspended");
    for id in &ids[..2] {
        let view = ana.product(id).await;
        assert_eq!((&view["leader"], &view["current_price"]), (&json!("bob"), &json!("100.00")));
    }
    let again = root.post(&suspend, &order).await.expect(200);
    assert_eq!((&again["suspended_at"], &again["voided"]), (&done["suspended_at"], &json!(0)));
    let found = root.get("/admin/users?q=eva@").await.expect(200);
    assert_eq!(found["items"][0]["suspended_at"], done["suspended_at"]);

    let path = format!("/admin/users/{}/reinstate", eva.id);
    let row = root.post(&path, &json!({"reason": "A mistake."})).await.expect(200);
    assert_eq!((&row["user_name"], &row["suspended_at"]), (&json!("eva"), &Value::Null));
    bid(&eva, &ids[2], "100").await;
    let actions: Vec<_> = root.get("/admin/audit").await.expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        actions,
        ["reinstate", "suspend", "void_bidder", "void_bidder", "suspend", "suspend"]
    );
    let lacking = root.post(&suspend, &json!({})).await;
    assert_eq!(fields_of(lacking, 422, "validation_failed"), ["reason"]);
}

async fn admins_are_made_and_removed(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let eva = User::sign_up(&server, "eva").await;
    let path = |user: &User, order: &str| format!("/admin/users/{}/{order}", user.id);
    let reason = json!({"reason": "She helps."});
    eva.get("/admin/users").await.refused(403, "forbidden");
    let row = root.post(&path(&eva, "make-admin"), &reason).await.expect(200);
    assert_eq!(row["is_admin"], true);
    eva.get("/admin/users").await.expect(200);
    for order in ["remove-admin", "suspend", "password"] {
        let refused = root.post(&path(&root, order), &reason).await.refused(403, "forbidden");
        assert!(refused["detail"].as_str().unwrap().contains("himself"), "{refused}");
    }
    // A token that may do less would make itself one that may do everything.
    let token = json!({"name": "more", "scopes": ["read", "bid", "sell", "admin"]});
    root.post(&path(&root, "tokens"), &token).await.refused(403, "forbidden");
    let row = eva.post(&path(&root, "remove-admin"), &reason).await.expect(200);
    assert_eq!(row["is_admin"], false);
    root.get("/admin/users").await.refused(403, "forbidden");
    let wanted = [("remove_admin", "She helps."), ("make_admin", "She helps.")];
    let wanted = wanted.map(|(action, detail)| (action.to_owned(), detail.to_owned()));
    assert_eq!(audited(&eva).await, wanted);
}

async fn what_an_admin_reads_of_a_user(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let ana = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let terms = json!({"buy_now_price": "900", "reserve_price": "200"});
    let product_id = ana.create_product(&product_with(&terms)).await;
    let bid = json!({"max_amount": "152.37"});
    eva.post(&format!("/products/{product_id}/bids"), &bid).await.expect(201);
    let bids = format!("/admin/users/{}/bids", eva.id);
    let page = root.get(&bids).await.expect(200);
    assert_eq!(page["items"][0]["my_status"], "leading");
    assert_eq!(page["items"][0]["product"]["product_id"], json!(product_id));
    assert!(!page.to_string().contains("152.37"), "a maximum is its owner's: {page}");
    eva.post(&format!("/products/{product_id}/buy"), &json!({})).await.expect(201);
    let page = root.get(&bids).await.expect(200);
    assert_eq!(
        (&page["items"][0]["my_status"], &page["items"][0]["amount"]),
        (&json!("won"), &json!("900.00"))
    );

    let sessions = root.get(&format!("/admin/users/{}/sessions", eva.id)).await.expect(200);
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
    assert_eq!(sessions["items"][0]["current"], false);
    let token = json!({"name": "shop", "scopes": ["read"]});
    let made = root.post(&format!("/admin/users/{}/tokens", eva.id), &token).await.expect(201);
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let me = Request::new("GET", "/api/v1/users/me").header("Authorization", &bearer);
    assert_eq!(me.send(server.address()).await.unwrap().expect(200)["user_name"], "eva");
    let own = eva.get("/users/me/tokens").await.expect(200);
    assert_eq!(own["items"][0]["token_id"], made["token_id"]);

    let rows = root.get("/admin/audit").await.expect(200);
    let actions: Vec<_> =
        rows["items"].as_array().unwrap().iter().map(|row| row["action"].clone()).collect();
    assert_eq!(actions, ["create_token", "read_sessions", "read_bids", "read_bids"]);
    for path in ["sessions", "bids"] {
        let nobody = format!("/admin/users/{}/{path}", Uuid::now_v7());
        root.get(&nobody).await.refused(404, "not_found");
    }
    let users = root.get("/admin/users?limit=2").await.expect(200);
    let names: Vec<_> =
        users["items"].as_array().unwrap().iter().map(|it| it["user_name"].clone()).collect();
    assert_eq!(names, ["eva", "ana"]);
    let cursor = users["next_cursor"].as_str().unwrap();
    let rest = root.get(&format!("/admin/users?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(rest["items"][0]["user_name"], "root");
}

async fn who_acts_for_a_user_does_not_read_his_secrets(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let ana = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let terms = json!({"reserve_price": "912.34", "reference": "lamp"});
    let sold = eva.create_product(&product_with(&terms)).await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let path = format!("/products/{product_id}");
    let bid = json!({"max_amount": "152.37"});
    eva.post(&format!("{path}/bids"), &bid).await.expect(201);
    eva.send(Request::new("PUT", &format!("/api/v1/users/me/watchlist/{product_id}")))
        .await
        .expect(200);

    let tokens = format!("/admin/users/{}/tokens", eva.id);
    let wanted = json!({"name": "shop", "scopes": ["read", "admin"]});
    let refused = root.post(&tokens, &wanted).await;
    assert_eq!(fields_of(refused, 422, "validation_failed"), ["scopes"]);
    let wanted = json!({"name": "shop", "scopes": ["read", "bid", "sell"]});
    let made = root.post(&tokens, &wanted).await.expect(201);
    assert_eq!(made["scopes"], json!(["bid", "read", "sell"]));
    let own = eva.get("/users/me/tokens").await.expect(200);
    assert_eq!(own["items"][0]["scopes"], made["scopes"]);
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let send = async |method: &str, path: &str, body: &Value| {
        let request = Request::new(method, &format!("/api/v1{path}"));
        let request = request.header("Authorization", &bearer);
        let request = if body.is_null() { request } else { request.json(body) };
        request.send(server.address()).await.unwrap()
    };
    let edit = json!({"description": "Another description."});
    let table = [
        ("GET", "/users/me/bids", &Value::Null),
        ("GET", "/users/me/watchlist", &Value::Null),
        ("GET", "/users/me/products", &Value::Null),
        ("GET", &*path, &Value::Null),
        ("GET", &*format!("/products/{sold}"), &Value::Null),
        ("PATCH", &*format!("/products/{sold}"), &edit),
    ];
    for (method, path, body) in table {
        let shown = send(method, path, body).await.expect(200).to_string();
        for secret in ["152.37", "912.34"] {
            assert!(!shown.contains(secret), "{method} {path}: {shown}");
        }
    }
    let bids = send("GET", "/users/me/bids", &Value::Null).await.expect(200);
    assert_eq!(bids["items"][0]["my_status"], "leading");
    let feed = format!("/api/v1/products/ws/subscribe/{product_id}");
    let upgrade = Upgrade::at(server.address(), &feed).header("Authorization", &bearer);
    let (mut socket, _) = upgrade.ask().await.unwrap();
    assert_eq!(socket.next_frame().await["type"], "snapshot");
    socket.send(&json!({"type": "ping", "n": 1})).await.unwrap();
    assert_eq!(socket.next_frame().await["type"], "pong", "not how she stands");
    // He acts, all the same.
    let body = json!({"max_amount": "200"});
    send("POST", &format!("{path}/bids"), &body).await.expect(201);
    let bids = eva.get("/users/me/bids").await.expect(200);
    assert_eq!(bids["items"][0]["max_amount"], "200.00");
}

async fn nobody_but_an_admin_passes(database: Database) {
    let server = Server::start(&database).await;
    let root = admin(&server, &database).await;
    let eva = User::sign_up(&server, "eva").await;
    let visitor = User::visitor(&server, "visitor");
    let unknown = Uuid::now_v7();
    let orders = ["suspend", "reinstate", "make-admin", "remove-admin", "password", "tokens"];
    for order in orders {
        let path = format!("/admin/users/{}/{order}", eva.id);
        let body = json!({"reason": "x"});
        visitor.post(&path, &body).await.refused(401, "unauthenticated");
        eva.post(&path, &body).await.refused(403, "forbidden");
        let nobody = format!("/admin/users/{unknown}/{order}");
        let token = json!({"name": "n", "scopes": ["read"]});
        let body = if order == "tokens" { token } else { body };
        root.post(&nobody, &body).await.refused(404, "not_found");
        root.post("/admin/users/1/suspend", &body).await.refused(400, "malformed_id");
    }
    for path in ["/admin/users".to_owned(), format!("/admin/users/{}/bids", root.id)] {
        visitor.get(&path).await.refused(401, "unauthenticated");
        eva.get(&path).await.refused(403, "forbidden");
    }
    eva.post("/admin/users", &json!({})).await.refused(403, "forbidden");
    assert_eq!(audited(&root).await, []);
    eva.get("/users/me").await.expect(200);
}
