//! Purchases, Dutch auctions and sealed ones.

use std::time::Duration;

use serde_json::json;

use super::{Stage, has, logged_in, watching};
use crate::support::pty::ENTER;

const TEN_MINUTES: Duration = Duration::from_mins(10);

#[tokio::test]
async fn a_purchase_ends_the_auction_at_once() {
    let stage = Stage::set(TEN_MINUTES, json!({"buy_now_price": "500.00"})).await;
    let pty = stage.eva_watches().await;
    let visitor = watching(&stage.server, &stage.product_id).await;
    pty.wait_for("B buy now $500.00").await;
    pty.send("B");
    let screen = pty.wait_for("for USD 500.00.").await;
    assert!(has(&screen, &["CONFIRM PURCHASE", "This ends the auction at once."]), "{screen}");
    assert_eq!(stage.ana.product(&stage.product_id).await["bid_count"], 0, "nothing before y");
    pty.send("y");
    pty.wait_for("WON for USD 500.00").await;
    visitor.wait_for("SOLD to eva for USD 500.00").await;
    let product = stage.ana.product(&stage.product_id).await;
    assert_eq!((&product["winner"], &product["hammer_price"]), (&json!("eva"), &json!("500.00")));
}

#[tokio::test]
async fn buy_now_is_not_offered_after_the_first_bid() {
    let stage = Stage::set(TEN_MINUTES, json!({"buy_now_price": "500.00"})).await;
    let pty = stage.eva_watches().await;
    pty.send("B");
    pty.wait_for("CONFIRM PURCHASE").await;
    stage.bob_bids("101.00").await;
    pty.wait_for("it cannot be bought at once").await;
    pty.send("y");
    pty.send("n");
    let screen = pty.wait_gone("CONFIRM PURCHASE").await;
    assert!(!screen.contains("B buy now"), "{screen}");
    assert_eq!(stage.ana.product(&stage.product_id).await["status"], "open");
}

#[tokio::test]
async fn a_dutch_price_falls_on_the_screen_and_is_accepted() {
    let terms = json!({
        "format": "dutch",
        "increment": null,
        "dutch": {"floor": "10.00", "step": "1.00", "tick_seconds": 1},
    });
    let stage = Stage::set(TEN_MINUTES, terms).await;
    let pty = stage.eva_watches().await;
    let first = pty.wait_for("falls to $").await;
    pty.wait_until("another price by the clock alone", |screen| {
        screen.contains("falls to $") && offered(screen) != offered(&first)
    })
    .await;
    pty.send("B");
    let screen = pty.wait_for("or less.").await;
    let agreed = cents(between(&screen, "You accept USD ", " or less."));
    pty.wait_for("you would pay that").await;
    pty.send("y");
    let screen = pty.wait_for("WON for USD ").await;
    let paid = cents(between(&screen, "WON for USD ", "\n").trim());
    assert!(paid < agreed, "{paid} of {agreed}");
    let product = stage.ana.product(&stage.product_id).await;
    assert_eq!(cents(product["hammer_price"].as_str().unwrap()), paid);
    let offers: Vec<_> = stage.database.log_of(&stage.product_id).await;
    let offers: Vec<_> = offers.iter().filter_map(|entry| entry.offer).collect();
    assert_eq!(offers, [agreed]);
}

/// What the banner says that `Enter` would accept.
fn offered(screen: &str) -> &str {
    between(screen, "accept $", "\n").trim()
}

fn between<'a>(screen: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = screen.split_once(before).unwrap_or_else(|| panic!("no {before} in {screen}"));
    rest.split_once(after).map_or(rest, |(text, _)| text)
}

/// An amount in minor units.
fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}

#[tokio::test]
async fn sealed_bids_are_opened_at_the_close() {
    let terms = json!({"format": "sealed_second_price", "increment": null});
    let stage = Stage::set(Duration::from_secs(15), terms).await;
    let pty = stage.eva_watches().await;
    pty.wait_for("no bid of yours yet").await;
    pty.send("150");
    pty.send(ENTER);
    let screen = pty.wait_for("You bid USD 150.00, sealed.").await;
    assert!(has(&screen, &["Nobody sees it before the close."]), "{screen}");
    pty.send("y");
    pty.wait_for("SEALED BID PLACED").await;
    let screen = pty.wait_for("your sealed bid: USD 150.00").await;
    assert!(has(&screen, &["YOUR SEALED BID", "sealed: shown at the close"]), "{screen}");
    stage.bob_bids("140.00").await;

    let screen = pty.wait_for("WON for USD 140.00").await;
    assert!(
        has(&screen, &["1.           $150.00     you", "2.           $140.00     bob"]),
        "{screen}"
    );
    let product = stage.ana.product(&stage.product_id).await;
    assert_eq!((&product["winner"], &product["bid_count"]), (&json!("eva"), &json!(2)));
}

#[tokio::test]
async fn the_two_sides_of_a_sale_see_each_others_e_mail() {
    let terms = json!({"buy_now_price": "500.00", "anonymous_bidders": true});
    let stage = Stage::set(TEN_MINUTES, terms).await;
    let of_ana = logged_in(&stage.server, &stage.ana, &stage.product_id).await;
    let pty = stage.eva_watches().await;
    let visitor = watching(&stage.server, &stage.product_id).await;
    pty.wait_for("B buy now $500.00").await;
    pty.send("B");
    pty.wait_for("for USD 500.00.").await;
    pty.send("y");
    pty.wait_for(&format!("The seller's e-mail: {}", stage.ana.email)).await;
    of_ana.wait_for("SOLD to eva (Bidder 1) for USD 500.00").await;
    of_ana.wait_for(&format!("The winner's e-mail: {}", stage.eva.email)).await;
    of_ana.send("i");
    of_ana.wait_for("contact     the winner's e-mail").await;
    let screen = visitor.wait_for("SOLD to Bidder 1 for USD 500.00").await;
    assert!(!screen.contains("e-mail"), "{screen}");
}
