//! Connections that are slow, silent or cut.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::send;
use crate::support::actors::{User, from_now, product};
use crate::support::database::{Backend, Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;
use crate::support::wait::{PATIENCE, eventually, soon};

on_both!(requests_that_are_dropped_leave_nothing_half_done);

#[tokio::test]
async fn a_connection_that_says_nothing_or_half_is_closed() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let beginnings = [
        "",
        "GET /health HTTP/1.1\r\n",
        "GET /health HTTP/1.1\r\nHost: x\r\nX-Half: ",
        // An answer, and then nothing more.
        "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    ];
    let mut waiting = JoinSet::new();
    for beginning in beginnings {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        waiting.spawn(async move {
            let mut answer = Vec::new();
            // An end, in order or not; but an end.
            let _ = stream.read_to_end(&mut answer).await;
        });
    }
    soon("the ends of all connections", PATIENCE, waiting.join_all()).await;
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let visitor = User::visitor(&server, "visitor");
    let token = visitor.get("/csrftoken").await.expect(200)["csrf_token"].clone();
    let head = format!(
        "POST /api/v1/users/loginuser HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nX-CSRF-Token: {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"email\":",
        visitor.cookies().unwrap(),
        token.as_str().unwrap(),
    );
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = soon("an answer", PATIENCE, stream.read(&mut answer)).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("request_timeout"), "{answer}");
}

/// A request that writes is finished though its sender has gone: else the connection to the
/// database would go back to the pool with a transaction open, and swallow what others write.
async fn requests_that_are_dropped_leave_nothing_half_done(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let token = ana.get("/csrftoken").await.expect(200)["csrf_token"].clone();
    let mut storm = JoinSet::new();
    for number in 0..200_u64 {
        let mut body = product(Duration::from_mins(2));
        body["product_name"] = format!("dropped {number}").into();
        body["auction_end"] = from_now(Duration::from_mins(2)).into();
        let body = body.to_string();
        let request = format!(
            "POST /api/v1/products/ HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nX-CSRF-Token: {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            ana.cookies().unwrap(),
            token.as_str().unwrap(),
            body.len(),
        );
        let address = server.address().to_owned();
        storm.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            // Some sooner, some later in the work of their request.
            let _ =
                tokio::time::timeout(Duration::from_micros(number * 100), stream.read(&mut [0]))
                    .await;
        });
    }
    storm.join_all().await;

    let mut plain = Vec::new();
    for _ in 0..40 {
        plain.push(ana.create_product(&product(Duration::from_mins(2))).await);
    }
    for product_id in &plain {
        ana.product(product_id).await;
    }
    let made = "select count(*) from products where product_name not like 'dropped%'";
    assert_eq!(database.number(made).await, 40);
    // Each that was dropped was made whole or not at all.
    eventually("the rest of the storm", PATIENCE, async || {
        let products = database.number("select count(*) from products").await;
        (products == database.number("select count(*) from auction_log").await).then_some(())
    })
    .await;
    send(&ana, "POST", "/users/logout", &json!({})).await.expect(200);
    let me = Request::new("GET", "/api/v1/users/me").send(server.address()).await.unwrap();
    me.refused(401, "unauthenticated");
}
