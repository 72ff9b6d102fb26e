//! Frames that are no bids: pings, and what a server does not understand.

use std::time::Instant;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use uuid::Uuid;

use super::Sale;
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::socket::{Closed, Socket};

on_both!(
    pings_are_answered,
    a_feed_begins_with_the_snapshot_whatever_is_asked_first,
    a_heartbeat_comes_when_nothing_else_does,
    what_is_not_understood_is_told_and_forgiven,
    a_command_that_is_wrong_is_answered_with_its_id,
    a_visitor_has_no_commands,
    a_frame_over_4_kib_ends_the_socket,
);

async fn pings_are_answered(database: Database) {
    let sale = Sale::open(&database).await;
    let mut socket = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    socket.next_of("snapshot").await;
    for n in [7, 0, u64::MAX] {
        socket.send(&json!({"type": "ping", "n": n})).await.unwrap();
        let pong = socket.next_of("pong").await;
        let server_time = pong["server_time"].clone();
        assert_eq!(pong, json!({"type": "pong", "n": n, "server_time": server_time}));
    }
    let ping = Message::Ping(Bytes::from_static(b"are you there?"));
    socket.send_message(ping).await.unwrap();
    let pong = socket.next_message().await.unwrap();
    assert_eq!(pong, Message::Pong(Bytes::from_static(b"are you there?")));
}

async fn a_feed_begins_with_the_snapshot_whatever_is_asked_first(database: Database) {
    let sale = Sale::open(&database).await;
    let ada = sale.sign_up("Ada").await;
    for _ in 0..20 {
        let mut socket = ada.subscribe(&sale.product_id).await;
        socket.send(&json!({"type": "ping", "n": 1})).await.unwrap();
        socket.send_bid("1.00", Uuid::new_v4()).await.unwrap();
        assert_eq!(socket.next_frame().await["type"], "snapshot");
    }
}

async fn a_heartbeat_comes_when_nothing_else_does(database: Database) {
    let sale = Sale::open(&database).await;
    let mut first = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    let mut second = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    let begun = Instant::now();
    for socket in [&mut first, &mut second] {
        assert_eq!(socket.next_frame().await["type"], "snapshot");
        let heartbeat = socket.next_frame().await;
        let wanted = json!({
            "type": "heartbeat", "seq": 1, "server_time": heartbeat["server_time"], "watchers": 2,
        });
        assert_eq!(heartbeat, wanted);
    }
    let silence = begun.elapsed();
    assert!((10..20).contains(&silence.as_secs()), "{silence:?}");
}

async fn what_is_not_understood_is_told_and_forgiven(database: Database) {
    let sale = Sale::open(&database).await;
    let mut socket = sale.sign_up("Ada").await.subscribe(&sale.product_id).await;
    let id = Uuid::new_v4();
    let table = [
        ("", "malformed_json"),
        ("hello", "malformed_json"),
        ("{", "malformed_json"),
        ("7", "malformed_json"),
        (r#"{"n":7}"#, "malformed_json"),
        (r#"{"type":"ping"}"#, "malformed_json"),
        (r#"{"type":"ping","n":-1}"#, "malformed_json"),
        (r#"{"type":"ping","n":1,"m":2}"#, "malformed_json"),
        (r#"{"type":"ping","n":1} {"type":"ping","n":2}"#, "malformed_json"),
        (r#"{"type":"place_bid","amount":"100"}"#, "malformed_json"),
        (r#"{"type":"place_bid","request_id":"1","amount":"100"}"#, "malformed_json"),
        (r#"{"type":"dance"}"#, "unknown_type"),
        (r#"{"type":"snapshot"}"#, "unknown_type"),
    ];
    for (text, code) in table {
        socket.send_text(text.to_owned()).await.unwrap();
        assert_error(&mut socket, code, text).await;
    }
    let array = json!(["place_bid", id, "100"]).to_string();
    socket.send_text(array.clone()).await.unwrap();
    assert_error(&mut socket, "malformed_json", &array).await;
    let bid = super::place_bid(id, "100").to_string();
    socket.send_message(Message::binary(bid.into_bytes())).await.unwrap();
    assert_error(&mut socket, "malformed_json", "a binary frame").await;
    assert_eq!(socket.try_place_bid("100", id).await.unwrap()["type"], "bid_accepted");
}

async fn assert_error(socket: &mut Socket, code: &str, sent: &str) {
    let error = socket.next_of("error").await;
    assert_eq!(error["code"], code, "{sent}: {error}");
    assert!(!error["detail"].as_str().unwrap().is_empty());
}

async fn a_command_that_is_wrong_is_answered_with_its_id(database: Database) {
    let sale = Sale::open(&database).await;
    let mut socket = sale.sign_up("Ada").await.subscribe(&sale.product_id).await;
    let table = [
        (r#""amount":"-1""#, "amount"),
        (r#""amount":true"#, "amount"),
        (r#""amount":"1","max_amount":"5""#, "max_amount"),
        (r#""amount":"1","amount":"2""#, "amount"),
        (r#""amount":"1","not_after":7"#, "not_after"),
        (r#""amount":"1","expected_price":{}"#, "expected_price"),
        (r#""amount":"1","not_after":"2030-01-31""#, "not_after"),
    ];
    for (rest, field) in table {
        let id = Uuid::new_v4();
        let text = format!(r#"{{"type":"place_bid","request_id":"{id}",{rest}}}"#);
        socket.send_text(text).await.unwrap();
        let refused = socket.answer_to(id).await.unwrap();
        assert_eq!(refused["type"], "bid_rejected", "{rest}");
        assert_eq!(refused["code"], "validation_failed", "{rest}");
        assert_eq!(refused["judged"], false, "{rest}");
        assert!(refused["errors"][field][0].is_string(), "{rest}: {refused}");
    }
    for rest in ["", r#","not_after":"2030-01-31T18:00:00Z""#] {
        let id = Uuid::new_v4();
        socket
            .send_text(format!(r#"{{"type":"buy_now","request_id":"{id}"{rest}}}"#))
            .await
            .unwrap();
        assert_eq!(socket.answer_to(id).await.unwrap()["code"], "buy_now_unavailable");
    }
    let none = socket.place_bid("0").await;
    assert_eq!((&none["code"], &none["judged"]), (&json!("validation_failed"), &json!(true)));
    assert_eq!(none["errors"], json!({"amount": ["must be above zero"]}));
    assert_eq!(socket.place_bid("100").await["type"], "bid_accepted");
}

async fn a_visitor_has_no_commands(database: Database) {
    let sale = Sale::open(&database).await;
    let mut socket = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    let commands: [Value; 4] = [
        json!({"type": "place_bid", "amount": "100"}),
        json!({"type": "place_bid", "amount": "nothing"}),
        json!({"type": "place_bid", "amount": "100", "colour": "red"}),
        json!({"type": "buy_now"}),
    ];
    for mut command in commands {
        let id = Uuid::new_v4();
        command["request_id"] = json!(id);
        socket.send(&command).await.unwrap();
        let refused = socket.answer_to(id).await.unwrap();
        let wanted = (&json!("unauthenticated"), &json!(false));
        assert_eq!((&refused["code"], &refused["judged"]), wanted, "{command}");
    }
    assert_eq!(sale.seller.events(&sale.product_id, 0).await.len(), 1);
}

async fn a_frame_over_4_kib_ends_the_socket(database: Database) {
    let sale = Sale::open(&database).await;
    let visitor = User::visitor(&sale.server, "Visitor");
    let ping = json!({"type": "ping", "n": 7}).to_string();
    let mut socket = visitor.subscribe(&sale.product_id).await;
    socket.send_text(format!("{ping:<4096}")).await.unwrap();
    assert_eq!(socket.next_of("pong").await["n"], 7);
    for length in [4_097, 60_000, 70_000] {
        let mut socket = visitor.subscribe(&sale.product_id).await;
        socket.send_text(ping.clone() + &" ".repeat(length - ping.len())).await.unwrap();
        let Closed { code, .. } = socket.closed().await;
        assert_eq!(code, Some(1009), "{length}");
    }
    let mut socket = visitor.subscribe(&sale.product_id).await;
    socket.send_message(Message::binary(vec![b' '; 4_097])).await.unwrap();
    assert_eq!(socket.closed().await.code, Some(1009));
}
