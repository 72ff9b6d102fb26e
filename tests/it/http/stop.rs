//! How a server stops, and how it goes on when its database does.

use std::time::Duration;

use serde_json::json;

use super::send;
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database, on_both};
use crate::support::http::Request;
use crate::support::postgres::Cluster;
use crate::support::server::{Server, Setup};
use crate::support::wait::{PATIENCE, eventually, soon};

on_both!(a_stop_drains_and_ends_well, a_second_signal_ends_at_once);

const MINUTE: Duration = Duration::from_mins(1);

async fn a_stop_drains_and_ends_well(database: Database) {
    let mut server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&product(MINUTE)).await;
    let mut socket = ana.subscribe(&product_id).await;
    let status = soon("the stop", Duration::from_secs(10), server.terminate()).await;
    assert!(status.success(), "{status}");
    assert_eq!(socket.closed().await.code, Some(1001));
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}

/// The socket that nobody reads would be waited for, for a while.
async fn a_second_signal_ends_at_once(database: Database) {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut server = Server::start(&database).await;
        let ana = User::sign_up(&server, &format!("ana-{code}")).await;
        let product_id = ana.create_product(&product(MINUTE)).await;
        let _socket = ana.subscribe(&product_id).await;
        server.signal("TERM");
        eventually("the beginning of the stop", PATIENCE, async || {
            server.log().contains("the server stops").then_some(())
        })
        .await;
        server.signal(signal);
        assert_eq!(server.ended().await.code(), Some(code));
    }
}

#[tokio::test]
async fn a_server_that_drains_is_not_ready_and_takes_no_writes() {
    let database = Database::new(Backend::Postgres).await;
    let mut server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    // A write that cannot end holds the stop up.
    let mut lock = database.postgres().begin().await.unwrap();
    sqlx::query("lock table users in access exclusive mode").execute(&mut *lock).await.unwrap();
    let (bob, address) = (User::visitor(&server, "bob"), server.address().to_owned());
    let signing_up = tokio::spawn(async move {
        let body = json!({"user_name": "bob", "email": bob.email, "password": bob.password});
        send(&bob, "POST", "/users/signupuser", &body).await
    });
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
                   and query like 'insert into users%'";
    eventually("the write that waits", PATIENCE, async || {
        (database.number(waiting).await == 1).then_some(())
    })
    .await;
    server.signal("TERM");
    let get = |path: &str| {
        let (request, address) = (Request::new("GET", path), address.clone());
        async move { request.send(&address).await.unwrap() }
    };
    let unready = eventually("a server that is not ready", PATIENCE, async || {
        let answer = get("/ready").await;
        (answer.status != 200).then_some(answer)
    })
    .await;
    unready.refused(503, "unavailable");
    get("/health").await.expect(200);
    send(&ana, "POST", "/products/", &product(MINUTE)).await.refused(503, "unavailable");
    lock.rollback().await.unwrap();
    signing_up.await.unwrap().expect(201);
    assert!(server.ended().await.success());
}

#[tokio::test]
async fn a_stop_takes_no_longer_than_it_may() {
    let database = Database::new(Backend::Postgres).await;
    let setup = Setup::on(database.url()).args(&["--shutdown-timeout", "1s"]);
    let mut server = setup.start().await;
    let mut lock = database.postgres().begin().await.unwrap();
    sqlx::query("lock table users in access exclusive mode").execute(&mut *lock).await.unwrap();
    let bob = User::visitor(&server, "bob");
    let body = json!({"user_name": "bob", "email": bob.email, "password": bob.password});
    bob.get("/csrftoken").await.expect(200);
    let request = Request::new("POST", "/api/v1/users/signupuser").json(&body);
    let signing_up = tokio::spawn(async move { bob.try_send(request).await });
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
                   and query like 'insert into users%'";
    eventually("the write that waits", PATIENCE, async || {
        (database.number(waiting).await == 1).then_some(())
    })
    .await;
    let status = soon("the end", Duration::from_secs(5), server.terminate()).await;
    assert_eq!(status.code(), Some(1));
    assert!(server.log().contains("some work was not done in time"), "{}", server.log());
    assert!(signing_up.await.unwrap().is_err(), "an answer without an end");
}

#[tokio::test]
async fn a_server_outlives_its_database() {
    let database = Database::in_cluster(Cluster::private().await).await;
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    database.cluster().stop().await;
    let ready = Request::new("GET", "/ready").send(server.address()).await.unwrap();
    ready.refused(503, "unavailable");
    for path in ["/users/me", "/products"] {
        let answer = ana.get(path).await;
        assert_eq!(answer.header("Retry-After"), Some("1"));
        answer.refused(503, "unavailable");
    }
    let health = Request::new("GET", "/health").send(server.address()).await.unwrap();
    health.expect(200);
    database.cluster().start().await;
    eventually("a server that is ready again", PATIENCE, async || {
        let ready = Request::new("GET", "/ready").send(server.address()).await.unwrap();
        (ready.status == 200).then_some(())
    })
    .await;
    ana.get("/users/me").await.expect(200);
    ana.create_product(&product(MINUTE)).await;
}
