//! The end of a server: asked to stop, or killed. What was acknowledged is there afterwards.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, put_up};
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::hold::Hold;
use crate::support::server::Server;
use crate::support::socket::{Refused, Socket};
use crate::support::wait::{PATIENCE, eventually};

on_both!(a_stop_answers_what_it_has_taken_in, a_killed_server_has_lost_nothing);

async fn a_stop_answers_what_it_has_taken_in(database: Database) {
    let mut server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let (product_id, _end) = put_up(&seller, HOUR).await;
    let (ada, ben) = tokio::join!(User::sign_up(&server, "Ada"), User::sign_up(&server, "Ben"));
    let mut ada_socket = ada.subscribe(&product_id).await;
    let mut ben_socket = ben.subscribe(&product_id).await;
    let visitor = User::visitor(&server, "Visitor");
    let mut watcher = visitor.subscribe(&product_id).await;
    let (adas, bens) = (Uuid::new_v4(), Uuid::new_v4());

    let holder = Hold::on(&database, &product_id).await;
    ada_socket.send_bid("100", adas).await.unwrap();
    ada_socket.taken_in().await;
    ben_socket.send_bid("200", bens).await.unwrap();
    ben_socket.taken_in().await;
    server.signal("TERM");
    eventually("the beginning of the stop", PATIENCE, async || {
        server.log().contains("the server stops").then_some(())
    })
    .await;
    assert!(
        matches!(visitor.try_subscribe(&product_id, "").await, Err(Refused::Answer(answer)) if answer.status == 503)
    );
    holder.release().await;

    let mut results = Vec::new();
    for (socket, request_id) in [(&mut ada_socket, adas), (&mut ben_socket, bens)] {
        let answer = socket.answer_to(request_id).await.unwrap();
        assert_eq!(answer["type"], "bid_accepted", "{answer}");
        results.push(answer);
        assert_eq!(socket.closed().await.code, Some(1001));
    }
    assert_eq!(watcher.closed().await.code, Some(1001));
    assert_eq!(server.ended().await.code(), Some(0));

    server.start_again().await;
    for (user, request_id, amount, result) in
        [(&ada, adas, "100", &results[0]), (&ben, bens, "200", &results[1])]
    {
        let mut socket = user.subscribe(&product_id).await;
        assert_eq!(&socket.try_place_bid(amount, request_id).await.unwrap(), result);
    }
}

async fn a_killed_server_has_lost_nothing(database: Database) {
    let mut server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let (product_id, _end) = put_up(&seller, HOUR).await;
    let (ada, ben) = tokio::join!(User::sign_up(&server, "Ada"), User::sign_up(&server, "Ben"));
    let mut sockets = [ada.subscribe(&product_id).await, ben.subscribe(&product_id).await];
    let snapshot = sockets[0].next_of("snapshot").await;
    let mut results = Vec::new();
    for number in 0..20 {
        let (request_id, amount) = (Uuid::new_v4(), format!("{}.50", 100 + 2 * number));
        let answer = sockets[number % 2].try_place_bid(&amount, request_id).await.unwrap();
        assert_eq!(answer["type"], "bid_accepted");
        results.push((request_id, amount, answer));
    }
    let seen = sockets[0].events_until(21).await;
    let before = everything(&seller, &product_id).await;
    server.kill_9().await;
    for socket in &mut sockets {
        assert_eq!(socket.closed().await.code, None);
    }

    server.start_again().await;
    assert_eq!(everything(&seller, &product_id).await, before);
    let epoch = snapshot["epoch"].as_str().unwrap();
    let mut sockets: [Socket; 2] =
        [ada.resume(&product_id, epoch, 21).await, ben.resume(&product_id, epoch, 1).await];
    assert_eq!(sockets[0].next_frame().await["type"], "heartbeat");
    assert_eq!(sockets[1].next_frame().await["events"], Value::Array(seen.events));
    for (number, (request_id, amount, answer)) in results.into_iter().enumerate() {
        let again = sockets[number % 2].try_place_bid(&amount, request_id).await.unwrap();
        assert_eq!(again, answer);
    }
    assert_eq!(sockets[0].next_of("you").await["status"], "outbid");
    assert_eq!(sockets[1].next_of("you").await["status"], "leading");
    assert_eq!(sockets[0].place_bid("140").await["seq"], 22, "and it goes on");
}

/// Product, bids and events as REST shows them, but for the time.
async fn everything(user: &User, product_id: &str) -> Value {
    let mut product = user.product(product_id).await;
    product["server_time"].take();
    let bids = user.get(&format!("/products/{product_id}/bids")).await.expect(200);
    json!([product, bids, user.events(product_id, 0).await])
}
