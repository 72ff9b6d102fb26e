//! Going on where one was: what is missing and nothing else, or else all of it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Sale;
use crate::support::actors::User;
use crate::support::database::{Database, on_both};

on_both!(
    what_was_missed_is_served,
    what_cannot_be_served_begins_anew,
    the_epoch_outlives_a_restart,
);

/// A sale of four bids; the log ends with seq 5. Its epoch, and somebody to watch it.
async fn with_four_bids(database: &Database) -> (Sale, String, User) {
    let sale = Sale::open(database).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    for (bidder, amount) in [(&ada, "100"), (&ben, "101"), (&ada, "102"), (&ben, "103")] {
        bidder.place_bid_rest(&sale.product_id, amount, Uuid::new_v4()).await.expect(201);
    }
    let visitor = User::visitor(&sale.server, "Visitor");
    let mut socket = visitor.subscribe(&sale.product_id).await;
    let epoch = socket.next_frame().await["epoch"].as_str().unwrap().to_owned();
    (sale, epoch, visitor)
}

async fn what_was_missed_is_served(database: Database) {
    let (sale, epoch, visitor) = with_four_bids(&database).await;
    let bidder = sale.sign_up("Cleo").await;
    let mut amount = 103;
    for (after_seq, query) in [
        (5, format!("?after_seq=5&epoch={epoch}")),
        (4, format!("?after_seq=4&epoch={epoch}")),
        (1, format!("?after_seq=1&epoch={epoch}")),
        (0, format!("?after_seq=0&epoch={epoch}")),
        (0, "?after_seq=0".to_owned()),
        (0, "?after_seq=0&epoch=another".to_owned()),
    ] {
        let events = visitor.events(&sale.product_id, after_seq).await;
        let mut socket = visitor.try_subscribe(&sale.product_id, &query).await.unwrap();
        let first = socket.next_frame().await;
        if events.is_empty() {
            assert_eq!((&first["type"], &first["seq"]), (&json!("heartbeat"), &json!(5)));
            assert_eq!(first["watchers"], 1);
        } else {
            assert_eq!(first["type"], "update", "{query}");
            assert_eq!(first["events"], Value::Array(events), "{query}");
            assert_eq!((&first["seq"], &first["skipped"]), (&json!(5), &json!(0)));
            assert_eq!(first["product"]["current_price"], "103.00");
        }
    }
    let mut socket = visitor.resume(&sale.product_id, &epoch, 5).await;
    amount += 1;
    let amount = amount.to_string();
    bidder.place_bid_rest(&sale.product_id, &amount, Uuid::new_v4()).await.expect(201);
    let seen = socket.events_until(6).await;
    assert_eq!((seen.events.len(), &seen.events[0]["seq"]), (1, &json!(6)), "and goes on");
}

async fn what_cannot_be_served_begins_anew(database: Database) {
    let (sale, epoch, visitor) = with_four_bids(&database).await;
    for (query, reset) in [
        ("?after_seq=5&epoch=another".to_owned(), true),
        ("?after_seq=5".to_owned(), true),
        (format!("?after_seq=6&epoch={epoch}"), true),
        (format!("?after_seq={}&epoch={epoch}", i64::MAX), true),
        (format!("?epoch={epoch}"), false),
        (String::new(), false),
    ] {
        let mut socket = visitor.try_subscribe(&sale.product_id, &query).await.unwrap();
        let first = socket.next_frame().await;
        assert_eq!(first["type"], "snapshot", "{query}");
        assert_eq!((&first["seq"], &first["reset"]), (&json!(5), &json!(reset)), "{query}");
        assert_eq!(first["epoch"], epoch.as_str());
        assert_eq!(first["bids"].as_array().unwrap().len(), 4);
    }
}

async fn the_epoch_outlives_a_restart(database: Database) {
    let (mut sale, epoch, visitor) = with_four_bids(&database).await;
    let events = visitor.events(&sale.product_id, 2).await;
    sale.server.kill_9().await;
    sale.server.start_again().await;
    let mut socket = visitor.resume(&sale.product_id, &epoch, 2).await;
    assert_eq!(socket.next_frame().await["events"], Value::Array(events));
    let mut socket = visitor.resume(&sale.product_id, &epoch, 5).await;
    assert_eq!(socket.next_frame().await["type"], "heartbeat");
}
