//! Voiding bids (§4): what is struck, what is named, and what remains.

use crate::{
    model::house::{A, B, C, D, House, accepted, english, word},
    reference::{Event, Terms},
};

/// A 200, B 150, B 205, A 300, A 400 silently, C 250: A leads at 260, up to 400.
fn contested() -> House {
    let mut house = House::new(english());
    for (bidder, amount) in [(A, 200), (B, 150), (B, 205), (A, 300), (A, 400), (C, 250)] {
        assert_eq!(word(&house.max(bidder, amount)), "accepted");
    }
    assert_eq!(house.lead(), Some((A, 260)));
    house
}

/// The rows that the last event names, as bidder and amount.
fn named(house: &House) -> Vec<(u64, i64)> {
    let view = house.view();
    let rows = view.events.last().map(|Event { rows, .. }| rows.clone()).unwrap_or_default();
    let row = |id| view.bids.iter().find(|row| row.id == id).map(|row| (row.bidder, row.amount));
    rows.into_iter().filter_map(row).collect()
}

#[test]
fn a_voided_bid_takes_its_silent_raises_and_their_answers_along() {
    let mut house = contested();
    let bid = house.row(A, 215);
    assert_eq!(word(&house.void(bid)), "done");
    // A 200, B 205 and C 250 remain.
    assert_eq!((house.lead(), house.view().maximum), (Some((C, 215)), Some(250)));
    assert_eq!(named(&house), [(A, 215), (A, 260)]);
    assert_eq!(house.own(A), (Some(200), Some("outbid")));
    assert_eq!(house.own(C), (Some(250), Some("leading")));
    let view = house.view();
    assert_eq!((view.bid_count, view.minimum), (4, Some(225)));
    let rows = [
        (A, 100, ""),
        (B, 150, ""),
        (A, 160, "automatic"),
        (B, 205, ""),
        (A, 215, "voided"),
        (C, 250, ""),
        (A, 260, "automatic, voided"),
    ];
    assert_eq!(house.rows(), rows);
}

#[test]
fn all_bids_of_one_bidder_go_at_once() {
    let mut house = contested();
    assert_eq!(word(&house.void_bidder(B)), "done");
    assert_eq!(named(&house), [(B, 150), (A, 160), (B, 205)]);
    // A raised to 300 and to 400 while leading, then C lost at 250.
    assert_eq!((house.lead(), house.view().maximum), (Some((A, 260)), Some(400)));
    assert_eq!(house.own(B), (None, Some("none")));
    assert_eq!(house.view().bid_count, 3);
    assert_eq!(house.view().bidder_count, 3, "numbers that were handed out stay");

    assert_eq!(word(&house.void_bidder(A)), "done");
    assert_eq!(
        named(&house),
        [(A, 100), (A, 215), (A, 260)],
        "the answer at 160 was voided before"
    );
    assert_eq!((house.lead(), house.view().maximum), (Some((C, 100)), Some(250)));
}

#[test]
fn a_silent_raise_belongs_to_the_last_bid_before_it_that_stands() {
    let mut house = House::new(english());
    house.max(A, 200);
    house.max(A, 300);
    house.max(B, 310);
    house.max(A, 400);
    house.max(A, 500);
    assert_eq!(house.lead(), Some((A, 320)));
    let (first, second) = (house.row(A, 100), house.row(A, 320));
    house.void(first);
    // The raise to 300 is gone with the bid before it; the bid of 400 and its raise stand.
    assert_eq!((house.lead(), house.own(A).0), (Some((A, 320)), Some(500)));
    house.void(second);
    assert_eq!((house.lead(), house.own(A).0), (Some((B, 100)), None));
}

#[test]
fn a_raise_after_a_void_belongs_to_what_stood_then() {
    let mut house = House::new(english());
    house.max(A, 200);
    house.max(B, 250);
    house.max(A, 300);
    let (first, second) = (house.row(A, 100), house.row(A, 260));
    house.void(second);
    house.void_bidder(B);
    assert_eq!(house.lead(), Some((A, 100)));
    let raise = accepted(house.max(A, 280));
    assert_eq!(house.view().maximum, Some(280));
    assert_eq!(word(&house.void(raise.bid)), "not_found", "a silent raise is no public bid");
    assert_eq!(word(&house.void(second)), "already_exists");
    house.void(first);
    let view = house.view();
    assert_eq!((view.price, view.leader, view.maximum), (None, None, None));
    assert_eq!((view.minimum, view.bid_count), (Some(100), 0));
    // It is after the first bid still.
    assert_eq!(word(&house.set_reserve(Some(500))), "price_fixed");
}

#[test]
fn what_cannot_be_voided_says_why() {
    let mut house = contested();
    let automatic = house.row(A, 160);
    let bid = house.row(B, 150);
    assert_eq!(word(&house.void(automatic)), "not_found");
    assert_eq!(word(&house.void(999)), "not_found");
    assert_eq!(word(&house.void_bidder(D)), "not_found");
    assert_eq!(word(&house.void(bid)), "done");
    assert_eq!(word(&house.void(bid)), "already_exists");
    assert_eq!(word(&house.void_bidder(B)), "done");
    assert_eq!(word(&house.void_bidder(B)), "already_exists");
    assert_eq!(word(&house.void(automatic)), "not_found");
}

#[test]
fn a_challenger_that_goes_takes_his_answer_and_leaves_the_rest() {
    let mut house = House::new(english());
    house.max(A, 200);
    house.firm(B, 150);
    house.firm(C, 180);
    assert_eq!(house.lead(), Some((A, 190)));
    let bid = house.row(C, 180);
    house.void(bid);
    assert_eq!(house.lead(), Some((A, 160)));
    assert_eq!(named(&house), [(C, 180), (A, 190)]);
    house.void_bidder(A);
    assert_eq!(house.lead(), Some((B, 150)), "a firm bid leads at its amount");
    assert_eq!(named(&house), [(A, 100), (A, 160)]);
}

#[test]
fn a_firm_bid_of_whoever_leads_in_the_replay_raises_his_maximum() {
    let mut house = House::new(english());
    house.max(A, 120);
    house.max(B, 200);
    house.firm(A, 150);
    assert_eq!(house.lead(), Some((B, 160)));
    house.void_bidder(B);
    assert_eq!((house.lead(), house.view().maximum), (Some((A, 100)), Some(150)));
}

#[test]
fn changes_of_the_reserve_are_replayed_in_their_place() {
    let mut house = House::new(Terms { reserve: Some(250), ..english() });
    house.max(A, 300);
    assert_eq!(house.lead(), Some((A, 250)));
    assert_eq!(word(&house.set_reserve(Some(200))), "done");
    house.max(B, 280);
    assert_eq!(house.lead(), Some((A, 290)));
    house.void_bidder(B);
    assert_eq!(house.lead(), Some((A, 250)), "the reserve of 250 held when A bid");

    let mut house = House::new(Terms { reserve: Some(250), ..english() });
    house.max(A, 220);
    house.max(B, 300);
    assert_eq!(house.lead(), Some((B, 250)));
    house.set_reserve(Some(210));
    house.void_bidder(B);
    assert_eq!(house.lead(), Some((A, 210)), "A's maximum reaches the lowered reserve");
    assert_eq!(house.view().reserve_met, Some(true));
}

#[test]
fn an_end_that_was_extended_stays() {
    let mut house = House::new(Terms { soft_close_micros: 60_000_000, ..english() });
    house.at(990).max(A, 200);
    let end = house.view().end;
    assert_eq!(end, 1_050_000_000);
    house.void_bidder(A);
    assert_eq!(house.view().end, end);
}
