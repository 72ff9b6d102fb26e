//! A logout ends the session's sockets, and no bid of the session counts any more.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, put_up};
use crate::support::actors::{API, User};
use crate::support::database::{Backend, Database, on_both};
use crate::support::hold::Hold;
use crate::support::http::{Answer, Request};
use crate::support::server::Server;
use crate::support::socket::{Socket, Upgrade};
use crate::support::wait::soon;

on_both!(a_logout_ends_its_sockets_and_no_others);

/// How long another server may take to notice.
const NOTICED: Duration = Duration::from_secs(10);

/// What a session leaves behind: its cookie, and the token that goes with it.
struct Remains {
    cookies: String,
    csrf_token: String,
}

impl Remains {
    /// Logs in anew.
    async fn of(user: &User) -> Self {
        let answer = user.log_in().await;
        let cookies = user.cookies().unwrap();
        let csrf_token = answer.expect(200)["csrf_token"].as_str().unwrap().to_owned();
        Self { cookies, csrf_token }
    }

    async fn place_bid(&self, server: &Server, product_id: &str) -> Answer {
        let request = Request::new("POST", &format!("{API}/products/{product_id}/bids"))
            .header("Cookie", &self.cookies)
            .header("X-CSRF-Token", &self.csrf_token)
            .header("Idempotency-Key", &Uuid::new_v4().to_string());
        request.json(&json!({"amount": "500"})).send(server.address()).await.unwrap()
    }

    async fn subscribe(&self, server: &Server, product_id: &str) -> Socket {
        let path = format!("{API}/products/ws/subscribe/{product_id}");
        let upgrade = Upgrade::at(server.address(), &path).header("Cookie", &self.cookies);
        upgrade.ask().await.unwrap().0
    }
}

/// Neither over REST nor over a new socket the session can bid.
async fn assert_it_cannot_bid(remains: &Remains, server: &Server, product_id: &str) {
    let answer = remains.place_bid(server, product_id).await;
    assert_eq!(answer.refused(401, "unauthenticated")["judged"], false);
    let mut socket = remains.subscribe(server, product_id).await;
    assert_eq!(socket.place_bid("500").await["code"], "unauthenticated");
}

async fn a_logout_ends_its_sockets_and_no_others(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let (product_id, _end) = put_up(&seller, HOUR).await;
    let ada = User::sign_up(&server, "Ada").await;
    let remains = Remains::of(&ada).await;
    let elsewhere = ada.elsewhere();
    elsewhere.log_in().await.expect(200);
    let mut first = ada.subscribe(&product_id).await;
    let mut second = ada.subscribe(&product_id).await;
    let mut other = elsewhere.subscribe(&product_id).await;
    let mut visitor = User::visitor(&server, "Visitor").subscribe(&product_id).await;
    assert_eq!(first.place_bid("100").await["type"], "bid_accepted");

    ada.log_out().await.expect(200);
    for socket in [&mut first, &mut second] {
        assert_eq!(socket.closed().await.code, Some(4401));
    }
    assert_it_cannot_bid(&remains, &server, &product_id).await;
    visitor.taken_in().await;
    assert_eq!(other.place_bid("100").await["code"], "already_leading");
    assert_eq!(seller.events(&product_id, 0).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_counts_at_the_other_server_at_once() {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let (product_id, _end) = put_up(&seller, HOUR).await;
    let ada = User::sign_up(&first, "Ada").await;
    let remains = Remains::of(&ada).await;
    let mut socket = ada.at(&second).subscribe(&product_id).await;
    assert_eq!(socket.place_bid("100").await["type"], "bid_accepted");
    ada.log_out().await.expect(200);

    if let Ok(refused) = socket.try_place_bid("200", Uuid::new_v4()).await {
        assert_refused_in_its_lane(&refused);
    }
    for server in [&first, &second] {
        assert_it_cannot_bid(&remains, server, &product_id).await;
    }
    let closed = soon("the close at the other server", NOTICED, socket.closed()).await;
    assert_eq!(closed.code, Some(4401));
    assert_eq!(seller.events(&product_id, 0).await.len(), 2);
}

/// A bid that waited in its lane while the session ended does not count either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_that_waits_does_not_outlive_its_session() {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let (product_id, _end) = put_up(&seller, HOUR).await;
    let ada = User::sign_up(&first, "Ada").await;
    let mut socket = ada.at(&second).subscribe(&product_id).await;
    let request_id = Uuid::new_v4();
    let holder = Hold::on(&database, &product_id).await;
    socket.send_bid("100", request_id).await.unwrap();
    socket.taken_in().await;
    ada.log_out().await.expect(200);
    holder.release().await;
    if let Ok(refused) = socket.answer_to(request_id).await {
        assert_refused_in_its_lane(&refused);
    }
    assert_eq!(socket.closed().await.code, Some(4401));
    assert_eq!(seller.events(&product_id, 0).await.len(), 1);
}

fn assert_refused_in_its_lane(refused: &Value) {
    assert_eq!((&refused["code"], &refused["judged"]), (&json!("unauthenticated"), &json!(true)));
}
