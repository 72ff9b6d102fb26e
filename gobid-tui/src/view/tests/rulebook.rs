//! What maxima, reserves, moved ends, voids and the other formats look like.

use std::time::Duration;

use crossterm::event::KeyCode;
use gobid_api::RequestId;
use gobid_api::products::YourStatus;

use super::assert_looks;
use crate::samples::formats::{buy_now, dutch, reserve, sealed, soft_close};
use crate::samples::{Desk, at, snapshot};

const ENTER: KeyCode = KeyCode::Enter;
const ID: RequestId = RequestId::from_u128(9_999);

#[test]
fn a_hidden_maximum() {
    let mut desk = Desk::outbid();
    desk.press("m1400");
    assert_looks("maximum_typed", &mut desk);
    desk.key(ENTER);
    assert_looks("maximum_confirm", &mut desk);
    desk.send(ID);
    desk.accept_at(ID, "1400.00", Some(true), Some("1300.00"));
    desk.bid("eva", "1300.00", "1325.00");
    desk.you_offer(Some(YourStatus::Leading), None, Some("1400.00"));
    assert_looks("maximum_accepted", &mut desk);
    desk.pass(Duration::from_secs(9));
    assert_looks("maximum_leads", &mut desk);
    desk.rival_is_answered("1325.00", "1350.00", "1375.00");
    assert_looks("maximum_answers", &mut desk);
    desk.press("m");
    assert_looks("maximum_raise", &mut desk);
    desk.press("1400");
    desk.key(ENTER);
    assert_looks("maximum_raise_too_low", &mut desk);

    let mut beaten = Desk::outbid();
    beaten.key(ENTER);
    beaten.send(ID);
    beaten.accept(ID, "1300.00", Some(false));
    assert_looks("beaten_at_once", &mut beaten);
}

#[test]
fn a_reserve() {
    let mut desk = Desk::eva_at(reserve(false));
    desk.you(YourStatus::Leading);
    assert_looks("reserve_not_met", &mut desk);
    desk.reserve_changes(Some(true));
    assert_looks("reserve_changed", &mut desk);
    assert_looks("reserve_watched", &mut Desk::at(reserve(false)));
    let mut unsold = Desk::eva_at(reserve(false));
    unsold.you(YourStatus::Leading);
    unsold.you(YourStatus::Lost);
    assert_looks("reserve_unsold", &mut unsold.closed_for("unsold", None, "reserve_not_met"));
}

#[test]
fn an_end_that_moves() {
    let mut desk = Desk::eva_at(soft_close());
    desk.you(YourStatus::Leading);
    assert_looks("soft_close", &mut desk);
    desk.rival_extends("1275.00", "20:04:06.000");
    desk.you(YourStatus::Outbid);
    assert_looks("soft_close_extended", &mut desk);
    let mut desk = Desk::outbid();
    desk.admin_extends("20:15:00.000", "the server was unreachable");
    assert_looks("extended_by_an_admin", &mut desk);
}

#[test]
fn bids_that_are_voided() {
    let mut desk = Desk::outbid();
    desk.void_newest("shill bidding");
    desk.you(YourStatus::Leading);
    assert_looks("voided", &mut desk);
    let mut own = Desk::leading();
    own.void_newest("never pays");
    own.you_offer(Some(YourStatus::Outbid), Some("1200.00"), None);
    assert_looks("voided_own", &mut own);
}

#[test]
fn an_end_by_an_admin() {
    assert_looks("cancelled", &mut Desk::leading().cancelled("the item was damaged"));
    let mut desk = Desk::leading().closed("sold", Some("eva"));
    desk.annul("the winner never paid");
    assert_looks("annulled", &mut desk);
}

#[test]
fn a_purchase() {
    let mut desk = Desk::eva_at(buy_now());
    assert_looks("buy_now", &mut desk);
    desk.press("B");
    assert_looks("buy_now_confirm", &mut desk);
    desk.send(ID);
    desk.pass(Duration::from_millis(3_100));
    assert_looks("buy_now_unknown", &mut desk);
}

#[test]
fn a_falling_price() {
    let mut desk = Desk::eva_at(dutch());
    assert_looks("dutch", &mut desk);
    desk.press("B");
    assert_looks("dutch_confirm", &mut desk);
    desk.pass(Duration::from_secs(5));
    assert_looks("dutch_confirm_fallen", &mut desk);
    desk.key(KeyCode::Esc);
    desk.press("70");
    assert_looks("dutch_typed", &mut desk);
    desk.key(ENTER);
    assert_looks("dutch_confirm_below_price", &mut desk);
    let mut floor = Desk::eva_at(dutch());
    floor.pass(Duration::from_mins(2));
    assert_looks("dutch_floor", &mut floor);
    let mut later = dutch();
    later.product.status = "scheduled".to_owned();
    later.product.auction_start = at("20:03:00.000");
    later.product.current_price = None;
    assert_looks("dutch_not_started", &mut Desk::eva_at(later));
    let mut won = Desk::eva_at(dutch());
    won.sold_at_once("eva", "85.00");
    assert_looks("dutch_won", &mut won);
}

#[test]
fn a_sealed_auction() {
    let mut desk = Desk::eva_at(sealed());
    assert_looks("sealed", &mut desk);
    desk.press("1400");
    assert_looks("sealed_typed", &mut desk);
    desk.key(ENTER);
    assert_looks("sealed_confirm", &mut desk);
    desk.send(ID);
    desk.accept_at(ID, "1400.00", None, None);
    desk.you_offer(None, Some("1400.00"), None);
    assert_looks("sealed_accepted", &mut desk);
    desk.pass(Duration::from_secs(9));
    assert_looks("sealed_placed", &mut desk);
    desk.key(ENTER);
    assert_looks("sealed_raise", &mut desk);
    let bids = [("bob_7", "1500.00"), ("eva", "1400.00"), ("karla", "950.00")];
    let mut lost = desk.unsealed(&bids, "1400.00");
    lost.you_offer(Some(YourStatus::Lost), Some("1400.00"), None);
    assert_looks("sealed_lost", &mut lost);
}

#[test]
fn the_details() {
    let mut desk = Desk::at(soft_close());
    desk.press("i");
    assert_looks("details", &mut desk);
    let mut long = snapshot();
    long.product.description = "It has been in the family since 1955. ".repeat(50);
    let mut desk = Desk::at(long);
    desk.press("ijj");
    assert_looks("details_scrolled", &mut desk);
    let mut desk = Desk::at(dutch());
    desk.press("i");
    assert_looks("details_dutch", &mut desk);
    let mut desk = Desk::at(sealed());
    desk.press("i");
    assert_looks("details_sealed", &mut desk);
}
