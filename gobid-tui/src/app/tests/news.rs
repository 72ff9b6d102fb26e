//! What is told of auctions that are not on the screen, and the way to them.

use gobid_api::ProductId;
use gobid_api::live::{EventKind, ServerFrame};
use unicode_width::UnicodeWidthStr as _;

use super::several::{OTHER, notified, two};
use super::*;
use crate::app::What;
use crate::samples::formats::soft_close;

const THIRD: ProductId = ProductId::from_u128(0x0190_b0a0_0000_7000_8000_0000_0000_0003);

fn hooks(effects: &[Effect]) -> Vec<What> {
    let hooks = effects.iter().filter_map(|effect| match effect {
        Effect::Hook(happening) => Some(happening.what),
        _ => None,
    });
    hooks.collect()
}

/// Two auctions, and a third in front.
fn three() -> Desk {
    let mut desk = two();
    desk.watch(THIRD);
    desk.feed(FeedEvent::Connected);
    let mut third = soft_close();
    third.product.product_id = THIRD;
    third.product.product_name = "Juno-60".to_owned();
    third.product.leader = Some("bob_7".to_owned());
    desk.frame(ServerFrame::Snapshot(Box::new(third)));
    desk
}

#[test]
fn the_way_goes_first_to_where_one_is_outbid() {
    let mut desk = three();
    let camera = desk.app.auctions()[0].product_id;
    let ends = |desk: &mut Desk| {
        let mut change = desk.change();
        change.status = "unsold".to_owned();
        desk.event(EventKind::Unknown, change);
    };
    desk.of(camera, ends);
    desk.of(OTHER, |desk| desk.rival_bids("1275.00", "1300.00"));
    let note = desk.app.note().unwrap().text.clone();
    assert!(note.ends_with(": a goes there"), "{note}");
    for id in [OTHER, camera] {
        desk.press("a");
        assert_eq!(desk.app.watch.product_id, id);
    }
    desk.press("a");
    assert_eq!(desk.app.note().unwrap().text, "nothing has happened in another auction");
}

#[test]
fn what_matters_less_waits_for_its_turn() {
    let mut desk = three();
    let camera = desk.app.auctions()[0].product_id;
    desk.of(OTHER, |desk| desk.rival_bids("1275.00", "1300.00"));
    desk.of(camera, |desk| {
        let mut change = desk.change();
        change.status = "unsold".to_owned();
        desk.event(EventKind::Unknown, change);
    });
    let note = desk.app.note().unwrap().text.clone();
    assert!(note.ends_with(": a goes through the news"), "{note}");
    desk.press("<");
    assert_eq!(desk.app.watch.product_id, OTHER, "looked at: it is no news any more");
    desk.press("a");
    assert_eq!(desk.app.watch.product_id, camera);
}

#[test]
fn a_refusal_beside_is_told() {
    let mut desk = two();
    desk.press("m1500");
    desk.key(ENTER);
    desk.send(ID);
    desk.press("<");
    let effects = desk.of(OTHER, |desk| desk.refuse(ID, ErrorCode::AuctionClosed, true));
    let why = "your maximum of $1,500.00 — refused: it came after the end";
    assert_eq!(notified(&effects), [format!("Thinkpad X220: {why}")]);
    assert_eq!(hooks(&effects), [What::Refused]);
    desk.press("a");
    assert_eq!(desk.app.watch.product_id, OTHER);
}

#[test]
fn a_refusal_that_is_looked_at_rings_without_the_focus_alone() {
    for (focus, rings) in [(None, false), (Some(true), false), (Some(false), true)] {
        let mut desk = Desk::outbid();
        if let Some(focus) = focus {
            desk.update(Msg::Focus(focus));
        }
        desk.key(ENTER);
        desk.send(ID);
        let effects = desk.refuse(ID, ErrorCode::BidTooLow, true);
        assert_eq!(!notified(&effects).is_empty(), rings, "{focus:?}");
        assert_eq!(hooks(&effects), [What::Refused]);
    }
}

#[test]
fn an_unknown_outcome_beside_is_told_once_and_so_is_its_end() {
    let mut desk = two();
    desk.press("m1500");
    desk.key(ENTER);
    desk.send(ID);
    desk.press("<");
    let effects = desk.pass(Duration::from_secs(3));
    let what = "nobody knows what became of your maximum of $1,500.00";
    assert_eq!(notified(&effects), [format!("Thinkpad X220: {what}")]);
    assert_eq!(hooks(&effects), [What::Unknown]);
    assert!(hooks(&desk.pass(Duration::from_secs(1))).is_empty(), "once");
    let line = crate::words::auctions(&desk.app)[1].clone();
    assert!(line.contains(", outcome of a bid unknown"), "{line}");
    desk.of(OTHER, |desk| desk.accept(ID, "1500.00", Some(true)));
    let note = desk.app.note().unwrap().text.clone();
    assert!(note.starts_with("Thinkpad X220: accepted after all, you lead"), "{note}");
}

#[test]
fn a_bid_that_is_beaten_at_once_beside_is_told() {
    let mut desk = two();
    desk.press("<");
    desk.key(ENTER);
    desk.send(ID);
    desk.press(">");
    let camera = desk.app.auctions()[0].product_id;
    let after = (500, ID);
    desk.of(camera, |desk| desk.accept_as(after, "1300.00", Some(false), Some("1325.00")));
    let note = desk.app.note().unwrap().text.clone();
    assert!(note.contains("beaten at once by a maximum: price 1,325.00"), "{note}");
    desk.press("a");
    assert_eq!(desk.app.watch.product_id, camera);
}

#[test]
fn a_long_name_leaves_room_for_what_to_press() {
    let mut desk = two();
    desk.app.watch.product.as_mut().unwrap().name = "A very long name ".repeat(5);
    desk.press("<");
    desk.of(OTHER, |desk| desk.rival_bids("1275.00", "1300.00"));
    let note = desk.app.note().unwrap();
    let shown = note.within(77);
    assert!(shown.starts_with("A very lon") && shown.ends_with(": a goes there"), "{shown}");
    assert_eq!(shown.width(), 77, "{shown}");
    assert!(note.within(200).starts_with(&"A very long name ".repeat(5)));
    assert_eq!(note.within(30), note.text, "it does not fit anyhow");
}

#[test]
fn a_void_that_takes_the_lead_is_told() {
    // The event first, or first how one stands since.
    for you_first in [false, true] {
        let mut desk = Desk::leading();
        desk.update(Msg::Focus(true));
        desk.key(KeyCode::Esc);
        if you_first {
            desk.you(YourStatus::None);
        }
        desk.void_newest("a stolen account");
        desk.you(YourStatus::None);
        let note = &desk.app.note().unwrap().text;
        assert!(note.contains("you are outbid by bob_7 at $1,225.00"), "{note}");
        assert_eq!(desk.app.notices.news.first(), Some(desk.app.watch.product_id));
    }
}

#[test]
fn a_login_that_ends_is_no_loss_of_the_lead() {
    let mut desk = Desk::leading();
    desk.key(KeyCode::Esc);
    assert!(hooks(&desk.feed(FeedEvent::SignedOut)).is_empty());
}
