//! Rate limits, by the names of the settings.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::send;
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::http::{Answer, Request};
use crate::support::server::{Server, Setup};

/// A server with one limit of one a minute, and so four at once, and without the others.
async fn server(database: &Database, limit: &str, more: &[&str]) -> Server {
    let limit = format!("--rate-limit-{limit}=1/m");
    Setup::on(database.url()).args(&[&limit]).args(more).start().await
}

#[tokio::test]
async fn logins_are_limited_by_account_and_by_address() {
    let database = Database::new(Backend::Sqlite).await;
    let trusting = ["--trusted-proxies", "127.0.0.0/8"];
    let server = server(&database, "login", &trusting).await;
    let visitor = User::visitor(&server, "visitor");
    let log_in = |email: &str, address: &str| {
        let body = json!({"email": email, "password": "the wrong one"});
        let request = Request::new("POST", "/api/v1/users/loginuser").json(&body);
        let request = request.header("X-Forwarded-For", address);
        let visitor = visitor.clone();
        async move { visitor.send(request).await }
    };
    for turn in 0..4 {
        let address = format!("198.51.100.{turn}");
        log_in("eva@example.org", &address).await.refused(401, "invalid_credentials");
    }
    is_limited(&log_in(" EVA@example.org", "198.51.100.9").await, "login");
    log_in("bob@example.org", "198.51.100.9").await.refused(401, "invalid_credentials");

    for turn in 0..4 {
        let email = format!("user{turn}@example.org");
        log_in(&email, "203.0.113.1").await.refused(401, "invalid_credentials");
    }
    is_limited(&log_in("fresh@example.org", "203.0.113.1").await, "login");
    // Whoever has an IPv6 network is one address.
    for turn in 0..4 {
        let (email, address) = (format!("six{turn}@example.org"), format!("2001:db8::{turn}"));
        log_in(&email, &address).await.refused(401, "invalid_credentials");
    }
    is_limited(&log_in("seven@example.org", "2001:db8::ffff:1").await, "login");
}

#[tokio::test]
async fn sign_ups_are_limited_by_address() {
    let database = Database::new(Backend::Sqlite).await;
    let server = server(&database, "signup", &[]).await;
    let visitor = User::visitor(&server, "visitor");
    for _ in 0..4 {
        send(&visitor, "POST", "/users/signupuser", &json!({}))
            .await
            .refused(422, "validation_failed");
    }
    // What somebody who is no proxy says of where he is does not count.
    let request = Request::new("POST", "/api/v1/users/signupuser").json(&json!({}));
    let answer = visitor.send(request.header("X-Forwarded-For", "198.51.100.1")).await;
    is_limited(&answer, "signup");
    let warnings = server.log().lines().filter(|line| line.contains("--trusted-proxies")).count();
    assert_eq!(warnings, 1, "{}", server.log());
}

#[tokio::test]
async fn strangers_are_limited_by_address_and_whoever_is_logged_in_is_not_one_of_them() {
    let database = Database::new(Backend::Sqlite).await;
    let server = server(&database, "address", &["--trusted-proxies", "127.0.0.1"]).await;
    let get = |user: &User, address: &str| {
        let request = Request::new("GET", "/api/v1/users/me").header("X-Forwarded-For", address);
        let user = user.clone();
        async move { user.send(request).await }
    };
    // Three requests: token, sign-up, login; the fourth notes that the session is alive.
    let eva = User::sign_up(&server, "eva").await;
    eva.get("/users/me").await.expect(200);
    let visitor = User::visitor(&server, "visitor");
    is_limited(&get(&visitor, "127.0.0.1").await, "address");
    for _ in 0..4 {
        get(&eva, "127.0.0.1").await.expect(200);
    }
    is_limited(&get(&eva, "198.51.100.1").await, "address");
    for _ in 0..4 {
        get(&visitor, "198.51.100.1").await.refused(401, "unauthenticated");
    }
    is_limited(&get(&visitor, "198.51.100.1").await, "address");
    // Sessions that never were are no way around it.
    let forged = Request::new("GET", "/api/v1/users/me")
        .header("X-Forwarded-For", "198.51.100.1")
        .header("Cookie", "gobid_session=AAAAAAAAAAAAAAAAAAAAAA");
    is_limited(&forged.send(server.address()).await.unwrap(), "address");
    // Nor is what no token can be.
    let malformed = Request::new("GET", "/api/v1/products")
        .header("X-Forwarded-For", "203.0.113.1")
        .header("Authorization", "Bearer nonsense");
    for _ in 0..4 {
        malformed.send(server.address()).await.unwrap().refused(401, "unauthenticated");
    }
    is_limited(&malformed.send(server.address()).await.unwrap(), "address");
    // Whether the server is well can always be asked.
    for _ in 0..6 {
        let ready = Request::new("GET", "/ready").send(server.address()).await.unwrap();
        ready.expect(200);
    }
}

#[tokio::test]
async fn writes_and_bids_of_a_user_are_limited() {
    let database = Database::new(Backend::Sqlite).await;
    let of_user = server(&database, "user", &[]).await;
    let ana = User::sign_up(&of_user, "ana").await;
    for _ in 0..4 {
        ana.create_product(&product(Duration::from_mins(2))).await;
    }
    is_limited(&send(&ana, "POST", "/products/", &json!({})).await, "user");
    ana.get("/users/me").await.expect(200);
    let bob = User::sign_up(&of_user, "bob").await;
    bob.create_product(&product(Duration::from_mins(2))).await;
    drop(of_user);

    let of_bids = server(&database, "bids", &[]).await;
    let (ana, bob) = (ana.at(&of_bids), bob.at(&of_bids));
    let ids = [
        ana.create_product(&product(Duration::from_mins(2))).await,
        ana.create_product(&product(Duration::from_mins(2))).await,
    ];
    for _ in 0..4 {
        bob.place_bid_rest(&ids[0], "1.00", Uuid::new_v4()).await.refused(409, "bid_too_low");
    }
    let key = Uuid::new_v4();
    let answer = bob.place_bid_rest(&ids[0], "100.00", key).await;
    is_limited(&answer, "bids");
    assert_eq!(answer.body["judged"], false);
    assert_eq!(answer.body["idempotency_key"], key.to_string());
    assert!(answer.body["received_at"].is_string());
    bob.place_bid_rest(&ids[1], "100.00", Uuid::new_v4()).await.expect(201);
}

#[track_caller]
fn is_limited(answer: &Answer, policy: &str) {
    let wait: u64 = answer.header("Retry-After").map_or(0, |wait| wait.parse().unwrap());
    assert!((1..=60).contains(&wait), "{answer:?}");
    let limit = format!("\"{policy}\";r=0;t={wait}");
    assert_eq!(answer.header("RateLimit"), Some(limit.as_str()));
    let limit = format!("\"{policy}\";q=4;w=240");
    assert_eq!(answer.header("RateLimit-Policy"), Some(limit.as_str()));
    let body = answer.clone().refused(429, "rate_limited");
    assert!(body["detail"].as_str().unwrap().contains(policy), "{body}");
}
