//! Clients that send too much.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use uuid::Uuid;

use super::{HOUR, Sale, place_bid};
use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::process::resident_bytes;
use crate::support::server::Setup;
use crate::support::socket::{Closed, Socket};

on_both!(
    a_flood_is_refused_and_then_cut,
    a_flood_of_bids_is_answered_bid_by_bid,
    a_flood_of_control_frames_is_cut,
    noise_is_forgiven_a_hundred_times,
    whoever_pings_and_never_reads_costs_no_memory,
);

/// What a socket may send at once by itself, and how much too much it may send then.
const BURST: usize = 80;
const VIOLATIONS: usize = 100;

/// A sale at a server that limits what sockets send, and nothing else.
async fn with_a_limit(database: &Database) -> Sale {
    let others = ["address", "user", "bids", "login", "signup"];
    let others: Vec<_> = others.iter().map(|limit| format!("--rate-limit-{limit}=off")).collect();
    let others: Vec<_> = others.iter().map(String::as_str).collect();
    let server = Setup::on(database.url()).with_limits().args(&others).start().await;
    Sale::open_at(server, &product(HOUR)).await
}

/// Reads until the socket is closed; counts the frames of each of two types.
async fn count_until_closed(mut socket: Socket, kinds: [&str; 2]) -> ([usize; 2], Closed) {
    let mut counts = [0; 2];
    loop {
        match socket.take("a frame", |_frame| true).await {
            Ok(frame) => {
                for (count, kind) in counts.iter_mut().zip(kinds) {
                    *count += usize::from(frame["type"] == kind);
                }
            }
            Err(closed) => return (counts, closed),
        }
    }
}

async fn a_flood_is_refused_and_then_cut(database: Database) {
    let sale = with_a_limit(&database).await;
    let mut socket = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    for n in 0..400 {
        socket.send(&json!({"type": "ping", "n": n})).await.unwrap();
    }
    let ([pongs, errors], closed) = count_until_closed(socket, ["pong", "error"]).await;
    assert_eq!(closed.code, Some(1008), "{closed:?}");
    assert!(pongs >= BURST, "{pongs}");
    assert!(errors == VIOLATIONS + 1, "{errors}");
}

async fn a_flood_of_bids_is_answered_bid_by_bid(database: Database) {
    let sale = with_a_limit(&database).await;
    let mut socket = sale.sign_up("Ada").await.subscribe(&sale.product_id).await;
    let ids: Vec<_> = (0..120).map(|_| Uuid::new_v4()).collect();
    for id in &ids {
        socket.send_bid("100", *id).await.unwrap();
    }
    let mut limited = 0;
    for id in ids {
        let answer = socket.answer_to(id).await.unwrap();
        if answer["code"] == "rate_limited" {
            limited += 1;
            assert_eq!(answer["judged"], false);
            assert!(answer["retry_after_ms"].is_u64(), "{answer}");
        }
    }
    assert!((1..=40).contains(&limited), "{limited}");
    assert_eq!(sale.seller.events(&sale.product_id, 0).await.len(), 2);
}

async fn a_flood_of_control_frames_is_cut(database: Database) {
    let sale = with_a_limit(&database).await;
    let mut socket = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    for _ in 0..400 {
        socket.send_message(Message::Pong(Bytes::new())).await.unwrap();
    }
    assert_eq!(socket.closed().await.code, Some(1008));
}

async fn noise_is_forgiven_a_hundred_times(database: Database) {
    let sale = Sale::open(&database).await;
    let visitor = User::visitor(&sale.server, "Visitor");
    let mut socket = visitor.subscribe(&sale.product_id).await;
    for _ in 0..VIOLATIONS {
        socket.send(&json!({"type": "dance"})).await.unwrap();
        assert_eq!(socket.next_of("error").await["code"], "unknown_type");
    }
    socket.send(&json!({"type": "ping", "n": 1})).await.unwrap();
    socket.next_of("pong").await;
    socket.send(&json!({"type": "dance"})).await.unwrap();
    assert_eq!(socket.closed().await.code, Some(1008));
}

/// Pongs that nobody reads would queue without bound: also where no limit cuts the line.
async fn whoever_pings_and_never_reads_costs_no_memory(database: Database) {
    const PINGS: usize = 64 * 1024 * 1024;
    const MOST: u64 = 16 * 1024 * 1024;
    let sale = Sale::open(&database).await;
    let ada = sale.sign_up("Ada").await;
    let mut watcher = ada.subscribe(&sale.product_id).await;
    let mut silent = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    let before = resident_bytes(sale.server.process_id());

    let ping = [&[0x89, 0xfd, 0, 0, 0, 0], [b'x'; 125].as_slice()].concat();
    let pings = ping.repeat(500);
    let mut written = 0;
    // The server may read all of them, or stop reading, or cut the line: each costs it nothing.
    while written < PINGS
        && let Ok(Ok(())) = timeout(Duration::from_secs(2), silent.line().write_all(&pings)).await
    {
        written += pings.len();
    }
    let after = resident_bytes(sale.server.process_id());
    assert!(after < before + MOST, "from {before} to {after} after {written} bytes of pings");
    watcher.send(&place_bid(Uuid::new_v4(), "100")).await.unwrap();
    assert_eq!(watcher.next_of("bid_accepted").await["seq"], 2);
}
