//! `bid buy`, and the acceptance of a Dutch price.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Market};
use crate::support::actors::product;
use crate::support::database::{Database, on_both};
use crate::support::pty::ENTER;

on_both!(
    a_purchase_ends_the_auction,
    what_cannot_be_bought_any_more_is_refused,
    a_dutch_price_is_accepted,
);

fn with_buy_now() -> Value {
    let mut product = product(HOUR);
    product["buy_now_price"] = "1500.00".into();
    product
}

/// A Dutch auction that stands at 100.00 for an hour.
fn dutch() -> Value {
    let mut product = product(HOUR);
    product.as_object_mut().unwrap().remove("increment");
    product["format"] = "dutch".into();
    product["dutch"] = json!({"floor": "20.00", "step": "10.00", "tick_seconds": 3600});
    product
}

fn buy(product_id: &str) -> [&str; 4] {
    ["bid", "buy", product_id, "-ojson"]
}

async fn a_purchase_ends_the_auction(database: Database) {
    let market = Market::open_on(database, &with_buy_now()).await;
    let eva = market.shell_of("Eva").await;
    let id = &*market.product_id;
    let request_id = Uuid::new_v4().to_string();
    let named = ["bid", "buy", id, "--request-id", &request_id];
    let ran = eva.run(&named).await;
    let said =
        format!("buying for USD 1,500.00 (request {request_id})\nsold to you for USD 1,500.00\n");
    assert_eq!(ran.stderr, said);
    let text = ran.ok();
    assert!(text.contains("\namount\t1500.00\n") && text.contains("\nleading\ttrue\n"), "{text}");
    let shown = eva.json(&["product", "show", id]).await;
    assert_eq!((&shown["status"], &shown["winner"]), (&json!("sold"), &json!("Eva")));
    assert_eq!((&shown["hammer_price"], &shown["bid_count"]), (&json!("1500.00"), &json!(1)));

    // Under the same name it is the same purchase; another one comes too late.
    let again = eva.json(&named).await;
    assert_eq!(
        text.lines().next().unwrap(),
        format!("bid_id\t{}", again["bid_id"].as_str().unwrap())
    );
    let bob = market.shell_of("Bob").await;
    let error = bob.run(&buy(id)).await.refused(7, "auction_closed");
    assert_eq!(error["received_in_time"], false);
}

async fn what_cannot_be_bought_any_more_is_refused(database: Database) {
    let market = Market::open_on(database, &with_buy_now()).await;
    let (eva, seller) = (market.shell_of("Eva").await, market.shell_of_seller().await);
    let id = &*market.product_id;
    seller.run(&buy(id)).await.refused(7, "own_product");
    eva.ok(&["bid", "place", id, "100"]).await;
    let error = eva.run(&buy(id)).await.refused(7, "buy_now_unavailable");
    assert!(error["request_id"].is_string() && error["trace_id"].is_string(), "{error}");
    let without = market.seller.create_product(&product(HOUR)).await;
    let ran = eva.run(&["bid", "buy", &without]).await;
    assert!(ran.stderr.starts_with("buying for the buy-now price (request "), "{}", ran.stderr);
    assert!(ran.failed(7).contains("code buy_now_unavailable"));
    let dutch = market.seller.create_product(&dutch()).await;
    eva.run(&buy(&dutch)).await.refused(7, "wrong_format");
    let nowhere = Uuid::now_v7().to_string();
    eva.run(&buy(&nowhere)).await.refused(6, "not_found");
    eva.ok(&["user", "logout"]).await;
    eva.run(&buy(id)).await.refused(4, "not_logged_in");
}

async fn a_dutch_price_is_accepted(database: Database) {
    let market = Market::open_on(database, &dutch()).await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &*market.product_id;
    let place = |amount| ["bid", "place", id, amount, "-ojson"];
    let error = eva.run(&place("99.99")).await.refused(7, "bid_too_low");
    assert_eq!((&error["minimum_next_bid"], &error["next_bids"]), (&json!("100.00"), &json!([])));
    eva.run(&["bid", "max", id, "100", "-ojson"]).await.refused(7, "wrong_format");
    let expected = [&place("100")[..], &["--expected-price", "100"]].concat();
    eva.run(&expected).await.refused(7, "wrong_format");

    let ran = eva.run(&["bid", "place", id, "120"]).await;
    assert!(ran.stderr.ends_with("\nsold to you for USD 100.00\n"), "{}", ran.stderr);
    let text = ran.ok();
    assert!(text.contains("\namount\t120.00\n"), "{text}");
    assert!(text.contains("\ncurrent_price\t100.00\n"), "{text}");
    let shown = bob.json(&["product", "show", id]).await;
    assert_eq!((&shown["winner"], &shown["hammer_price"]), (&json!("Eva"), &json!("100.00")));
    bob.run(&place("120")).await.refused(7, "auction_closed");
}

#[tokio::test]
async fn a_person_is_told_that_he_buys() {
    let market = Market::open_with(&with_buy_now()).await;
    let eva = market.shell_of("Eva").await;
    let dutch = market.seller.create_product(&dutch()).await;
    let purchase = ["bid", "buy", &*market.product_id];
    let acceptance = ["bid", "place", &*dutch, "120"];
    let table: [(&[&str], &str, &str); 2] = [
        (
            &purchase,
            "You buy it for USD 1,500.00, at once. It cannot be withdrawn.",
            "sold to you for USD 1,500.00",
        ),
        (
            &acceptance,
            "You buy it at once: at the price there is when your bid arrives, at most USD 120.00.",
            "sold to you for USD 100.00",
        ),
    ];
    for (args, question, outcome) in table {
        let terminal = eva.terminal((240, 24), args).await;
        let screen = terminal.wait_for("Buy it? [y/N]").await;
        assert!(screen.contains(question), "{screen}");
        terminal.send(&format!("n{ENTER}"));
        assert_eq!(terminal.ended().await, 1);
        let terminal = eva.terminal((240, 24), args).await;
        terminal.wait_for("Buy it? [y/N]").await;
        terminal.send(&format!("y{ENTER}"));
        assert_eq!(terminal.ended().await, 0);
        assert!(terminal.screen().contains(outcome), "{}", terminal.screen());
    }
}
