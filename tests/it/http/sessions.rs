//! Sessions: where they begin, how they end, and that they stay ended.

use std::time::Duration;

use serde_json::json;

use super::send;
use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::{Server, Setup};
use crate::support::wait::{PATIENCE, eventually};

on_both!(
    a_login_gives_a_new_id_and_ends_the_old_one,
    a_logout_ends_the_session_for_good,
    a_session_ends_when_idle_unless_it_is_remembered,
    a_session_lasts_thirty_days_and_no_longer,
    a_visitor_costs_no_write,
    a_request_in_flight_does_not_bring_a_session_back,
    a_session_is_known_to_every_server,
    sessions_that_have_expired_are_swept_up,
);

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

async fn a_login_gives_a_new_id_and_ends_the_old_one(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let first = eva.cookies().unwrap();
    eva.log_in().await.expect(200);
    let second = eva.cookies().unwrap();
    assert_ne!(first, second);
    let with = |cookies: &str| {
        let request = Request::new("GET", "/api/v1/users/me").header("Cookie", cookies);
        let server = server.address().to_owned();
        async move { request.send(&server).await.unwrap() }
    };
    with(&first).await.refused(401, "unauthenticated");
    with(&second).await.expect(200);
    assert_eq!(database.number("select count(*) from sessions").await, 1);
    // The cookie's value is in no column.
    let value = second.split("gobid_session=").nth(1).unwrap().split(';').next().unwrap();
    let data = format!("select count(*) from sessions where data like '%{value}%'");
    assert_eq!(database.number(&data).await, 0);
}

async fn a_logout_ends_the_session_for_good(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let cookies = eva.cookies().unwrap();
    let answer = eva.log_out().await;
    let removal = answer.header("Set-Cookie").unwrap().to_owned();
    assert!(removal.starts_with("gobid_session=;") && removal.contains("Max-Age=0"), "{removal}");
    answer.expect(200);
    let stale = Request::new("GET", "/api/v1/users/me").header("Cookie", &cookies);
    stale.send(server.address()).await.unwrap().refused(401, "unauthenticated");
    eva.log_out().await.refused(401, "unauthenticated");
    assert_eq!(database.number("select count(*) from sessions").await, 0);
}

async fn a_session_ends_when_idle_unless_it_is_remembered(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let remembered = eva.elsewhere();
    let body = json!({"email": eva.email, "password": eva.password, "remember": true});
    send(&remembered, "POST", "/users/loginuser", &body).await.expect(200);

    let idle = DAY - 60_000_000;
    database.execute(&format!("update sessions set last_seen_at = last_seen_at - {idle}")).await;
    eva.get("/users/me").await.expect(200);
    remembered.get("/users/me").await.expect(200);
    // That was use, and noted.
    let noted = format!("select count(*) from sessions where last_seen_at > created_at - {idle}");
    eventually("the notes", PATIENCE, async || (database.number(&noted).await == 2).then_some(()))
        .await;

    database.execute(&format!("update sessions set last_seen_at = last_seen_at - {DAY}")).await;
    eva.get("/users/me").await.refused(401, "unauthenticated");
    remembered.get("/users/me").await.expect(200);
}

async fn a_session_lasts_thirty_days_and_no_longer(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::visitor(&server, "eva");
    let body = json!({"user_name": "eva", "email": eva.email, "password": eva.password});
    send(&eva, "POST", "/users/signupuser", &body).await.expect(201);
    let body = json!({"email": eva.email, "password": eva.password, "remember": true});
    let answer = send(&eva, "POST", "/users/loginuser", &body).await;
    let cookie = answer.header("Set-Cookie").unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "over plain http clients would not send it: {cookie}");
    let lasts = format!("select count(*) from sessions where expires_at = created_at + 30 * {DAY}");
    assert_eq!(database.number(&lasts).await, 1);
    database.execute("update sessions set expires_at = created_at").await;
    eva.get("/users/me").await.refused(401, "unauthenticated");
}

async fn a_visitor_costs_no_write(database: Database) {
    let server = Server::start(&database).await;
    let visitor = User::visitor(&server, "visitor");
    let token = visitor.get("/csrftoken").await;
    let cookie = token.header("Set-Cookie").unwrap().to_owned();
    assert!(cookie.starts_with("gobid_anonymous=") && cookie.contains("HttpOnly"), "{cookie}");
    let again = visitor.get("/csrftoken").await;
    assert_eq!(again.header("Set-Cookie"), None);
    assert_eq!(again.body, token.body);
    // A session that never was is looked up, and its cookie taken back; nothing is written.
    let forged = Request::new("GET", "/api/v1/csrftoken")
        .header("Cookie", "gobid_session=AAAAAAAAAAAAAAAAAAAAAA");
    let answer = forged.send(server.address()).await.unwrap();
    let cookies: Vec<_> = answer.all_headers("Set-Cookie").collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("gobid_session=;")), "{cookies:?}");
    assert!(cookies.iter().any(|cookie| cookie.starts_with("gobid_anonymous=")), "{cookies:?}");
    assert_eq!(database.number("select count(*) from sessions").await, 0);
}

async fn a_request_in_flight_does_not_bring_a_session_back(database: Database) {
    let server = Server::start(&database).await;
    for round in 0..5 {
        let eva = User::sign_up(&server, &format!("eva-{round}")).await;
        let others: Vec<_> = (0..8)
            .map(|_| {
                let eva = eva.clone();
                tokio::spawn(async move {
                    eva.get("/users/me").await;
                    send(&eva, "POST", "/products/", &product(Duration::from_mins(1))).await;
                })
            })
            .collect();
        eva.log_out().await.expect(200);
        for other in others {
            other.await.unwrap();
        }
        assert_eq!(database.number("select count(*) from sessions").await, 0, "round {round}");
    }
}

async fn sessions_that_have_expired_are_swept_up(database: Database) {
    let mut server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    database.execute("update sessions set expires_at = created_at").await;
    eva.elsewhere().log_in().await.expect(200);
    server.terminate().await;
    // It sweeps when it starts, and then each minute.
    server.start_again().await;
    eventually("the sweep", PATIENCE, async || {
        (database.number("select count(*) from sessions").await == 1).then_some(())
    })
    .await;
}

async fn a_session_is_known_to_every_server(database: Database) {
    let first = Server::start(&database).await;
    let second = Setup::on(database.url()).start().await;
    let eva = User::sign_up(&first, "eva").await;
    // Session, token and CSRF key are the installation's, not a server's.
    let product_id = eva.at(&second).create_product(&product(Duration::from_mins(1))).await;
    eva.product(&product_id).await;
    eva.at(&second).log_out().await.expect(200);
    eva.get("/users/me").await.refused(401, "unauthenticated");
}
