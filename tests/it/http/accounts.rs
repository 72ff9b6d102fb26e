//! A user's password and his sessions.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{fields_of, send};
use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::{Server, Setup};

on_both!(
    a_new_password_ends_all_other_sessions,
    a_password_is_changed_by_whoever_knows_it,
    sessions_are_seen_and_ended,
    a_closed_registration_takes_nobody_in,
);

async fn a_new_password_ends_all_other_sessions(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&product(Duration::from_hours(1))).await;
    let eva = User::sign_up(&server, "eva").await;
    let elsewhere = eva.elsewhere();
    elsewhere.log_in().await.expect(200);
    let mut own = eva.subscribe(&product_id).await;
    let mut other = elsewhere.subscribe(&product_id).await;
    let token = json!({"name": "n", "scopes": ["read"]});
    let token = eva.post("/users/me/tokens", &token).await.expect(201)["token"].clone();
    let before = eva.cookies().unwrap();

    let change = json!({"current_password": eva.password, "new_password": "another password"});
    let changed = eva.post("/users/me/password", &change).await.expect(200);
    assert!(changed["csrf_token"].is_string());
    assert_ne!(eva.cookies().unwrap(), before);
    // Who is told of the new cookie is not told before that his session is over.
    own.taken_in().await;
    for socket in [&mut own, &mut other] {
        assert_eq!(socket.closed().await.code, Some(4401));
    }
    elsewhere.get("/users/me").await.refused(401, "unauthenticated");
    let stale = Request::new("GET", "/api/v1/users/me").header("Cookie", &before);
    stale.send(server.address()).await.unwrap().refused(401, "unauthenticated");
    // The session goes on under its new id, and with its new token.
    eva.create_product(&product(Duration::from_hours(1))).await;
    eva.elsewhere().log_in().await.refused(401, "invalid_credentials");
    let mut renewed = eva.elsewhere();
    "another password".clone_into(&mut renewed.password);
    renewed.log_in().await.expect(200);
    // Tokens are revoked one by one.
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let script = Request::new("GET", "/api/v1/users/me").header("Authorization", &bearer);
    script.send(server.address()).await.unwrap().expect(200);
}

async fn a_password_is_changed_by_whoever_knows_it(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let right = eva.password.clone();
    let table: [(Value, &[&str]); 5] = [
        (json!({}), &["current_password", "new_password"]),
        (
            json!({"current_password": "wrong wrong", "new_password": "short"}),
            &["current_password", "new_password"],
        ),
        (
            json!({"current_password": "wrong wrong", "new_password": "long enough"}),
            &["current_password"],
        ),
        (json!({"current_password": right, "new_password": "short"}), &["new_password"]),
        (json!({"current_password": right, "new_password": right}), &["new_password"]),
    ];
    for (body, wanted) in table {
        let answer = eva.post("/users/me/password", &body).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), wanted, "{body}");
    }
    eva.get("/users/me").await.expect(200);
    let visitor = User::visitor(&server, "visitor");
    visitor.post("/users/me/password", &json!({})).await.refused(401, "unauthenticated");
    eva.elsewhere().log_in().await.expect(200);
}

async fn sessions_are_seen_and_ended(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&product(Duration::from_hours(1))).await;
    let eva = User::sign_up(&server, "eva").await;
    let phone = eva.elsewhere();
    let login = json!({"email": eva.email, "password": eva.password, "remember": true});
    let request = Request::new("POST", "/api/v1/users/loginuser").json(&login);
    phone.send(request.header("User-Agent", "a phone\t7")).await.expect(200);
    let mut socket = phone.subscribe(&product_id).await;
    socket.taken_in().await;

    let page = eva.get("/users/me/sessions").await.expect(200);
    let [other, own] = page["items"].as_array().unwrap().as_slice() else { panic!("{page}") };
    assert_eq!((&own["current"], &other["current"]), (&json!(true), &json!(false)));
    assert_eq!((&own["device"], &other["device"]), (&Value::Null, &json!("a phone7")));
    assert_eq!((&own["remember"], &other["remember"]), (&json!(false), &json!(true)));
    assert_eq!((&own["address"], &other["address"]), (&json!("127.0.0.1"), &json!("127.0.0.1")));
    assert_eq!(own["sockets"], json!([]));
    let [open] = other["sockets"].as_array().unwrap().as_slice() else { panic!("{other}") };
    assert_eq!((&open["product_id"], &open["address"]), (&json!(product_id), &json!("127.0.0.1")));
    assert!(open["since"].as_str() > other["since"].as_str(), "{other}");
    let first = eva.get("/users/me/sessions?limit=1").await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = eva.get(&format!("/users/me/sessions?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!((&second["items"][0], &second["next_cursor"]), (own, &Value::Null));

    let end = |id: &str| Request::new("DELETE", &format!("/api/v1/users/me/sessions/{id}"));
    let other_id = other["session_id"].as_str().unwrap();
    ana.send(end(other_id)).await.refused(404, "not_found");
    eva.send(end(&Uuid::now_v7().to_string())).await.refused(404, "not_found");
    eva.send(end("1")).await.refused(400, "malformed_id");
    eva.send(end(other_id)).await.expect(200);
    assert_eq!(socket.closed().await.code, Some(4401));
    phone.get("/users/me").await.refused(401, "unauthenticated");
    eva.send(end(own["session_id"].as_str().unwrap())).await.expect(200);
    eva.get("/users/me/sessions").await.refused(401, "unauthenticated");
}

async fn a_closed_registration_takes_nobody_in(database: Database) {
    let setup = Setup::on(database.url()).args(&["--registration", "closed"]);
    let server = setup.start().await;
    let eva = User::visitor(&server, "eva");
    let body = json!({"user_name": "eva", "email": eva.email, "password": eva.password});
    let refused = send(&eva, "POST", "/users/signupuser", &body).await;
    refused.refused(403, "registration_closed");
    assert_eq!(database.number("select count(*) from users").await, 0);
}
