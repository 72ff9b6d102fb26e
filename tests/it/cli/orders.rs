//! `admin cancel`, `extend` and `annul`: what an admin orders, with a reason that everybody sees.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::database::{Database, on_both};
use crate::support::pty::ENTER;

on_both!(
    an_admin_calls_any_auction_off,
    an_admin_moves_an_end_later,
    an_admin_annuls_a_sale,
    who_is_no_admin_orders_nothing,
);

const REASON: [&str; 2] = ["--reason", "A stolen account."];

/// An order about a product, with its options; answered with JSON.
fn order<'a>(what: &'a str, product_id: &'a str, options: &[&'a str]) -> Vec<&'a str> {
    [&["admin", what, product_id, "-ojson"], &REASON[..], options].concat()
}

/// The last event of the product.
async fn last_event(market: &Market) -> Value {
    market.seller.events(&market.product_id, 0).await.pop().unwrap()
}

async fn an_admin_calls_any_auction_off(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let (root, eva) = (market.shell_of_admin().await, market.shell_of("Eva").await);
    let id = &*market.product_id;
    eva.ok(&["bid", "place", id, "100"]).await;
    let ran = root.run(&["admin", "cancel", id, "--reason", "A stolen camera."]).await;
    assert_eq!(ran.stderr, "cancelled\n");
    let text = ran.ok();
    assert!(text.contains("\nstatus\tcancelled\n"), "{text}");
    assert!(text.contains("\ncancel_reason\tA stolen camera.\n"), "{text}");
    let event = last_event(&market).await;
    assert_eq!(
        (&event["type"], &event["reason"]),
        (&json!("auction_cancelled"), &json!("A stolen camera."))
    );
    assert_eq!(eva.json(&["product", "show", id]).await["you"]["status"], "none");
    root.run(&order("cancel", id, &[])).await.refused(7, "auction_closed");
    let nowhere = Uuid::now_v7().to_string();
    root.run(&order("cancel", &nowhere, &[])).await.refused(6, "not_found");
}

async fn an_admin_moves_an_end_later(database: Database) {
    let mut with_hard_end = product(HOUR);
    let hard_end = from_now(3 * HOUR);
    with_hard_end["soft_close_seconds"] = 60.into();
    with_hard_end["hard_end"] = hard_end.clone().into();
    let market = Market::open_on(database, &with_hard_end).await;
    let root = market.shell_of_admin().await;
    let id = &*market.product_id;
    let before = market.seller.product(id).await;
    let ends = |view: &Value| view["auction_end"].as_str().unwrap().to_owned();
    let later = |view: &Value, span| {
        let end: gobid_auction::Timestamp = ends(view).parse().unwrap();
        end.plus(span).to_string()
    };
    let ran = root.run(&["admin", "extend", id, "--by", "10m", REASON[0], REASON[1]]).await;
    let end = later(&before, Duration::from_mins(10));
    assert_eq!(ran.stderr, format!("ends {end}\n"));
    assert!(ran.ok().contains(&format!("\nauction_end\t{end}\n")));
    let event = last_event(&market).await;
    assert_eq!((&event["type"], &event["auction_end"]), (&json!("auction_extended"), &json!(end)));
    assert_eq!(event["reason"], REASON[1]);
    // The end it was created with is kept, and shown.
    let shown = root.json(&["product", "show", id]).await;
    assert_eq!(ends(&shown), end);
    assert_eq!(shown["original_end"], before["auction_end"]);

    let ran = root.run(&["admin", "extend", id, "--to", &hard_end, REASON[0], REASON[1]]).await;
    assert!(ran.stderr.starts_with(&format!("to {hard_end}, in 2h 59m\n")), "{}", ran.stderr);
    ran.ok();
    // Neither earlier than it is, nor past the hard end.
    for options in [["--to", &*from_now(2 * HOUR)], ["--by", "1s"]] {
        let error = root.run(&order("extend", id, &options)).await;
        let error = error.refused(2, "validation_failed");
        assert!(error["errors"]["auction_end"].is_array(), "{error}");
    }
    let error = root.run(&order("extend", id, &["--to", "soon"])).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("tomorrow 18:00"), "{error}");
    for options in [&[][..], &["--by", "1h", "--to", "2h"], &["--by", "10"]] {
        root.run(&order("extend", id, options)).await.refused(2, "usage");
    }
    let mut scheduled = product(2 * HOUR);
    scheduled["auction_start"] = from_now(HOUR).into();
    let scheduled = market.seller.create_product(&scheduled).await;
    root.run(&order("extend", &scheduled, &["--by", "1h"])).await.refused(7, "auction_not_open");
}

async fn an_admin_annuls_a_sale(database: Database) {
    let mut with_buy_now = product(HOUR);
    with_buy_now["buy_now_price"] = "1500".into();
    let market = Market::open_on(database, &with_buy_now).await;
    let (root, eva) = (market.shell_of_admin().await, market.shell_of("Eva").await);
    let id = &*market.product_id;
    root.run(&order("annul", id, &[])).await.refused(6, "not_found");
    eva.ok(&["bid", "buy", id]).await;
    let ran = root.run(&["admin", "annul", id, REASON[0], REASON[1]]).await;
    assert_eq!(ran.stderr, "annulled\n");
    let text = ran.ok();
    for line in ["annulled\ttrue", "status\tsold", "winner\tEva", "hammer_price\t1500.00"] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}\n{text}");
    }
    let event = last_event(&market).await;
    assert_eq!((&event["type"], &event["reason"]), (&json!("sale_annulled"), &json!(REASON[1])));
    root.run(&order("annul", id, &[])).await.refused(7, "already_exists");
}

async fn who_is_no_admin_orders_nothing(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let (seller, eva) = (market.shell_of_seller().await, market.shell_of("Eva").await);
    let id = &*market.product_id;
    eva.ok(&["bid", "place", id, "100"]).await;
    let bid = market.bids().await[0]["bid_id"].as_str().unwrap().to_owned();
    let commands = [
        order("cancel", id, &[]),
        order("extend", id, &["--by", "1h"]),
        order("annul", id, &[]),
        order("void", &bid, &["--product", id]),
        vec!["admin", "log", id, "-ojson"],
        vec!["admin", "audit", "-ojson"],
    ];
    for command in &commands {
        for shell in [&seller, &eva] {
            let error = shell.run(command).await.refused(5, "forbidden");
            assert!(error["trace_id"].is_string(), "{error}");
        }
    }
    // Without a reason nothing is ordered.
    for command in &commands[..4] {
        let is_reason = |word: &&str| REASON.contains(word);
        let reasonless: Vec<_> = command.iter().copied().filter(|it| !is_reason(it)).collect();
        let error = eva.run(&reasonless).await.refused(2, "usage");
        assert!(error["detail"].as_str().unwrap().contains("--reason"), "{error}");
    }
    eva.ok(&["user", "logout"]).await;
    for command in &commands {
        eva.run(command).await.refused(4, "not_logged_in");
    }
    let product = market.seller.product(id).await;
    assert_eq!((&product["status"], &product["bid_count"]), (&json!("open"), &json!(1)));
    assert_eq!(market.seller.events(id, 0).await.len(), 2);
}

#[tokio::test]
async fn an_admin_is_asked_before_it_is_done() {
    let market = Market::open().await;
    let root = market.shell_of_admin().await;
    let id = &*market.product_id;
    let bid = Uuid::now_v7().to_string();
    let by_bid = format!("The bid {bid} is struck.");
    let by_bidder = "All bids of Seller (seller@example.org) are struck.";
    let table: [(Vec<&str>, &str); 5] = [
        (order("cancel", id, &[]), "The auction is called off."),
        (order("extend", id, &["--by", "1h"]), "Its end moves later."),
        (order("annul", id, &[]), "The sale is annulled."),
        (order("void", &bid, &["--product", id]), &by_bid),
        (
            [&["admin", "void", "--product", id, "--bidder", &market.seller.id], &REASON[..]]
                .concat(),
            by_bidder,
        ),
    ];
    for (args, question) in table {
        let terminal = root.terminal((240, 24), &args).await;
        let screen = terminal.wait_for("This cannot be undone. Do it? [y/N]").await;
        assert!(screen.contains("Leica M3 double-stroke, 1955: open, from USD 100.00"), "{screen}");
        assert!(screen.contains(question), "{screen}");
        terminal.send(&format!("n{ENTER}"));
        assert_eq!(terminal.ended().await, 1);
    }
    assert_eq!(market.seller.events(id, 0).await.len(), 1);
}
