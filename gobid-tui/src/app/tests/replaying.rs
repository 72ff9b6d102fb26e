//! An auction that is over, played again.

use gobid_api::live::{AuctionEvent, EventKind};

use super::*;
use crate::app::Recording;
use crate::samples::{product, row};

/// The camera's auction: three bids, a void, the close.
pub(crate) fn recording() -> Recording {
    let mut view = product();
    view.status = "sold".to_owned();
    view.winner = Some("eva".to_owned());
    view.hammer_price = "1000.00".parse().ok();
    let bid = |seq: i64, time: &str, amount: &str, who: &str| AuctionEvent {
        seq,
        at: at(time),
        kind: EventKind::BidPlaced {
            bids: vec![row(seq, at(time), amount, who)],
            leader: Some(who.to_owned()),
            current_price: amount.parse().ok(),
            extended: false,
            auction_end: at("20:02:44.000"),
        },
    };
    let voided = EventKind::BidsVoided {
        bid_ids: vec![crate::samples::bid_id(3)],
        reason: "shill".to_owned(),
        leader: Some("eva".to_owned()),
        current_price: "1000.00".parse().ok(),
        bid_count: 2,
    };
    let closed = EventKind::AuctionClosed {
        outcome: "sold".to_owned(),
        winner: Some("eva".to_owned()),
        hammer_price: "1000.00".parse().ok(),
        reason: None,
        sealed_bids: None,
        sealed_bid_count: None,
    };
    let event = |seq, time, kind| AuctionEvent { seq, at: at(time), kind };
    let events = vec![
        bid(1, "19:20:00.000", "900.00", "bob_7"),
        bid(2, "19:30:00.000", "1000.00", "eva"),
        bid(3, "19:40:00.000", "1100.00", "karla"),
        event(4, "19:50:00.000", voided),
        event(5, "20:02:44.250", closed),
    ];
    Recording { product: view, events }
}

fn price(desk: &Desk) -> Option<i64> {
    let price = desk.app.watch.product.as_ref()?.standing.price;
    price.map(gobid_api::Amount::minor_units)
}

#[test]
fn events_come_in_as_they_came_then() {
    let mut desk = Desk::replaying(recording());
    assert_eq!((price(&desk), desk.app.watch.bids.len()), (None, 0));
    for _ in 0..6 {
        desk.press("+");
    }
    assert_eq!(desk.app.replay.as_ref().unwrap().speed, 64);
    desk.press("+");
    assert_eq!(desk.app.replay.as_ref().unwrap().speed, 64, "the fastest");
    desk.pass(Duration::from_secs(10));
    assert_eq!(price(&desk), Some(90_000));
    assert_eq!(desk.app.now.server_time, at("19:20:40.000"));
    desk.press(" ");
    desk.pass(Duration::from_secs(100));
    assert_eq!(price(&desk), Some(90_000), "it stands still");
    desk.press("..");
    assert_eq!(price(&desk), Some(110_000));
    let minimum = desk.app.watch.product.as_ref().unwrap().standing.minimum;
    assert_eq!(minimum.map(gobid_api::Amount::minor_units), Some(112_500));
    desk.press(".");
    assert_eq!((price(&desk), desk.app.watch.bids[0].voided), (Some(100_000), true));
    desk.press(",,");
    assert_eq!((price(&desk), desk.app.watch.bids.len()), (Some(100_000), 2));
    desk.press("G");
    let standing = &desk.app.watch.product.as_ref().unwrap().standing;
    assert_eq!((standing.phase, standing.bid_count), (crate::app::Phase::Sold, Some(2)));
    desk.press("g");
    assert_eq!((price(&desk), desk.app.watch.bids.len()), (None, 0));
}

#[test]
fn nothing_is_bid_in_a_replay() {
    let mut desk = Desk::replaying(recording());
    desk.update(Msg::Identified(Some(eva())));
    desk.press("l1300");
    let effects =
        [desk.key(ENTER), desk.press("B"), desk.update(Msg::Words("bid 1300".to_owned()))];
    assert!(effects.concat().is_empty());
    assert!(desk.app.watch.dialog.is_none() && desk.app.watch.field.is_empty());
}

#[test]
fn a_recording_is_what_was_written() {
    let text = serde_json::to_string(&recording()).unwrap();
    let read: Recording = serde_json::from_str(&text).unwrap();
    assert_eq!((read.product, read.events), (recording().product, recording().events));
}
