//! `admin void`: one bid is struck, or all of one bidder.

use serde_json::{Value, json};
use uuid::Uuid;

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::product;
use crate::support::database::{Database, on_both};

on_both!(a_bid_is_struck, all_bids_of_a_bidder_are_struck, of_a_sealed_auction_only_a_bidder_is);

const REASON: [&str; 2] = ["--reason", "A stolen account."];

/// Strikes a bid, by its id, or a bidder: `["--bidder", id]`.
fn void<'a>(product_id: &'a str, target: &[&'a str]) -> Vec<&'a str> {
    [&["admin", "void", "--product", product_id], &REASON[..], target].concat()
}

fn json<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [args, &["-ojson"]].concat()
}

/// The id of whoever is logged in.
async fn user_id(shell: &Shell) -> String {
    shell.ok(&["user", "whoami", "-oid"]).await.trim().to_owned()
}

async fn a_bid_is_struck(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let root = market.shell_of_admin().await;
    let id = &*market.product_id;
    eva.ok(&["bid", "max", id, "200"]).await;
    bob.run(&["bid", "place", id, "150"]).await;
    let bids = market.bids().await;
    let id_of = |automatic: bool, bidder: &str| {
        let is_it = |bid: &&Value| bid["automatic"] == automatic && bid["bidder"] == bidder;
        bids.iter().find(is_it).unwrap()["bid_id"].as_str().unwrap().to_owned()
    };
    let (of_bob, of_the_house) = (id_of(false, "Bob"), id_of(true, "Eva"));
    // The house's answer goes with the bid that it answered, and not by itself.
    root.run(&json(&void(id, &[&of_the_house]))).await.refused(6, "not_found");
    let ran = root.run(&void(id, &[&of_bob])).await;
    assert_eq!(ran.stderr, "struck\n");
    let text = ran.ok();
    assert!(
        text.contains("\ncurrent_price\t100.00\n") && text.contains("\nleader\tEva\n"),
        "{text}"
    );
    let event = market.seller.events(id, 0).await.pop().unwrap();
    assert_eq!((&event["type"], &event["reason"]), (&json!("bids_voided"), &json!(REASON[1])));
    assert_eq!(event["bid_ids"], json!([of_bob, of_the_house]));
    let voided: Vec<_> = market.bids().await.iter().map(|bid| bid["voided"].clone()).collect();
    assert_eq!(voided.iter().filter(|voided| **voided == true).count(), 2);
    assert_eq!(bob.json(&["product", "show", id]).await["you"]["status"], "none");

    root.run(&json(&void(id, &[&of_bob]))).await.refused(7, "already_exists");
    let nothing = Uuid::now_v7().to_string();
    root.run(&json(&void(id, &[&nothing]))).await.refused(6, "not_found");
    root.run(&json(&void(&nothing, &[&of_bob]))).await.refused(6, "not_found");
    // One bid or one bidder.
    for target in [&[][..], &[&*of_bob, "--bidder", &nothing], &["17"]] {
        root.run(&json(&void(id, target))).await.refused(2, "usage");
    }
}

async fn all_bids_of_a_bidder_are_struck(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let root = market.shell_of_admin().await;
    let id = &*market.product_id;
    let (of_eva, of_bob) = (user_id(&eva).await, user_id(&bob).await);
    for (bidder, amount) in [(&eva, "100"), (&bob, "110"), (&eva, "120"), (&bob, "130")] {
        bidder.ok(&["bid", "place", id, amount]).await;
    }
    // By his name, as everybody sees it.
    let text = root.ok(&json(&void(id, &["--bidder", "bob"]))).await;
    let product: Value = serde_json::from_str(&text).unwrap();
    // Nobody else bids, so that her second bid is what she would pay at most.
    assert_eq!((&product["current_price"], &product["leader"]), (&json!("100.00"), &json!("Eva")));
    assert_eq!(product["bid_count"], 2);
    let text = root.ok(&json(&void(id, &["--bidder", &of_eva]))).await;
    let product: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&product["current_price"], &product["leader"]), (&Value::Null, &Value::Null));
    assert_eq!(product["minimum_next_bid"], "100.00");

    root.run(&json(&void(id, &["--bidder", &of_bob]))).await.refused(7, "already_exists");
    root.run(&json(&void(id, &["--bidder", "bo"]))).await.refused(6, "not_found");
    let of_root = user_id(&root).await;
    root.run(&json(&void(id, &["--bidder", &of_root]))).await.refused(6, "not_found");
    root.ok(&["admin", "cancel", id, REASON[0], REASON[1]]).await;
    root.run(&json(&void(id, &["--bidder", &of_bob]))).await.refused(7, "auction_closed");
}

async fn of_a_sealed_auction_only_a_bidder_is(database: Database) {
    let mut sealed = product(HOUR);
    sealed.as_object_mut().unwrap().remove("increment");
    sealed["format"] = "sealed_first_price".into();
    let market = Market::open_on(database, &sealed).await;
    let (eva, root) = (market.shell_of("Eva").await, market.shell_of_admin().await);
    let id = &*market.product_id;
    let bid = eva.json(&["bid", "place", id, "120"]).await["bid_id"].clone();
    root.run(&json(&void(id, &[bid.as_str().unwrap()]))).await.refused(6, "not_found");
    let of_eva = user_id(&eva).await;
    root.ok(&void(id, &["--bidder", &of_eva])).await;
    // Nobody is told, and the bidder may offer less than before.
    assert_eq!(market.seller.events(id, 0).await.len(), 1);
    assert_eq!(eva.json(&["product", "show", id]).await["you"].get("amount"), None);
    eva.ok(&["bid", "place", id, "110"]).await;
}
