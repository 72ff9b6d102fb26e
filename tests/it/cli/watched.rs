//! `product watch`: what sellers and admins do is an event like any other.

use serde_json::{Value, json};

use super::shell::Shell;
use super::watch::watching;
use super::{HOUR, Market};
use crate::support::actors::product;
use crate::support::database::{Database, on_both};

on_both!(every_kind_of_event_is_a_line);

const REASON: [&str; 2] = ["--reason", "A stolen account."];

/// Lets everything happen that can happen to one auction: the sale is bought, and annulled.
async fn let_everything_happen(market: &Market) {
    let (seller, eva) = (market.shell_of_seller().await, market.shell_of("Eva").await);
    let root = market.shell_of_admin().await;
    let id = &*market.product_id;
    seller.ok(&["product", "edit", id, "--description", "Light wear, with a case."]).await;
    eva.ok(&["bid", "place", id, "100"]).await;
    let bid = market.bids().await[0]["bid_id"].as_str().unwrap().to_owned();
    root.ok(&[&["admin", "void", &bid, "--product", id], &REASON[..]].concat()).await;
    seller.ok(&["product", "edit", id, "--reserve", "120"]).await;
    root.ok(&[&["admin", "extend", id, "--by", "1h"], &REASON[..]].concat()).await;
    eva.ok(&["bid", "buy", id]).await;
}

async fn every_kind_of_event_is_a_line(database: Database) {
    let mut terms = product(HOUR);
    terms["reserve_price"] = "130".into();
    terms["buy_now_price"] = "150".into();
    let market = Market::open_on(database, &terms).await;
    let id = &*market.product_id;
    let shell = Shell::at(&market.server);
    let mut watchers = Vec::new();
    for form in ["table", "ndjson", "csv"] {
        let watcher = shell.start(&["product", "watch", id, "-o", form, "-v"]);
        watching(&watcher).await;
        watchers.push(watcher);
    }
    let terminal = shell.terminal((200, 30), &["product", "watch", id]).await;
    terminal.wait_for("Leica M3 double-stroke, 1955: open").await;
    let_everything_happen(&market).await;
    // They end with the auction.
    for watcher in &mut watchers {
        assert_eq!(watcher.ended().await.code(), Some(0));
    }
    assert_eq!(terminal.ended().await, 0);

    let events = market.seller.events(id, 1).await;
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let wanted = [
        "description_changed",
        "bid_placed",
        "bids_voided",
        "reserve_changed",
        "auction_extended",
        "bid_placed",
        "auction_closed",
    ];
    assert_eq!(kinds, wanted);
    let [table, ndjson, csv] = &*watchers else { panic!("{} watchers", watchers.len()) };
    let read = |line: &String| serde_json::from_str::<Value>(line).unwrap();
    assert_eq!(ndjson.lines().iter().map(read).collect::<Vec<_>>(), events);
    let lines = table.lines();
    assert_eq!(lines.len(), events.len());
    assert!(lines[0].ends_with("\tLight wear, with a case."), "{lines:?}");
    assert!(lines[2].ends_with("\tA stolen account.\t"), "{lines:?}");
    assert!(lines[3].ends_with("\tfalse\t\t"), "{lines:?}");
    assert_eq!(csv.lines().len(), events.len() + 1);

    let screen = terminal.screen();
    let end = events[4]["auction_end"].as_str().unwrap();
    for sentence in [
        "Z  the seller changed the description: Light wear, with a case.",
        "Z  Eva bids USD 100.00",
        "Z  an admin struck a bid: A stolen account.; nobody leads",
        "Z  the seller changed the reserve: it is not met",
        &format!("Z  an admin moved the end to {end}: A stolen account."),
        "Z  Eva bids USD 150.00",
        "Z  sold to Eva for USD 150.00",
    ] {
        assert!(screen.contains(sentence), "{sentence}\n{screen}");
    }
}

#[tokio::test]
async fn the_last_event_says_how_it_stands() {
    let market = Market::open().await;
    let (root, id) = (market.shell_of_admin().await, &*market.product_id);
    let shell = Shell::at(&market.server);
    root.ok(&[&["admin", "cancel", id], &REASON[..]].concat()).await;
    let seen: Value =
        serde_json::from_str(&shell.ok(&["product", "watch", id, "-o", "ndjson"]).await).unwrap();
    assert_eq!((&seen["type"], &seen["reason"]), (&json!("auction_cancelled"), &json!(REASON[1])));
    let terminal = shell.terminal((120, 24), &["product", "watch", id]).await;
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.screen();
    assert!(screen.contains("Z  the auction was cancelled: A stolen account."), "{screen}");
}
