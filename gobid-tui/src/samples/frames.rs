//! The frames that tell the auction.

use gobid_api::Timestamp;
use gobid_api::bids::BidRow;
use gobid_api::live::Snapshot;
use gobid_api::products::{ProductView, RungView, Seller, YourView};
use uuid::Uuid;

/// The bids on the camera: when, how much, by whom.
const BIDS: [(&str, &str, &str); 9] = [
    ("19:24:48.731", "925.00", "karla"),
    ("19:30:10.002", "950.00", "bob_7"),
    ("19:36:01.555", "1000.00", "moe_3"),
    ("19:37:22.119", "1025.00", "eva"),
    ("19:44:59.006", "1100.00", "bob_7"),
    ("19:52:12.400", "1150.00", "karla"),
    ("19:57:40.871", "1200.00", "eva"),
    ("19:59:51.020", "1225.00", "bob_7"),
    ("20:00:03.214", "1250.00", "eva"),
];

/// A moment of the day of the auction.
pub(crate) fn at(time: &str) -> Timestamp {
    format!("2030-01-31T{time}Z").parse().unwrap()
}

/// The id of the bid of this event.
pub(crate) fn bid_id(seq: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(seq).unwrap() + 1_000)
}

/// A bid.
pub(crate) fn row(seq: i64, at: Timestamp, amount: &str, bidder: &str) -> BidRow {
    BidRow {
        bid_id: bid_id(seq),
        seq,
        at,
        bidder: bidder.to_owned(),
        amount: amount.parse().unwrap(),
        automatic: false,
        voided: false,
    }
}

/// The camera's snapshot.
pub(crate) fn snapshot() -> Snapshot {
    let rows =
        (1..).zip(BIDS).map(|(seq, (time, amount, bidder))| row(seq, at(time), amount, bidder));
    let mut bids: Vec<_> = rows.collect();
    bids.reverse();
    Snapshot {
        epoch: "e".to_owned(),
        seq: 416,
        reset: false,
        server_time: at("20:02:06.000"),
        product: product(),
        bids,
        watchers: 42,
    }
}

/// The camera.
pub(crate) fn product() -> ProductView {
    let amount = |text: &str| text.parse().unwrap();
    let rung = |from: &str, step: &str| RungView { from: amount(from), step: amount(step) };
    ProductView {
        product_id: Uuid::from_u128(0x0190_b0a0_0000_7000_8000_0000_91c2_7f3a),
        product_name: "Leica M3 double-stroke, 1955".to_owned(),
        description: "CLA'd 2023, light wear on the top plate.".to_owned(),
        seller: Seller { user_id: Uuid::from_u128(9), user_name: "ana".to_owned() },
        format: "english".to_owned(),
        currency: "USD".to_owned(),
        baseprice: amount("900.00"),
        current_price: Some(amount("1250.00")),
        minimum_next_bid: Some(amount("1275.00")),
        increment: vec![rung("0.00", "10.00"), rung("1000.00", "25.00")],
        dutch: None,
        buy_now_price: None,
        buy_now_available: false,
        reserve_met: None,
        anonymous_bidders: false,
        bid_count: Some(17),
        bidder_count: Some(5),
        leader: Some("eva".to_owned()),
        status: "open".to_owned(),
        is_sold: false,
        annulled: false,
        winner: None,
        hammer_price: None,
        cancel_reason: None,
        auction_start: at("19:10:00.000"),
        auction_end: at("20:02:44.000"),
        original_end: at("20:02:44.000"),
        hard_end: None,
        soft_close_seconds: 0,
        seq: 416,
        revision: 1,
        server_time: at("20:02:06.000"),
        created_at: at("19:10:00.000"),
        you: None,
    }
}

/// How somebody stands of whom nothing is known.
pub(crate) fn you() -> YourView {
    YourView {
        status: None,
        amount: None,
        max_amount: None,
        alias: None,
        is_seller: false,
        reserve_price: None,
        reference: None,
        contact: None,
    }
}
