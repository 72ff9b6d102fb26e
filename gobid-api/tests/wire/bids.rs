//! Bids and purchases over REST, and what comes back.

use gobid_api::bids::{BidAnswer, BidResult, NewBid, NewPurchase};

use crate::{amount, at, id, read_back, row};

pub(crate) fn result() -> BidResult {
    BidResult {
        bid_id: id(0xb1),
        product_id: id(1),
        seq: 3,
        amount: Some(amount("1300.00")),
        max_amount: None,
        leading: Some(true),
        current_price: Some(amount("1300.00")),
        minimum_next_bid: Some(amount("1325.00")),
        auction_end: at(120),
        received_at: at(1),
    }
}

/// A maximum that led, and an amount in a sealed auction.
pub(crate) fn other_results() -> [BidResult; 2] {
    [
        BidResult {
            amount: None,
            max_amount: Some(amount("1400.00")),
            minimum_next_bid: None,
            ..result()
        },
        BidResult { leading: None, current_price: None, ..result() },
    ]
}

#[test]
fn what_is_sent() {
    let not_after = Some("2030-01-31T18:00:05.000Z".to_owned());
    let bids = [
        NewBid { amount: Some("1300.00".into()), ..NewBid::default() },
        NewBid {
            max_amount: Some("1400".into()),
            expected_price: Some("1275.00".into()),
            not_after: not_after.clone(),
            ..NewBid::default()
        },
    ];
    insta::assert_json_snapshot!("bids", bids);
    read_back(&bids);
    let purchases = [NewPurchase::default(), NewPurchase { not_after }];
    insta::assert_json_snapshot!("purchases", purchases);
    read_back(&purchases);
    for body in [r#"{"amount":"1","most":"2"}"#, r#"{"amount":null,"amount":"2"}"#] {
        assert!(serde_json::from_str::<NewBid>(body).is_err(), "{body}");
    }
    assert!(serde_json::from_str::<NewPurchase>(r#"{"amount":"1"}"#).is_err());
}

#[test]
fn what_comes_back() {
    let [maximum, sealed] = other_results();
    let answer = |result| BidAnswer { result, idempotency_key: id(0xa1) };
    let answers = [answer(result()), answer(maximum), answer(sealed)];
    insta::assert_json_snapshot!("answers", answers);
    read_back(&answers);
    let rows = [row("bob", "1225.00", false), row("eva", "1250.00", true)];
    insta::assert_json_snapshot!("rows", rows);
    read_back(&rows);
}
