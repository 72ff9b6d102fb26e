//! Hidden maxima, and the end that they move.

use std::time::Duration;

use serde_json::json;

use super::{Stage, has};
use crate::support::pty::ENTER;

const TEN_MINUTES: Duration = Duration::from_mins(10);

#[tokio::test]
async fn the_house_bids_for_a_hidden_maximum_and_its_owner_raises_it_unseen() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let pty = stage.eva_watches().await;
    pty.send("m150");
    pty.wait_for("max $ 150").await;
    pty.send(ENTER);
    let screen = pty.wait_for("Up to USD 150.00.").await;
    assert!(has(&screen, &["CONFIRM MAXIMUM", "The price would now be USD 100.00."]), "{screen}");
    pty.send("y");
    pty.wait_for("your maximum is now USD 150.00").await;
    pty.wait_for("LEADING at $100.00").await;

    let beaten = stage.bob_bids("120.00").await;
    assert_eq!((&beaten["leading"], &beaten["current_price"]), (&json!(false), &json!("121.00")));
    let screen = pty.wait_for("LEADING at $121.00").await;
    assert!(has(&screen, &["▲ auto", "$120.00", "Your maximum is $150.00."]), "{screen}");

    pty.send("m200");
    pty.send(ENTER);
    pty.wait_for("The price stays USD 121.00.").await;
    pty.send("y");
    pty.wait_for("your maximum is now USD 200.00").await;
    pty.wait_for("Your maximum is $200.00.").await;
    let product = stage.bob.product(&stage.product_id).await;
    assert_eq!((&product["seq"], &product["current_price"]), (&json!(3), &json!("121.00")));

    stage.bob_bids("250.00").await;
    pty.wait_for("OUTBID by bob at $250.00").await;
    pty.send("q");
    assert_eq!(pty.ended().await, 0);
}

#[tokio::test]
async fn a_bid_below_a_rivals_maximum_is_accepted_and_beaten_at_once() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let maximum = json!({"max_amount": "150.00"});
    let placed = stage.bob.try_bid_rest(&stage.product_id, &maximum, uuid::Uuid::new_v4()).await;
    placed.unwrap().expect(201);
    let pty = stage.eva_watches().await;
    pty.send("120");
    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 120.00").await;
    pty.send("y");
    pty.wait_for("accepted, but beaten at once by a maximum: price 121.00").await;
    pty.wait_for("OUTBID by bob at $121.00").await;
}

#[tokio::test]
async fn a_late_bid_extends_the_end_on_the_screen() {
    let terms = json!({"soft_close_seconds": 90});
    let stage = Stage::set(Duration::from_mins(1), terms).await;
    let pty = stage.eva_watches().await;
    pty.wait_for("soft close 90 s").await;
    stage.bob_bids("101.00").await;
    let screen = pty.wait_for("by a late bid").await;
    let product = stage.bob.product(&stage.product_id).await;
    let end = product["auction_end"].as_str().unwrap();
    let time = &end[11..19];
    assert_ne!(product["auction_end"], product["original_end"]);
    assert!(screen.contains(&format!("extended to {time} UTC · +90 s")), "{screen}");
    assert!(screen.contains(&format!("extended to {time} by a late bid")), "{screen}");
}
