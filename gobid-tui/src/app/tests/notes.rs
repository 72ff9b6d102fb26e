//! What is told, and for how long.

use super::*;
use crate::samples::formats::{buy_now, sealed};

fn note(desk: &Desk) -> Option<&str> {
    desk.app.note().map(|note| note.text.as_str())
}

/// Eva bids 1,300.00, and it is accepted.
fn accepted() -> Desk {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.accept_at(ID, "1300.00", Some(true), Some("1300.00"));
    desk
}

#[test]
fn a_note_of_the_lead_ends_with_the_lead() {
    let lead = Some("accepted, you lead at USD 1,300.00");
    let mut desk = accepted();
    assert_eq!(note(&desk), lead, "its news is still to come");
    desk.bid("eva", "1300.00", "1325.00");
    desk.you(YourStatus::Leading);
    assert_eq!(note(&desk), lead);
    desk.rival_bids("1325.00", "1350.00");
    assert_eq!(note(&desk), None);

    let mut desk = accepted();
    desk.bid("eva", "1300.00", "1325.00");
    assert_eq!(note(&desk.closed("sold", Some("eva"))), None);

    let mut desk = accepted();
    desk.rival_bids("1290.00", "1300.00");
    assert_eq!(note(&desk), None, "the price is another one");
}

#[test]
fn a_lead_that_is_over_when_its_answer_comes_is_not_told() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.bid("eva", "1300.00", "1325.00");
    let seq = desk.app.watch.seq;
    desk.rival_bids("1325.00", "1350.00");
    desk.accept_as((seq, ID), "1300.00", Some(true), Some("1300.00"));
    assert_eq!(note(&desk), Some("accepted"));
}

#[test]
fn a_note_of_being_beaten_ends_with_another_price() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.accept(ID, "1300.00", Some(false));
    desk.rival_bids("1325.00", "1350.00");
    assert!(note(&desk).is_some_and(|note| note.ends_with("price 1,325.00")));
    desk.rival_bids("1350.00", "1375.00");
    assert_eq!(note(&desk), None);
}

#[test]
fn a_note_of_a_purchase_or_a_sealed_bid_ends_with_the_auction() {
    let mut desk = Desk::eva_at(buy_now());
    desk.press("B");
    desk.send(ID);
    desk.accept_at(ID, "1600.00", Some(true), Some("1600.00"));
    assert!(note(&desk).is_some());
    desk.sold_at_once("eva", "1600.00");
    desk.annul("never paid");
    assert_eq!(note(&desk), None);

    let mut desk = Desk::eva_at(sealed());
    desk.press("1400");
    desk.key(ENTER);
    desk.send(ID);
    desk.accept_at(ID, "1400.00", None, None);
    desk.you_offer(None, Some("1400.00"), None);
    assert!(note(&desk).is_some());
    assert_eq!(note(&desk.unsealed(&[("bob_7", "1500.00"), ("eva", "1400.00")], "1400.00")), None);
}

#[test]
fn a_refusal_is_told_though_the_auction_is_over() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.refuse(ID, ErrorCode::AuctionClosed, true);
    let desk = desk.closed("sold", Some("bob_7"));
    assert_eq!(note(&desk), Some("refused: it came after the end"));
}
