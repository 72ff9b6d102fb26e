//! The wire, frozen: every message is compared with a snapshot, and reads back as what it was.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; this holds for its helpers, too"
)]

mod accounts;
mod admin;
mod bids;
mod events;
mod frames;
mod problems;
mod products;

use std::fmt::Debug;

use gobid_api::bids::BidRow;
use gobid_api::{Decimal, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Fails unless each value, written and read, is the same again.
fn read_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(values: &[T]) {
    for value in values {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
    }
}

/// The ids of the snapshots, told apart by their last digits.
fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_b0a0_0000_7000_8000_0000_0000_0000 + number)
}

/// A second of the snapshots' day.
fn at(second: u64) -> Timestamp {
    let six: Timestamp = "2030-01-31T18:00:00Z".parse().unwrap();
    six.plus(std::time::Duration::from_secs(second))
}

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn row(bidder: &str, price: &str, automatic: bool) -> BidRow {
    BidRow {
        bid_id: id(if automatic { 0xb2 } else { 0xb1 }),
        seq: 2,
        at: at(1),
        bidder: bidder.to_owned(),
        amount: amount(price),
        automatic,
        voided: false,
    }
}
