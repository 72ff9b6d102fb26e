//! `bid max`: the house bids for somebody, as little as needed.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Market};
use crate::support::actors::product;
use crate::support::database::{Database, on_both};
use crate::support::pty::ENTER;

on_both!(a_maximum_bids_as_little_as_needed, what_a_maximum_may_not_be_is_refused);

const BEATEN: Option<i32> = Some(12);

async fn a_maximum_bids_as_little_as_needed(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &*market.product_id;
    let ran = eva.run(&["bid", "max", id, "200"]).await;
    let (first, last) = ran.stderr.split_once('\n').unwrap();
    assert!(first.starts_with("bidding up to USD 200.00 (request "), "{first}");
    let led = "accepted, you lead: your maximum is USD 200.00; the price is USD 100.00\n";
    assert_eq!(last, led);
    assert!(ran.ok().contains("\nmax_amount\t200.00\n"));

    // A firm bid below it is accepted, and beaten at once.
    let ran = bob.run(&["bid", "place", id, "150"]).await;
    assert_eq!(ran.code, BEATEN, "{}", ran.stderr);
    let beaten = "\naccepted, but beaten at once by a maximum: the price is USD 151.00\n";
    assert!(ran.stderr.ends_with(beaten), "{}", ran.stderr);
    assert!(ran.stdout.contains("\nleading\tfalse\n"), "{}", ran.stdout);
    // So is a maximum; for a program its answer and the exit code say it all.
    let ran = bob.run(&["bid", "max", id, "160", "-o", "json"]).await;
    assert_eq!((ran.code, &*ran.stderr), (BEATEN, ""));
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&answer["leading"], &answer["current_price"]), (&json!(false), &json!("161.00")));
    assert_eq!((&answer["max_amount"], answer.get("amount")), (&json!("160.00"), None));

    // Who leads may raise his own, and nobody sees that.
    let seq = market.seller.product(id).await["seq"].clone();
    let raised = eva.json(&["bid", "max", id, "3_00"]).await;
    assert_eq!((&raised["leading"], &raised["current_price"]), (&json!(true), &json!("161.00")));
    assert_eq!((&raised["seq"], &market.seller.product(id).await["seq"]), (&seq, &seq));
    assert_eq!(eva.json(&["product", "show", id]).await["you"]["max_amount"], "300.00");
    for form in ["json", "csv", "table"] {
        let seen = bob.ok(&["product", "show", id, "-o", form]).await;
        assert!(!seen.contains("300.00") && !seen.contains("200.00"), "{seen}");
    }

    let ran = bob.run(&["bid", "max", id, "400"]).await;
    let led = "accepted, you lead: your maximum is USD 400.00; the price is USD 301.00\n";
    assert!(ran.stderr.ends_with(led), "{}", ran.stderr);
    ran.ok();
    let ran = eva.run(&["bid", "place", id, "401"]).await;
    assert!(ran.stderr.ends_with("\naccepted, you lead at USD 401.00\n"), "{}", ran.stderr);
    ran.ok();
}

async fn what_a_maximum_may_not_be_is_refused(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let eva = market.shell_of("Eva").await;
    let id = &*market.product_id;
    let max = |amount| ["bid", "max", id, amount, "-ojson"];
    let error = eva.run(&max("99.99")).await.refused(7, "bid_too_low");
    assert_eq!(error["minimum_next_bid"], "100.00");
    let expected = [&max("200")[..], &["--expected-price", "99"]].concat();
    eva.run(&expected).await.refused(7, "price_moved");
    let named = Uuid::new_v4().to_string();
    let first = [&max("200")[..], &["--request-id", &named]].concat();
    let answer: Value = serde_json::from_str(&eva.ok(&first).await).unwrap();
    // Under the same name it is the same bid, whatever has happened since.
    let again: Value = serde_json::from_str(&eva.ok(&first).await).unwrap();
    assert_eq!(again, answer);
    let firm = ["bid", "place", id, "200", "--request-id", &named, "-ojson"];
    eva.run(&firm).await.refused(7, "request_id_reused");

    eva.run(&max("150")).await.refused(7, "bid_too_low");
    eva.run(&max("200")).await.refused(7, "bid_too_low");
    for (amount, hint) in [("1,275", "write 1275, 1275.00 or 1_275"), ("0", "above zero")] {
        let error = eva.run(&max(amount)).await.refused(2, "usage");
        assert!(error["detail"].as_str().unwrap().contains(hint), "{error}");
    }
    let error = eva.run(&max("200.005")).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("the auction is in USD"), "{error}");
    let nowhere = Uuid::now_v7().to_string();
    eva.run(&["bid", "max", &nowhere, "200", "-ojson"]).await.refused(6, "not_found");
    eva.ok(&["user", "logout"]).await;
    eva.run(&max("300")).await.refused(4, "not_logged_in");
    assert_eq!(market.seller.product(id).await["bid_count"], 1);
}

#[tokio::test]
async fn a_person_is_told_what_a_maximum_can_cost() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let max = ["bid", "max", &*market.product_id, "1_400"];
    let terminal = eva.terminal((200, 24), &max).await;
    let screen = terminal.wait_for("Place it? [y/N]").await;
    let question = "You bid as little as needed: up to USD 1,400.00 and at least USD 100.00. \
                    It cannot be withdrawn.";
    assert!(screen.contains(question), "{screen}");
    terminal.send(&format!("n{ENTER}"));
    assert_eq!(terminal.ended().await, 1);
    assert_eq!(market.seller.product(&market.product_id).await["bid_count"], 0);

    let terminal = eva.terminal((200, 24), &max).await;
    terminal.wait_for("Place it? [y/N]").await;
    terminal.send(&format!("y{ENTER}"));
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.screen();
    let led = "accepted, you lead: your maximum is USD 1,400.00; the price is USD 100.00";
    assert!(screen.contains(led), "{screen}");
    // Whoever leads is asked about the maximum alone.
    let terminal = eva.terminal((200, 24), &["bid", "max", &*market.product_id, "1500"]).await;
    let screen = terminal.wait_for("Place it? [y/N]").await;
    assert!(
        screen.contains("Your maximum becomes USD 1,500.00. It cannot be lowered."),
        "{screen}"
    );
    terminal.send(&format!("y{ENTER}"));
    assert_eq!(terminal.ended().await, 0);
}
