//! `product watch`: one line an event, each once, until the auction is over.

use std::time::Duration;

use serde_json::Value;

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::process::Process;
use crate::support::programs::cli;
use crate::support::pty::CTRL_C;
use crate::support::wait::{PATIENCE, eventually};

/// Waits until a watcher that is verbose has said where it begins.
pub(super) async fn watching(watcher: &Process) {
    eventually("a watcher's first words", PATIENCE, async || {
        watcher.errors().contains(", ends ").then_some(())
    })
    .await;
}

fn seqs(watcher: &Process) -> Vec<u64> {
    let seq = |line: &String| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap();
    watcher.lines().iter().map(seq).collect()
}

async fn see(watcher: &mut Process, seq: u64) {
    let is_it = |line: &str| line.contains(&format!(r#""seq":{seq},"#)).then_some(());
    watcher.line(&format!("event {seq}"), is_it).await;
}

#[tokio::test]
async fn every_event_comes_once_over_crashes_of_the_server() {
    let mut market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let shell = Shell::at(&market.server);
    let id = market.product_id.clone();
    let mut watcher = shell.start(&["product", "watch", &id, "-o", "ndjson", "-v"]);
    watching(&watcher).await;
    let bidders = [&eva, &bob];
    for number in 0..9_u64 {
        if [3, 6].contains(&number) {
            market.server.kill_9().await;
            market.server.start_again().await;
        }
        let amount = (100 + number).to_string();
        let bidder = bidders[usize::try_from(number % 2).unwrap()];
        bidder.ok(&["bid", "place", &id, &amount]).await;
        if number % 2 == 0 {
            // Seen at once the one time; while it is not connected the other.
            see(&mut watcher, number + 2).await;
        }
    }
    see(&mut watcher, 10).await;
    // Event 1 was there before, and the opening is it.
    assert_eq!(seqs(&watcher), (2..=10).collect::<Vec<_>>());
    assert_eq!(market.seller.events(&id, 1).await.len(), 9);
    assert!(watcher.errors().contains("connection lost"), "{}", watcher.errors());
    watcher.signal("TERM");
    assert_eq!(watcher.ended().await.code(), Some(143));
}

#[tokio::test]
async fn it_ends_with_the_auction() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let id = &market.seller.create_product(&product(Duration::from_secs(5))).await;
    let shell = Shell::at(&market.server);
    let mut watcher = shell.start(&["product", "watch", id, "-o", "ndjson", "-v"]);
    watching(&watcher).await;
    eva.ok(&["bid", "place", id, "100"]).await;
    assert_eq!(watcher.ended().await.code(), Some(0));
    let events = market.seller.events(id, 1).await;
    let seen: Vec<Value> =
        watcher.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(seen, events);
    let last = seen.last().unwrap();
    assert_eq!((&last["type"], &last["outcome"]), (&"auction_closed".into(), &"sold".into()));
    assert_eq!((&last["winner"], &last["hammer_price"]), (&"Eva".into(), &"100.00".into()));

    // Of an auction that is over, the last event says how it ended.
    let ran = shell.run(&["product", "watch", id, "-o", "ndjson"]).await;
    assert_eq!(ran.stderr, "");
    assert_eq!(serde_json::from_str::<Value>(&ran.ok()).unwrap(), *last);
    let shown = eva.json(&["product", "show", id]).await;
    assert_eq!((&shown["winner"], &shown["you"]["status"]), (&"Eva".into(), &"won".into()));
    let error = eva.run(&["bid", "place", id, "101", "-o", "json"]).await;
    let error = error.refused(7, "auction_closed");
    assert_eq!(error["received_in_time"], false);
}

#[tokio::test]
async fn it_begins_before_the_auction_does() {
    let mut scheduled = product(HOUR);
    scheduled["auction_start"] = from_now(HOUR / 2).into();
    let market = Market::open_with(&scheduled).await;
    let shell = Shell::at(&market.server);
    let mut watcher = shell.start(&["product", "watch", &market.product_id, "-o", "ndjson", "-v"]);
    watching(&watcher).await;
    market.database.start_now(&market.product_id).await;
    see(&mut watcher, 1).await;
    assert!(watcher.lines()[0].contains(r#""type":"auction_opened""#), "{:?}", watcher.lines());
}

#[tokio::test]
async fn people_read_sentences_and_break_off() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let shell = Shell::at(&market.server);
    let terminal = shell.terminal((120, 24), &["product", "watch", &market.product_id]).await;
    terminal.wait_for("Leica M3 double-stroke, 1955: open, from USD 100.00, ends 20").await;
    eva.ok(&["bid", "place", &market.product_id, "1_275"]).await;
    terminal.wait_for("Z  Eva bids USD 1,275.00").await;
    terminal.send(CTRL_C);
    assert_eq!(terminal.ended().await, 130);
    let screen = terminal.screen();
    assert!(!screen.contains("error"), "{screen}");
}

#[tokio::test]
async fn after_a_restore_it_goes_on_in_the_log_there_is_now() {
    let mut market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let shell = Shell::at(&market.server).env("DATABASE_URL", market.database.url());
    let id = market.product_id.clone();
    eva.ok(&["bid", "place", &id, "100"]).await;
    market.server.terminate().await;
    let file = market.database.folder().join("gobid.db");
    let backup = shell.folder().join("backup.db");
    std::fs::copy(&file, &backup).unwrap();
    market.server.start_again().await;

    let mut watcher = shell.start(&["product", "watch", &id, "-o", "ndjson", "-v"]);
    watching(&watcher).await;
    bob.ok(&["bid", "place", &id, "110"]).await;
    eva.ok(&["bid", "place", &id, "120"]).await;
    see(&mut watcher, 4).await;
    market.server.terminate().await;
    std::fs::copy(&backup, &file).unwrap();
    shell.ok(&["migrate", "new-epoch"]).await;
    market.server.start_again().await;
    eventually("the news of the restore", PATIENCE, async || {
        let news = "the database was restored: its log ends with event 2";
        watcher.errors().contains(news).then_some(())
    })
    .await;
    // The third event is another one now.
    bob.ok(&["bid", "place", &id, "130"]).await;
    watcher.line("the third event", |line| line.contains("130.00").then_some(())).await;
    assert_eq!(seqs(&watcher), [3, 4, 3]);
}

#[tokio::test]
async fn the_example_of_an_answer_bids_once() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &*market.product_id;
    eva.ok(&["bid", "place", id, "100"]).await;
    bob.ok(&["bid", "max", id, "1500"]).await;
    let help = eva.ok(&["product", "watch", "--help"]).await;
    let mut lines = help.lines().filter(|line| line.starts_with("  "));
    let example = lines.find(|line| line.contains("--until outbid")).unwrap();
    let example = example.replace("gobid-cli", cli().to_str().unwrap());
    let example = example.replace(" ID ", &format!(" {id} "));
    // More than that she does not bid, and it ends.
    assert_eq!(eva.script(&example).await.code, Some(12));
    assert_eq!(market.bids().await[0]["bidder"], "Bob");
}
