//! Several auctions at once.

use gobid_api::ProductId;
use gobid_api::live::Snapshot;

use super::*;
use crate::app::{Place, What};
use crate::samples::formats::soft_close;

pub(super) const OTHER: ProductId = ProductId::from_u128(0x0190_b0a0_0000_7000_8000_0000_0000_0002);

/// The camera, in which eva is outbid, and a second auction in front, in which she leads.
pub(super) fn two() -> Desk {
    let mut desk = Desk::outbid();
    assert_eq!(desk.watch(OTHER), [Effect::Follow(OTHER)]);
    desk.feed(FeedEvent::Connected);
    let mut second: Snapshot = soft_close();
    second.product.product_id = OTHER;
    second.product.product_name = "Thinkpad X220".to_owned();
    desk.frame(ServerFrame::Snapshot(Box::new(second)));
    desk.you(YourStatus::Leading);
    desk
}

pub(super) fn notified(effects: &[Effect]) -> Vec<&str> {
    let texts = effects.iter().filter_map(|effect| match effect {
        Effect::Notify(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn each_auction_has_its_own_draft_dialog_and_news() {
    let mut desk = two();
    let camera = desk.app.auctions()[0].product_id;
    desk.press("m1500");
    desk.press("<");
    assert_eq!(desk.app.watch.product_id, camera);
    assert!(desk.app.watch.field.is_empty() && !desk.app.watch.wants_maximum);
    desk.press("1300");
    desk.key(ENTER);
    assert!(desk.app.watch.dialog.is_some());
    desk.press(">");
    assert_eq!(desk.app.watch.product_id, OTHER);
    assert_eq!(desk.app.watch.field.shown(), "1,500");
    assert!(desk.app.watch.dialog.is_none(), "the dialog waits where it was opened");
    assert!(bids(&desk.press("y")).is_empty());
    desk.press(">");
    assert!(bids(&desk.press("y")).is_empty(), "it has just been shown: y is not meant for it");
    desk.pass(Duration::from_millis(500));
    let effects = desk.send(ID);
    assert!(matches!(effects[0], Effect::Send(id, _) if id == camera), "{effects:?}");
    assert_eq!(firm(bids(&effects)[0]), "1300.00");
    desk.press(">");
    assert_eq!(desk.app.watch.field.shown(), "1,500");
    assert!(desk.app.watch.attempts.is_empty(), "the bid is the other auction's");
}

#[test]
fn what_happens_beside_is_told_and_reached_by_a_key() {
    let mut desk = two();
    desk.press("<");
    desk.update(Msg::Focus(true));
    let effects = desk.of(OTHER, |desk| desk.rival_bids_effects("1275.00", "1300.00"));
    let told = ["Thinkpad X220: you are outbid by bob_7 at $1,275.00, 38 s left"];
    assert_eq!(notified(&effects), told, "the bell rings though the terminal has the focus");
    let hook = |effect: &&Effect| matches!(effect, Effect::Hook(it) if it.what == What::Outbid);
    assert!(effects.iter().any(|effect| hook(&effect)));
    let note = desk.app.note().unwrap().text.clone();
    assert_eq!(note, format!("{}: a goes there", told[0]));
    desk.press("a");
    assert_eq!(desk.app.watch.product_id, OTHER);
    desk.key(ENTER);
    let effects = desk.send(ID);
    assert!(matches!(effects[0], Effect::Send(OTHER, _)), "{effects:?}");
}

#[test]
fn what_one_looks_at_is_told_without_the_focus_alone() {
    for (focus, rings) in [(None, true), (Some(false), true), (Some(true), false)] {
        let mut desk = Desk::leading();
        if let Some(focus) = focus {
            desk.update(Msg::Focus(focus));
        }
        let effects = desk.rival_bids_effects("1275.00", "1300.00");
        assert_eq!(!notified(&effects).is_empty(), rings, "{focus:?}");
        let again = desk.rival_bids_effects("1300.00", "1325.00");
        assert!(notified(&again).is_empty(), "once: he was outbid already");
    }
    let mut desk = Desk::leading();
    desk.press("n");
    assert!(notified(&desk.rival_bids_effects("1275.00", "1300.00")).is_empty(), "n: off");
}

#[test]
fn in_the_lists_no_auction_is_on_the_screen() {
    let mut desk = Desk::leading();
    desk.update(Msg::Focus(true));
    desk.key(KeyCode::Esc);
    assert_eq!(desk.app.place, Place::List);
    assert!(!notified(&desk.rival_bids_effects("1275.00", "1300.00")).is_empty());
    desk.press("a");
    assert_eq!(desk.app.place, Place::Auction);
}

#[test]
fn an_auction_is_closed_and_bids_without_an_answer_are_not() {
    let mut desk = two();
    desk.press("m1500");
    desk.key(ENTER);
    desk.send(ID);
    assert!(desk.press("X").is_empty());
    assert_eq!(desk.app.auctions().len(), 2);
    desk.accept(ID, "1500.00", Some(true));
    assert_eq!(desk.press("X"), [Effect::Unfollow(OTHER)]);
    assert_eq!(desk.app.auctions().len(), 1);
    assert!(desk.of(OTHER, |desk| desk.rival_bids_effects("1.00", "2.00")).is_empty());
    desk.press("X");
    assert!(!desk.app.watch.is_some());
    assert_eq!(desk.app.place, Place::List);
}

#[test]
fn the_same_auction_is_watched_once() {
    let mut desk = two();
    let camera = desk.app.auctions()[0].product_id;
    assert!(desk.watch(camera).is_empty());
    assert_eq!(desk.app.watch.product_id, camera);
    assert_eq!(desk.app.auctions().len(), 2);
}

#[test]
fn quitting_asks_back_whatever_auction_a_bid_is_in() {
    let mut desk = two();
    desk.press("<");
    desk.key(ENTER);
    desk.send(ID);
    desk.press(">");
    assert!(desk.press("q").is_empty());
    assert_eq!(desk.press("q"), [Effect::Quit]);
}

#[test]
fn a_flood_fills_nothing_and_the_close_is_shown_at_once() {
    let mut desk = Desk::outbid();
    for price in 1_300..6_300 {
        desk.rival_bids(&format!("{price}.00"), &format!("{}.00", price + 25));
    }
    assert_eq!(desk.app.watch.bids.len(), 500);
    assert_eq!(desk.app.watch.log.len(), 500);
    let desk = desk.closed("sold", Some("bob_7"));
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Loser);
}
