//! The events of a log.

use gobid_api::live::{AuctionEvent, EventKind, SealedBidRow};

use crate::{amount, at, id, read_back, row};

/// An event of each kind.
fn events() -> Vec<AuctionEvent> {
    let kinds = [
        EventKind::AuctionOpened,
        EventKind::BidPlaced {
            bids: vec![row("bob", "1225.00", false), row("eva", "1250.00", true)],
            leader: Some("eva".to_owned()),
            current_price: Some(amount("1250.00")),
            extended: true,
            auction_end: at(120),
        },
        EventKind::ReserveChanged {
            reserve_met: Some(true),
            current_price: Some(amount("1300.00")),
        },
        EventKind::DescriptionChanged { description: "With a case.".to_owned(), revision: 2 },
        EventKind::BidsVoided {
            bid_ids: vec![id(0xb1), id(0xb2)],
            reason: "a stolen account".to_owned(),
            leader: None,
            current_price: None,
            bid_count: 0,
        },
        EventKind::AuctionExtended { auction_end: at(600), reason: "a failure".to_owned() },
        EventKind::AuctionCancelled { reason: "not for sale any more".to_owned() },
        closed(),
        EventKind::SaleAnnulled { reason: "not as described".to_owned() },
    ];
    let event = |(seq, kind)| AuctionEvent { seq, at: at(1), kind };
    (1..).zip(kinds).map(event).collect()
}

fn closed() -> EventKind {
    EventKind::AuctionClosed {
        outcome: "sold".to_owned(),
        winner: Some("eva".to_owned()),
        hammer_price: Some(amount("1250.00")),
        reason: None,
        sealed_bids: None,
        sealed_bid_count: None,
    }
}

#[test]
fn every_event() {
    let events = events();
    insta::assert_json_snapshot!(events);
    read_back(&events);
}

#[test]
fn the_close_of_a_sealed_auction() {
    let bid = |number, bidder: &str, sum| SealedBidRow {
        bid_id: id(number),
        bidder: bidder.to_owned(),
        amount: amount(sum),
    };
    let closings = [
        EventKind::AuctionClosed {
            outcome: "sold".to_owned(),
            winner: Some("eva".to_owned()),
            hammer_price: Some(amount("110.00")),
            reason: None,
            sealed_bids: Some(vec![bid(1, "eva", "120.00"), bid(2, "bob", "110.00")]),
            sealed_bid_count: Some(2),
        },
        EventKind::AuctionClosed {
            outcome: "unsold".to_owned(),
            winner: None,
            hammer_price: None,
            reason: Some("no_bids".to_owned()),
            sealed_bids: Some(Vec::new()),
            sealed_bid_count: Some(0),
        },
    ];
    insta::assert_json_snapshot!(closings);
    read_back(&closings);
}

#[test]
fn an_event_of_a_newer_server_is_read_as_one_that_is_not_known() {
    let text = r#"{"seq":9,"at":"2030-01-31T18:00:00Z","type":"brand_new","by":"somebody"}"#;
    let event: AuctionEvent = serde_json::from_str(text).unwrap();
    assert_eq!((event.seq, event.kind), (9, EventKind::Unknown));
}
