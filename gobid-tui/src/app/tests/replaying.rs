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
fn words_do_what_keys_do_and_none_leads_out_of_the_replay() {
    let mut desk = Desk::replaying(recording());
    let say = |desk: &mut Desk, words: &str| {
        let effects = desk.update(Msg::Words(words.to_owned()));
        assert!(effects.is_empty(), "{words}: {effects:?}");
        desk.app.note().map(|note| note.text.clone()).unwrap_or_default()
    };
    for words in ["list", "filter x", "more", "sort", "watch 1", "bid 1300", "close", "news"] {
        let said = say(&mut desk, words);
        assert_eq!(said, "this is a replay: start the program anew to watch or to bid", "{words}");
        assert_eq!(desk.app.place, crate::app::Place::Auction);
    }
    say(&mut desk, "next");
    assert_eq!(price(&desk), Some(90_000));
    say(&mut desk, "previous");
    assert_eq!(price(&desk), None);
    assert_eq!(say(&mut desk, "seek 100%"), "at 20:02:44");
    assert_eq!(say(&mut desk, "seek -100"), "at 19:10:00");
    say(&mut desk, "play");
    assert_eq!(say(&mut desk, "speed 64x"), "64 times as fast");
    desk.pass(Duration::from_secs(10));
    assert_eq!(price(&desk), Some(90_000));
    for wrong in ["seek x", "seek 101", "speed 65", "speed 0"] {
        let said = say(&mut desk, wrong);
        assert!(said.starts_with("seek goes to") || said.starts_with("the speed is"), "{said}");
    }
}

#[test]
fn own_bids_are_known_and_nothing_is_asked() {
    let mut desk = Desk::replaying(recording());
    desk.app.identity = Identity::Asking;
    desk.press(".");
    assert!(desk.update(Msg::Identified(Some(eva()))).is_empty());
    desk.press(".");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Leader);
    let told = desk.app.watch.log.iter().next_back().unwrap().text.clone();
    assert_eq!(told, "you bid $1,000.00");
    desk.press(".");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Outbid);
    assert!(desk.press("G").is_empty(), "no e-mail is asked for: it is no sale of now");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Winner);
    let mut desk = Desk::replaying(recording());
    desk.app.identity = Identity::Asking;
    assert!(desk.update(Msg::Identified(None)).is_empty());
    assert_eq!(desk.app.note(), None, "nobody was logged in, and nobody has to be");
}

#[test]
fn own_bids_are_known_by_the_name_the_public_saw() {
    let mut anonymous = recording();
    anonymous.product.anonymous_bidders = true;
    for event in &mut anonymous.events {
        if let EventKind::BidPlaced { bids, leader, .. } = &mut event.kind {
            bids[0].bidder = bids[0].bidder.replace("eva", "Bidder 2");
            leader.clone_from(&Some(bids[0].bidder.clone()));
        }
    }
    let mut you = crate::samples::you();
    you.alias = Some("Bidder 2".to_owned());
    anonymous.product.you = Some(you);
    let mut desk = Desk::replaying(anonymous);
    desk.update(Msg::Identified(Some(eva())));
    desk.press("..");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Leader);
}

#[test]
fn a_recording_is_what_was_written() {
    let text = serde_json::to_string(&recording()).unwrap();
    let read: Recording = serde_json::from_str(&text).unwrap();
    assert_eq!((read.product, read.events), (recording().product, recording().events));
}

#[test]
fn what_is_told_in_a_replay_stays_on_the_screen() {
    let mut desk = Desk::replaying(recording());
    desk.press(" ");
    desk.update(Msg::Words("seek 50".to_owned()));
    desk.update(Msg::Identified(Some(eva())));
    assert_eq!(desk.app.note().unwrap().text, "at 19:36:22");
    let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(80, 24)).unwrap();
    terminal.draw(|frame| crate::view::draw(&desk.app, frame)).unwrap();
    assert!(terminal.backend().to_string().contains("│ at 19:36:22"));
}
