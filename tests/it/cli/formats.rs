//! `product create`: what an auction of each format may have, and what it may not.

use serde_json::{Value, json};

use super::Market;
use super::shell::{Ran, Shell};
use crate::support::actors::{from_now, product};
use crate::support::database::{Database, on_both};

use super::HOUR;

on_both!(
    every_term_arrives_as_it_was_written,
    what_does_not_fit_is_refused_in_the_words_of_the_server
);

/// Puts a camera up, from 900 on.
async fn create(shell: &Shell, more: &[&str]) -> Ran {
    let what =
        ["product", "create", "--name", "Leica M3", "--description", "CLA 2023, light wear."];
    shell.run(&[&what[..], &["--baseprice", "900", "--ends", "2h", "-ojson"], more].concat()).await
}

/// What a product that was put up looks like to its seller.
async fn created(shell: &Shell, more: &[&str]) -> Value {
    let text = create(shell, more).await.ok();
    let created: Value = serde_json::from_str(&text).unwrap();
    shell.json(&["product", "show", created["product_id"].as_str().unwrap()]).await
}

fn assert_has(shown: &Value, wanted: &Value) {
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
}

async fn every_term_arrives_as_it_was_written(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let ana = market.shell_of("Ana").await;
    let hard_end = from_now(3 * HOUR);
    let ladder = ["--increment", "0:25, 1_000:50.00,2_500:100"];
    let english = ["--reserve", "1_200", "--buy-now", "2000", "--soft-close", "2m30s"];
    let shown = created(&ana, &[&ladder[..], &english, &["--hard-end", &hard_end]].concat()).await;
    let rung = |from: &str, step: &str| json!({"from": from, "step": step});
    let wanted = json!({
        "format": "english", "soft_close_seconds": 150, "hard_end": hard_end,
        "buy_now_price": "2000.00", "buy_now_available": true, "reserve_met": false,
        "increment": [rung("0.00", "25.00"), rung("1000.00", "50.00"), rung("2500.00", "100.00")],
    });
    assert_has(&shown, &wanted);
    assert_eq!(shown["you"]["reserve_price"], "1200.00");
    // Nobody else sees the reserve.
    let id = shown["product_id"].as_str().unwrap();
    assert!(!Shell::at(&market.server).ok(&["product", "show", id]).await.contains("1200"));

    for format in ["sealed_first_price", "sealed_second_price"] {
        let shown = created(&ana, &["--format", format, "--reserve", "1200"]).await;
        let wanted = json!({
            "format": format, "reserve_met": null, "bid_count": null,
            "minimum_next_bid": "900.00",
        });
        assert_has(&shown, &wanted);
    }
    let falls = ["--dutch-floor", "500", "--dutch-step", "1.50", "--dutch-tick", "1h"];
    let shown = created(&ana, &[&["--format", "dutch"], &falls[..]].concat()).await;
    let wanted = json!({
        "format": "dutch", "current_price": "900.00", "minimum_next_bid": "900.00",
        "dutch": {"floor": "500.00", "step": "1.50", "tick_seconds": 3600},
    });
    assert_has(&shown, &wanted);
}

async fn what_does_not_fit_is_refused_in_the_words_of_the_server(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let ana = market.shell_of("Ana").await;
    let dutch =
        ["--format", "dutch", "--dutch-floor", "500", "--dutch-step", "1", "--dutch-tick", "1h"];
    let early = from_now(HOUR);
    let table: [(&[&str], &[&str]); 8] = [
        (&["--buy-now", "1000"], &["buy_now_price"]),
        (&["--buy-now", "1500", "--reserve", "1600"], &["buy_now_price"]),
        (&["--increment", "1:0.05"], &["increment"]),
        (&["--increment", "0:2,100:1"], &["increment"]),
        (&["--hard-end", &early, "--soft-close", "1m"], &["hard_end"]),
        (&["--format", "dutch"], &["dutch"]),
        (
            &["--format", "sealed_first_price", "--soft-close", "1m", "--buy-now", "2000"],
            &["buy_now_price", "soft_close_seconds"],
        ),
        (
            &[&dutch[..], &["--reserve", "600", "--increment", "1"]].concat(),
            &["increment", "reserve_price"],
        ),
    ];
    for (args, fields) in table {
        let error = create(&ana, args).await.refused(2, "validation_failed");
        let errors = error["errors"].as_object().unwrap();
        assert_eq!(errors.keys().collect::<Vec<_>>(), fields, "{args:?}");
    }
    assert_eq!(ana.json(&["product", "list"]).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_meant_is_not_sent() {
    let nobody = Shell::new();
    let table: [(&[&str], &str); 10] = [
        (&["--reserve", "1,200"], "write 1275, 1275.00 or 1_275"),
        (&["--buy-now", "0"], "above zero"),
        (&["--increment", "1,275"], "write 1275, 1275.00 or 1_275"),
        (&["--increment", "0:1,1,275:5"], "0:0.05,1:0.25"),
        (&["--increment", "0:0"], "above zero"),
        (&["--soft-close", "120"], "write 30s, 2h30m or 7d"),
        (&["--soft-close", "9999999w"], "too long"),
        (&["--dutch-tick", "5s"], "--dutch-floor"),
        (&["--dutch-floor", "5", "--dutch-step", "1"], "--dutch-tick"),
        (&["--format", "english auction"], "sealed_second_price"),
    ];
    for (args, hint) in table {
        let error = create(&nobody, args).await.refused(2, "usage");
        assert!(error["detail"].as_str().unwrap().contains(hint), "{error}");
    }
    let market = Market::open().await;
    let ana = market.shell_of("Ana").await;
    let error = create(&ana, &["--hard-end", "soon"]).await.refused(2, "usage");
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.starts_with("--hard-end: ") && detail.contains("tomorrow 18:00"), "{error}");
}
