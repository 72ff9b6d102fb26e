//! Frames of the live feed: what a server writes once for all watchers, and reads of each bidder.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]

use divan::{Bencher, black_box};
use gobid_api::live::{ClientFrame, ProductChange, ServerFrame, Update};
use gobid_auction::Timestamp;
use serde_json::value::{RawValue, to_raw_value};

const NOW: Timestamp = Timestamp::from_micros(1_893_369_601_123_000);
const BID: &str = r#"{"type":"place_bid","request_id":"0190b0a0-0000-7000-8000-0000000000b1","amount":"1250.00","expected_price":"1225.00"}"#;

fn main() {
    divan::main();
}

/// An update of so many events, as they stand in the log.
#[divan::bench(args = [1, 20])]
fn encode_update(bencher: Bencher, events: i64) {
    let stored: Vec<Box<RawValue>> = (1..=events).map(event).collect();
    let frame = ServerFrame::Update(Update {
        seq: events,
        server_time: NOW,
        events: stored.iter().map(AsRef::as_ref).collect::<Vec<&RawValue>>(),
        skipped: 0,
        product: ProductChange {
            current_price: Some("1250.00".parse().unwrap()),
            minimum_next_bid: Some("1275.00".parse().unwrap()),
            bid_count: Some(17),
            bidder_count: Some(2),
            leader: Some("bidder_12".to_owned()),
            auction_end: NOW,
            status: "open".to_owned(),
            reserve_met: None,
            buy_now_available: false,
        },
    });
    bencher.bench_local(|| serde_json::to_string(black_box(&frame)).unwrap());
}

/// A bid, as it comes in.
#[divan::bench]
fn parse_place_bid(bencher: Bencher) {
    bencher.bench_local(|| ClientFrame::parse(black_box(BID)).unwrap());
}

fn event(seq: i64) -> Box<RawValue> {
    to_raw_value(&serde_json::json!({
        "seq": seq,
        "at": NOW,
        "type": "bid_placed",
        "bids": [{
            "bid_id": "0190b0a0-0000-7000-8000-0000000000b1",
            "seq": seq,
            "at": NOW,
            "bidder": "bidder_12",
            "amount": "1250.00",
            "automatic": false,
            "voided": false,
        }],
        "leader": "bidder_12",
        "current_price": "1250.00",
        "extended": false,
        "auction_end": NOW,
    }))
    .unwrap()
}
