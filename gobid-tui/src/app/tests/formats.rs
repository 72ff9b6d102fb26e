//! Purchases, Dutch auctions and sealed ones.

use super::*;
use crate::samples::formats::{buy_now, dutch, sealed};

#[test]
fn a_purchase_takes_b_and_y() {
    let mut desk = Desk::eva_at(buy_now());
    assert!(desk.press("B").is_empty());
    let effects = desk.send(ID);
    let [Effect::Send(_, ClientFrame::BuyNow(purchase))] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(purchase.request_id, ID);
    assert_eq!(purchase.not_after.as_deref(), Some("2030-01-31T20:02:11.000Z"));
    let again = desk.pass(Duration::from_secs(3));
    assert_eq!(again[..1], effects, "unknown: the same copy once more");
    desk.accept_at(ID, "1600.00", Some(true), Some("1600.00"));
    assert_eq!(desk.app.note().unwrap().text, "accepted after all: bought for USD 1,600.00");
}

#[test]
fn a_purchase_is_offered_only_while_it_is_possible() {
    let mut desk = Desk::outbid();
    desk.press("B");
    assert_eq!(desk.app.watch.dialog, None);
    assert_eq!(desk.app.obstacle_to_review(Kind::Purchase), Some(Obstacle::NoBuyNow));

    let mut desk = Desk::eva_at(buy_now());
    desk.press("B");
    desk.app.watch.product.as_mut().unwrap().standing.buy_now_available = false;
    desk.pass(Duration::from_secs(1));
    assert!(desk.press("y").is_empty());
    desk.refuse(ID, ErrorCode::BuyNowUnavailable, true);
    assert!(desk.app.watch.attempts.is_empty());
}

#[test]
fn a_leader_may_buy() {
    let mut leading = buy_now();
    leading.product.leader = Some("eva".to_owned());
    let mut desk = Desk::eva_at(leading);
    desk.press("B");
    assert_eq!(desk.send(ID).len(), 1);
}

#[test]
fn a_dutch_price_is_accepted_as_it_was_shown() {
    for how in ["B", "\r"] {
        let mut desk = Desk::eva_at(dutch());
        desk.key(if how == "B" { KeyCode::Char('B') } else { ENTER });
        desk.pass(Duration::from_secs(15));
        assert_eq!(desk.app.watch.dialog.as_ref().unwrap().amount().minor_units(), 85_00);
        let effects = desk.send(ID);
        assert_eq!(firm(bids(&effects)[0]), "85.00", "the amount of the dialog stays");
        desk.accept_at(ID, "85.00", Some(true), Some("75.00"));
        assert_eq!(desk.app.note().unwrap().text, "accepted: yours for USD 75.00");
    }
}

#[test]
fn a_dutch_price_falls_by_the_clock_alone() {
    let mut desk = Desk::eva_at(dutch());
    let price = |desk: &Desk| {
        let product = desk.app.watch.product.as_ref().unwrap();
        product.price_at(desk.app.now.server_time).unwrap().minor_units()
    };
    assert_eq!(price(&desk), 85_00);
    assert_eq!(desk.app.wake_in(), Duration::from_millis(10), "the second turns now");
    desk.pass(Duration::from_millis(3_999));
    assert_eq!(price(&desk), 85_00);
    assert!(desk.app.wake_in() <= Duration::from_millis(10), "it falls in a moment");
    desk.pass(Duration::from_millis(1));
    assert_eq!(price(&desk), 80_00);
    desk.pass(Duration::from_secs(90));
    assert_eq!(price(&desk), 40_00);
    let product = desk.app.watch.product.as_ref().unwrap();
    assert_eq!(product.next_fall(desk.app.now.server_time), None, "at its floor");
}

#[test]
fn another_amount_waits_for_a_dutch_price_or_is_filled_at_it() {
    let mut desk = Desk::eva_at(dutch());
    desk.press("80");
    desk.key(ENTER);
    assert!(desk.press("y").is_empty(), "the price is still 85.00");
    desk.pass(Duration::from_secs(4));
    assert_eq!(firm(bids(&desk.send(ID))[0]), "80.00");
    desk.refuse(ID, ErrorCode::BidTooLow, true);
    assert_eq!(desk.app.note().unwrap().text, "refused: the price was still USD 1,325.00");

    desk.press("95");
    desk.key(ENTER);
    assert_eq!(firm(bids(&desk.send(RequestId::from_u128(78)))[0]), "95.00");
    desk.press("70");
    desk.press("B");
    assert_eq!(desk.app.watch.dialog.as_ref().unwrap().amount().minor_units(), 80_00);
}

#[test]
fn a_fall_locks_nothing() {
    let mut desk = Desk::eva_at(dutch());
    desk.key(ENTER);
    desk.pass(Duration::from_secs(4));
    assert_eq!(bids(&desk.send(ID)).len(), 1);
}

#[test]
fn a_sealed_bid_is_placed_and_raised() {
    let mut desk = Desk::eva_at(sealed());
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Watcher);
    desk.press("1400");
    desk.key(ENTER);
    assert_eq!(firm(bids(&desk.send(ID))[0]), "1400.00");
    desk.accept_at(ID, "1400.00", None, None);
    let told = &desk.app.note().unwrap().text;
    assert_eq!(told, "accepted: your sealed bid is USD 1,400.00, it can be raised until the close");
    desk.you_offer(None, Some("1400.00"), None);
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::SealedBidder);
    desk.press("1400");
    desk.key(ENTER);
    assert!(desk.press("y").is_empty(), "a replacement is higher");
    desk.press("n");
    desk.key(KeyCode::Esc);
    desk.press("1400.01");
    desk.key(ENTER);
    assert_eq!(firm(bids(&desk.send(ID))[0]), "1400.01");
    desk.you_offer(None, None, None);
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Watcher);
    assert_eq!(desk.app.note().unwrap().text, "an admin voided your sealed bid");
}

#[test]
fn the_close_opens_the_sealed_bids() {
    let mut desk = Desk::eva_at(sealed());
    desk.you_offer(None, Some("1400.00"), None);
    let bids = [("eva", "1400.00"), ("bob_7", "1350.00")];
    let desk = desk.unsealed(&bids, "1350.00");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Winner);
    let ranking: Vec<_> = desk
        .app
        .watch
        .bids
        .iter()
        .map(|bid| (bid.bidder.as_str(), bid.amount.minor_units()))
        .collect();
    assert_eq!(ranking, [("eva", 140_000), ("bob_7", 135_000)]);
    let last = desk.app.watch.log.iter().next_back().unwrap();
    assert_eq!(last.text, "you won for USD 1,350.00");
}

#[test]
fn who_is_anonymous_and_sealed_has_neither_won_nor_lost_before_the_name_is_told() {
    let mut anonymous = sealed();
    anonymous.product.anonymous_bidders = true;
    let mut desk = Desk::eva_at(anonymous);
    desk.you_offer(None, Some("1400.00"), None);
    let mut desk = desk.unsealed(&[("Bidder 2", "1400.00"), ("Bidder 1", "1350.00")], "1350.00");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Watcher);
    desk.app.watch.you.as_mut().unwrap().alias = Some("Bidder 2".to_owned());
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Winner);
}

#[test]
fn a_snapshot_after_the_close_ranks_the_sealed_bids() {
    let mut closed = sealed();
    closed.product.status = "unsold".to_owned();
    closed.bids = snapshot().bids;
    closed.bids.swap(0, 4);
    let desk = Desk::eva_at(closed);
    let amounts: Vec<_> = desk.app.watch.bids.iter().map(|bid| bid.amount).collect();
    assert!(amounts.is_sorted_by(|one, next| one >= next));
    assert_eq!(desk.app.watch.log.len(), 0, "amounts are no course of events");
}
