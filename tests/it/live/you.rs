//! How a bidder stands: told to every socket of his, after every beginning and whenever it changes.

use serde_json::{Value, json};

use super::Sale;
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::socket::Socket;

on_both!(every_socket_of_a_bidder_is_told, every_beginning_is_followed_by_it);

/// The next `you`, which must be this.
async fn assert_you(socket: &mut Socket, wanted: Value) {
    let mut you = socket.next_of("you").await;
    you.as_object_mut().unwrap().remove("type");
    assert_eq!(you, wanted);
}

async fn every_socket_of_a_bidder_is_told(database: Database) {
    let sale = Sale::open(&database).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let mut desk = ada.subscribe(&sale.product_id).await;
    let elsewhere = ada.elsewhere();
    elsewhere.log_in().await.expect(200);
    let mut phone = elsewhere.subscribe(&sale.product_id).await;
    let mut ben_socket = ben.subscribe(&sale.product_id).await;
    for socket in [&mut desk, &mut phone, &mut ben_socket] {
        assert_you(socket, json!({"seq": 1, "status": "none"})).await;
    }

    phone.place_bid("100.00").await;
    let leading = json!({"seq": 2, "status": "leading", "amount": "100.00", "alias": "Ada"});
    for socket in [&mut desk, &mut phone] {
        assert_you(socket, leading.clone()).await;
    }
    ben.place_bid_rest(&sale.product_id, "110.00", uuid::Uuid::new_v4()).await.expect(201);
    let outbid = json!({"seq": 3, "status": "outbid", "amount": "100.00", "alias": "Ada"});
    for socket in [&mut desk, &mut phone] {
        assert_you(socket, outbid.clone()).await;
    }
    let leading = json!({"seq": 3, "status": "leading", "amount": "110.00", "alias": "Ben"});
    assert_you(&mut ben_socket, leading).await;
    desk.place_bid("120.00").await;
    let leading = json!({"seq": 4, "status": "leading", "amount": "120.00", "alias": "Ada"});
    for socket in [&mut desk, &mut phone] {
        assert_you(socket, leading.clone()).await;
    }
    let outbid = json!({"seq": 4, "status": "outbid", "amount": "110.00", "alias": "Ben"});
    assert_you(&mut ben_socket, outbid.clone()).await;
    let mut you = ben.product(&sale.product_id).await["you"].take();
    you["seq"] = 4.into();
    assert_eq!(you["is_seller"].take(), false);
    you.as_object_mut().unwrap().remove("is_seller");
    assert_eq!(you, outbid);
}

async fn every_beginning_is_followed_by_it(database: Database) {
    let sale = Sale::open(&database).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    ada.place_bid_rest(&sale.product_id, "100.00", uuid::Uuid::new_v4()).await.expect(201);
    ben.place_bid_rest(&sale.product_id, "101.00", uuid::Uuid::new_v4()).await.expect(201);
    let outbid = json!({"seq": 3, "status": "outbid", "amount": "100.00", "alias": "Ada"});

    let mut socket = ada.subscribe(&sale.product_id).await;
    let snapshot = socket.next_frame().await;
    let epoch = snapshot["epoch"].as_str().unwrap();
    assert_eq!(snapshot["type"], "snapshot");
    assert_you(&mut socket, outbid.clone()).await;
    for (after_seq, begins) in [(3, "heartbeat"), (1, "update"), (7, "snapshot")] {
        let mut socket = ada.resume(&sale.product_id, epoch, after_seq).await;
        assert_eq!(socket.next_frame().await["type"], begins);
        assert_you(&mut socket, outbid.clone()).await;
    }

    let mut watcher = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    ada.place_bid_rest(&sale.product_id, "102.00", uuid::Uuid::new_v4()).await.expect(201);
    assert_eq!(watcher.next_frame().await["type"], "snapshot");
    assert_eq!(watcher.next_frame().await["type"], "update", "a visitor stands nowhere");
}
