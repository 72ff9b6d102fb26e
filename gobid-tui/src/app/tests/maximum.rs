//! Hidden maxima.

use super::*;
use crate::samples::formats::{buy_now, reserve, sealed};

fn maximum(bid: &PlaceBid) -> &str {
    &bid.max_amount.as_ref().unwrap().0
}

/// The price sentence of the dialog.
fn price_said(desk: &Desk) -> String {
    let (dialog, product) =
        desk.app.watch.dialog.as_ref().zip(desk.app.watch.product.as_ref()).unwrap();
    let [price, _] = crate::words::promise(&desk.app, dialog, product).then;
    price
}

#[test]
fn m_switches_the_kind_in_the_field_and_in_the_dialog() {
    let mut desk = Desk::outbid();
    desk.press("m1400");
    assert_eq!(desk.app.kind(), Kind::Maximum);
    desk.key(ENTER);
    let effects = desk.send(ID);
    assert_eq!(maximum(bids(&effects)[0]), "1400.00");
    assert_eq!(bids(&effects)[0].amount, None);
    assert_eq!(desk.app.kind(), Kind::Firm, "the next one is firm again");

    let mut desk = Desk::outbid();
    desk.press("1400");
    desk.key(ENTER);
    desk.press("m");
    assert_eq!(maximum(bids(&desk.send(ID))[0]), "1400.00");

    let mut desk = Desk::outbid();
    desk.press("1400");
    desk.key(ENTER);
    desk.press("mm");
    assert_eq!(firm(bids(&desk.send(ID))[0]), "1400.00");

    let mut desk = Desk::outbid();
    desk.press("m1400");
    desk.key(KeyCode::Esc);
    assert_eq!(desk.app.kind(), Kind::Firm, "Esc empties the field");
    let mut desk = Desk::eva_at(sealed());
    desk.press("m");
    assert_eq!(desk.app.kind(), Kind::Firm, "there are none in a sealed auction");
    let mut desk = Desk::eva_at(buy_now());
    desk.press("Bmn");
    assert_eq!(desk.app.kind(), Kind::Firm, "a purchase is neither");
    assert!(desk.app.note().is_none());
}

#[test]
fn a_leader_raises_the_maximum_and_nothing_else() {
    let mut desk = Desk::leading();
    desk.you_offer(Some(YourStatus::Leading), None, Some("1400.00"));
    desk.key(ENTER);
    assert_eq!(desk.app.watch.dialog, None, "no firm bid against oneself");
    desk.press("m");
    desk.key(ENTER);
    let offer = desk.app.watch.dialog.as_ref().unwrap().offer();
    assert_eq!(offer.amount().minor_units(), 142_500, "a step above one's own");
    desk.press("n");
    desk.press("1400");
    desk.key(ENTER);
    assert!(desk.press("y").is_empty(), "not above one's own");
    desk.press("+");
    assert_eq!(maximum(bids(&desk.send(ID))[0]), "1425.00");

    let mut desk = Desk::leading();
    desk.press("m1260");
    desk.key(ENTER);
    let effects = desk.send(ID);
    assert_eq!(maximum(bids(&effects)[0]), "1260.00", "less than a rival would need");
}

#[test]
fn what_a_maximum_makes_of_the_price_is_said_as_far_as_it_is_public() {
    let dialog = |mut desk: Desk, keys: &str| {
        desk.press(keys);
        desk.key(ENTER);
        price_said(&desk)
    };
    let rival = dialog(Desk::outbid(), "m1400");
    assert_eq!(rival, "The price would now be at least USD 1,300.00.");
    assert_eq!(dialog(Desk::leading(), "m1400"), "The price stays USD 1,250.00.");
    let mut first = reserve(false);
    first.product.current_price = None;
    first.product.leader = None;
    let unmet = dialog(Desk::eva_at(first.clone()), "m1400");
    assert_eq!(unmet, "The price would now be at least USD 900.00.");
    first.product.reserve_met = None;
    let alone = dialog(Desk::eva_at(first), "m1400");
    assert_eq!(alone, "The price would now be USD 900.00.");
}

#[test]
fn the_answers_to_a_maximum() {
    let answered = |leading, price| {
        let mut desk = Desk::outbid();
        desk.press("m1400");
        desk.key(ENTER);
        desk.send(ID);
        desk.accept_at(ID, "1400.00", Some(leading), Some(price));
        desk.app.note().unwrap().text.clone()
    };
    assert_eq!(
        answered(true, "1300.00"),
        "accepted, you lead at USD 1,300.00; your maximum is now USD 1,400.00"
    );
    assert_eq!(
        answered(false, "1425.00"),
        "accepted, but beaten at once by a maximum: price 1,425.00"
    );
    let mut desk = Desk::leading();
    desk.press("m1300");
    desk.key(ENTER);
    desk.send(ID);
    desk.refuse(ID, ErrorCode::BidTooLow, true);
    let told = desk.app.note().unwrap().text.clone();
    assert_eq!(told, "refused: too low, the minimum is now USD 1,325.00");
}

#[test]
fn a_maximum_that_never_left_is_put_back_as_one() {
    let mut desk = Desk::outbid();
    desk.press("m1400");
    desk.key(ENTER);
    desk.send(ID);
    desk.update(Msg::NotSent(desk.app.watch.product_id, ID));
    assert_eq!(desk.app.watch.field.shown(), "1,400.00");
    assert_eq!(desk.app.kind(), Kind::Maximum);
}

#[test]
fn an_automatic_answer_is_told_as_one() {
    let mut desk = Desk::leading();
    desk.rival_is_answered("1300.00", "1325.00", "1350.00");
    let mut log = desk.app.watch.log.iter().rev();
    assert_eq!(log.next().unwrap().text, "bid $1,325.00 (automatic)");
    assert_eq!(log.next().unwrap().text, "bid $1,300.00");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Leader);
}
