//! A watcher who does not read: nobody else waits for him, and he begins anew when he does.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::Sale;
use crate::support::actors::User;
use crate::support::crowd::Crowd;
use crate::support::database::{Database, on_both};
use crate::support::socket::{Socket, Upgrade, masked};

on_both!(a_slow_reader_begins_anew_and_delays_nobody);

async fn a_slow_reader_begins_anew_and_delays_nobody(database: Database) {
    let sale = Sale::open(&database).await;
    let crowd = Crowd::sign_up(&sale.server, 20).await;
    let slow = Upgrade::at(sale.server.address(), &sale.feed()).receive_buffer(4096);
    let (mut slow, _protocol) = slow.ask().await.unwrap();
    let epoch = slow.next_of("snapshot").await["epoch"].as_str().unwrap().to_owned();
    let visitor = User::visitor(&sale.server, "Visitor");
    let mut watcher = visitor.subscribe(&sale.product_id).await;
    fill(&mut slow, &mut watcher).await;
    let watching = tokio::spawn(async move {
        watcher.events_while(|frame| frame["seq"].as_u64().unwrap() < 2_001).await.unwrap()
    });
    crowd.race(&[&sale.server], &sale.product_id, 2_000).await;
    let seen = watching.await.unwrap();
    assert_eq!((seen.skipped, seen.resets), (0, 0));
    assert!((2..).zip(&seen.events).all(|(seq, event)| event["seq"] == seq));

    let last = sale.seller.product(&sale.product_id).await["seq"].as_u64().unwrap();
    assert_begins_anew(&mut slow, last).await;
    let mut late = visitor.resume(&sale.product_id, &epoch, 1).await;
    let first = late.next_frame().await;
    assert_eq!((&first["type"], &first["reset"]), (&json!("snapshot"), &json!(true)));
}

/// Sends pings, whose pongs are not read, until the server takes none for a second in which it
/// serves another socket: then the line is full, and whatever there is for this one has to wait.
async fn fill(slow: &mut Socket, other: &mut Socket) {
    let pings = masked(&json!({"type": "ping", "n": 1}).to_string()).repeat(100);
    loop {
        let begun = Instant::now();
        let served = async {
            while begun.elapsed() < Duration::from_secs(1) {
                other.taken_in().await;
            }
        };
        tokio::select! {
            sent = slow.line().write_all(&pings) => sent.unwrap(),
            () = served => return,
        }
    }
}

/// Reads what is there: first what had a place still, without a gap, then the whole state.
async fn assert_begins_anew(slow: &mut Socket, last: u64) {
    let mut seq = 1;
    let snapshot = loop {
        let frame: Value = serde_json::from_str(&slow.next_text().await.unwrap()).unwrap();
        match frame["type"].as_str().unwrap() {
            "update" => {
                for event in frame["events"].as_array().unwrap() {
                    seq += 1;
                    assert_eq!(event["seq"], seq);
                }
                assert_eq!(frame["skipped"], 0);
                assert!(seq < last, "nothing was left out");
            }
            "snapshot" => break frame,
            _ => {}
        }
    };
    assert_eq!((&snapshot["seq"], &snapshot["reset"]), (&json!(last), &json!(true)));
    assert_eq!(snapshot["bids"].as_array().unwrap().len(), 50);
}
