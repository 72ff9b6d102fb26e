//! Several auctions, the lists that lead to them, and what is played again.

use std::time::Duration;

use serde_json::json;

use super::{Stage, has};
use crate::support::actors::product;
use crate::support::programs;
use crate::support::pty::{ENTER, Pty, STANDARD, TAB};

const TEN_MINUTES: Duration = Duration::from_mins(10);

#[tokio::test]
async fn outbid_beside_is_told_reached_and_bid_on_by_keys_alone() {
    let stage = Stage::set(Duration::from_mins(1), json!({})).await;
    let mut other = product(TEN_MINUTES);
    other["product_name"] = json!("A box of records");
    let other = stage.ana.create_product(&other).await;
    let pty = stage.eva_watches().await;
    pty.send("130\r");
    pty.wait_for("You bid exactly USD 130.00").await;
    pty.send("y");
    pty.wait_for("LEADING at $130.00").await;

    pty.send(&format!(":watch {other}\r"));
    pty.wait_for("A box of records").await;
    let screen = pty.wait_for("▲ LEADING").await;
    assert!(has(&screen, &["❯2", "● A box of records"]), "{screen}");
    pty.send("101");
    pty.wait_for("typed, not sent").await;
    let bells = pty.bells();
    stage.bob_bids("150.00").await;
    let screen = pty.wait_for("you are outbid by bob at $150.00").await;
    assert!(has(&screen, &["▼ OUTBID", "$ 101"]), "{screen}");
    assert!(pty.bells() > bells, "the bell rings");

    pty.send("a");
    pty.wait_for("OUTBID by bob at $150.00").await;
    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 151.00").await;
    pty.send(">");
    pty.wait_gone("You bid exactly").await;
    pty.send("<");
    pty.wait_for("You bid exactly USD 151.00").await;
    // It has just been shown: the key is struck out for half a second.
    pty.wait_until("that y is taken", |screen| {
        pty.send("y");
        screen.contains("LEADING at $151.00")
    })
    .await;
    let product = stage.ana.product(&stage.product_id).await;
    assert_eq!((&product["leader"], &product["bid_count"]), (&json!("eva"), &json!(3)));
    assert_eq!(stage.ana.product(&other).await["bid_count"], 0);
}

#[tokio::test]
async fn the_lists_lead_to_an_auction_and_back() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let mut other = product(Duration::from_mins(20));
    other["product_name"] = json!("A box of records");
    stage.ana.create_product(&other).await;
    let args = ["--server", stage.server.url()];
    let pty = Pty::start(STANDARD, programs::tui(), &args, &[]).await;
    let screen = pty.wait_for("A box of records").await;
    assert!(has(&screen, &["Leica M3", "1 Live", "2 live", "no bids"]), "{screen}");
    pty.send("/leica\r");
    pty.wait_gone("A box of records").await;
    pty.send(ENTER);
    pty.wait_for("● live").await;
    pty.send(TAB);
    pty.send("ez1300");
    let screen = pty.wait_for("1,300").await;
    assert!(has(&screen, &["typed, not sent"]), "whatever had the keys: {screen}");
    pty.send(ENTER);
    pty.wait_for("e-mail").await;
    pty.send(&format!("{}\t{}\r", stage.eva.email, stage.eva.password));
    pty.wait_for("logged in as eva").await;
    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 1,300.00").await;
    // Whoever has just logged in is connected anew, and the key is struck out meanwhile.
    pty.wait_until("that y is taken", |screen| {
        pty.send("y");
        screen.contains("LEADING at $1,300.00")
    })
    .await;
    stage.bob_bids("1400.00").await;
    pty.wait_for("OUTBID by bob").await;
    pty.send(":list\r");
    pty.wait_for("GoBid  Auctions").await;
    pty.send("w");
    pty.wait_for("on your watchlist").await;
    pty.send("5");
    pty.wait_for("1 watchlist").await;
    pty.send("4");
    let screen = pty.wait_for("1 my bids").await;
    assert!(has(&screen, &["4 Bids 1▼", "outbid", "$1,400.00"]), "{screen}");
    pty.send("q");
    assert_eq!(pty.ended().await, 0);
}

#[tokio::test]
async fn an_auction_that_is_over_is_played_again() {
    let stage = Stage::set(TEN_MINUTES, json!({"buy_now_price": "500.00"})).await;
    let pty = stage.eva_watches().await;
    pty.wait_for("B buy now $500.00").await;
    let args = ["--server", stage.server.url(), "replay", &stage.product_id];
    let early = Pty::start(STANDARD, programs::tui(), &args, &[]).await;
    assert_eq!(early.ended().await, 1);
    assert!(early.screen().contains("this auction is not over"), "{}", early.screen());
    pty.send("B");
    pty.wait_for("for USD 500.00.").await;
    pty.send("y");
    pty.wait_for("WON for USD 500.00").await;

    let replay = Pty::start(STANDARD, programs::tui(), &args, &[]).await;
    replay.wait_for("REPLAY").await;
    replay.send("G");
    replay.wait_for("SOLD to eva for USD 500.00").await;
    replay.send("g ");
    let screen = replay.wait_for("WATCHING").await;
    assert!(!screen.contains("SOLD"), "{screen}");
    replay.send("1300\rB");
    replay.send("q");
    assert_eq!(replay.ended().await, 0);
}
