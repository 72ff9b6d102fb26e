//! The tag of a product is one's own: it moves with one's own maximum, and with nobody else's.

use serde_json::json;

use super::cases::Case;
use super::stage::{ADMIN, IDLE, OLGA, RICK, SELLER, Stage, VISITOR};
use crate::support::database::{Database, on_both};

on_both!(a_raise_moves_the_tag_of_its_bidder, a_sealed_amount_moves_the_tag_of_its_bidder);

async fn a_raise_moves_the_tag_of_its_bidder(database: Database) {
    let mut stage = Stage::set(Case::Raise, 0, database, None).await;
    stage.bid(OLGA, json!({"max_amount": "1412.37"})).await;
    stage.bid(RICK, json!({"amount": "150.00"})).await;
    assert_moves_own_tag(&mut stage, "max_amount", "1987.65").await;
}

async fn a_sealed_amount_moves_the_tag_of_its_bidder(database: Database) {
    let mut stage = Stage::set(Case::SealedAmount, 0, database, None).await;
    for amount in ["120.37", "333.47"] {
        assert_moves_own_tag(&mut stage, "amount", amount).await;
    }
}

/// What nobody else sees moves the tag of its owner, at every server, and of no one else.
async fn assert_moves_own_tag(stage: &mut Stage, field: &str, amount: &str) {
    let before = tags(stage).await;
    stage.bid(OLGA, json!({field: amount})).await;
    let after = tags(stage).await;
    for ((who, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(before != after, *who == OLGA, "{who}: {before} and then {after}");
    }
}

async fn tags(stage: &Stage) -> Vec<(&'static str, String)> {
    let mut tags = Vec::new();
    for server in 0..stage.servers.len() {
        for who in [ADMIN, IDLE, OLGA, RICK, SELLER, VISITOR] {
            let path = format!("/products/{}", stage.product_id);
            let answer = stage.person(who, server).get(&path).await;
            tags.push((who, answer.header("ETag").unwrap().to_owned()));
        }
    }
    tags
}
