//! What maxima, reserves, moved ends, voids and the other formats look like.

use std::time::Duration;

use crossterm::event::KeyCode;
use gobid_api::RequestId;
use gobid_api::products::YourStatus;

use super::Shoot;
use crate::samples::formats::{buy_now, dutch, reserve, sealed, soft_close};
use crate::samples::{Desk, at, snapshot};

const ENTER: KeyCode = KeyCode::Enter;
const ID: RequestId = RequestId::from_u128(9_999);

pub(super) fn a_hidden_maximum(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.press("m1400");
    shoot("maximum_typed", &mut desk);
    desk.key(ENTER);
    shoot("maximum_confirm", &mut desk);
    desk.send(ID);
    desk.accept_at(ID, "1400.00", Some(true), Some("1300.00"));
    desk.bid("eva", "1300.00", "1325.00");
    desk.you_offer(Some(YourStatus::Leading), None, Some("1400.00"));
    shoot("maximum_accepted", &mut desk);
    desk.pass(Duration::from_secs(9));
    shoot("maximum_leads", &mut desk);
    desk.rival_is_answered("1325.00", "1350.00", "1375.00");
    shoot("maximum_answers", &mut desk);
    desk.press("m");
    shoot("maximum_raise", &mut desk);
    desk.press("1400");
    desk.key(ENTER);
    shoot("maximum_raise_too_low", &mut desk);

    let mut beaten = Desk::outbid();
    beaten.key(ENTER);
    beaten.send(ID);
    beaten.accept(ID, "1300.00", Some(false));
    shoot("beaten_at_once", &mut beaten);
}

pub(super) fn a_reserve(shoot: Shoot<'_>) {
    let mut desk = Desk::eva_at(reserve(false));
    desk.you(YourStatus::Leading);
    shoot("reserve_not_met", &mut desk);
    desk.reserve_changes(Some(true));
    shoot("reserve_changed", &mut desk);
    shoot("reserve_watched", &mut Desk::at(reserve(false)));
    let mut unsold = Desk::eva_at(reserve(false));
    unsold.you(YourStatus::Leading);
    unsold.you(YourStatus::Lost);
    shoot("reserve_unsold", &mut unsold.closed_for("unsold", None, "reserve_not_met"));
}

pub(super) fn an_end_that_moves(shoot: Shoot<'_>) {
    let mut desk = Desk::eva_at(soft_close());
    desk.you(YourStatus::Leading);
    shoot("soft_close", &mut desk);
    desk.rival_extends("1275.00", "20:04:06.000");
    desk.you(YourStatus::Outbid);
    shoot("soft_close_extended", &mut desk);
    let mut desk = Desk::outbid();
    desk.admin_extends("20:15:00.000", "the server was unreachable");
    shoot("extended_by_an_admin", &mut desk);
}

pub(super) fn bids_that_are_voided(shoot: Shoot<'_>) {
    let mut desk = Desk::outbid();
    desk.void_newest("shill bidding");
    desk.you(YourStatus::Leading);
    shoot("voided", &mut desk);
    let mut own = Desk::leading();
    own.void_newest("never pays");
    own.you_offer(Some(YourStatus::Outbid), Some("1200.00"), None);
    shoot("voided_own", &mut own);
}

pub(super) fn an_end_by_an_admin(shoot: Shoot<'_>) {
    shoot("cancelled", &mut Desk::leading().cancelled("the item was damaged"));
    let mut desk = Desk::leading().closed("sold", Some("eva"));
    desk.annul("the winner never paid");
    shoot("annulled", &mut desk);
}

pub(super) fn a_purchase(shoot: Shoot<'_>) {
    let mut desk = Desk::eva_at(buy_now());
    shoot("buy_now", &mut desk);
    desk.press("B");
    shoot("buy_now_confirm", &mut desk);
    desk.send(ID);
    desk.pass(Duration::from_millis(3_100));
    shoot("buy_now_unknown", &mut desk);
}

pub(super) fn a_falling_price(shoot: Shoot<'_>) {
    let mut desk = Desk::eva_at(dutch());
    shoot("dutch", &mut desk);
    desk.press("B");
    shoot("dutch_confirm", &mut desk);
    desk.pass(Duration::from_secs(5));
    shoot("dutch_confirm_fallen", &mut desk);
    desk.key(KeyCode::Esc);
    desk.press("70");
    shoot("dutch_typed", &mut desk);
    desk.key(ENTER);
    shoot("dutch_confirm_below_price", &mut desk);
    let mut floor = Desk::eva_at(dutch());
    floor.pass(Duration::from_mins(2));
    shoot("dutch_floor", &mut floor);
    let mut later = dutch();
    later.product.status = "scheduled".to_owned();
    later.product.auction_start = at("20:03:00.000");
    later.product.current_price = None;
    shoot("dutch_not_started", &mut Desk::eva_at(later));
    let mut won = Desk::eva_at(dutch());
    won.sold_at_once("eva", "85.00");
    shoot("dutch_won", &mut won);
}

pub(super) fn a_sealed_auction(shoot: Shoot<'_>) {
    let mut first_price = sealed();
    first_price.product.format = "sealed_first_price".to_owned();
    shoot("sealed_first_price", &mut Desk::eva_at(first_price));
    let mut desk = Desk::eva_at(sealed());
    shoot("sealed", &mut desk);
    desk.press("1400");
    shoot("sealed_typed", &mut desk);
    desk.key(ENTER);
    shoot("sealed_confirm", &mut desk);
    desk.send(ID);
    desk.accept_at(ID, "1400.00", None, None);
    desk.you_offer(None, Some("1400.00"), None);
    shoot("sealed_accepted", &mut desk);
    desk.pass(Duration::from_secs(9));
    shoot("sealed_placed", &mut desk);
    desk.key(ENTER);
    shoot("sealed_raise", &mut desk);
    let bids = [("bob_7", "1500.00"), ("eva", "1400.00"), ("karla", "950.00")];
    let mut lost = desk.unsealed(&bids, "1400.00");
    lost.you_offer(Some(YourStatus::Lost), Some("1400.00"), None);
    shoot("sealed_lost", &mut lost);
}

pub(super) fn the_details(shoot: Shoot<'_>) {
    let mut desk = Desk::at(soft_close());
    desk.press("i");
    shoot("details", &mut desk);
    let mut long = snapshot();
    long.product.description = "It has been in the family since 1955. ".repeat(50);
    let mut desk = Desk::at(long);
    desk.press("ijj");
    shoot("details_scrolled", &mut desk);
    let mut desk = Desk::at(dutch());
    desk.press("i");
    shoot("details_dutch", &mut desk);
    let mut desk = Desk::at(sealed());
    desk.press("i");
    shoot("details_sealed", &mut desk);
}
