//! What a feed leaves out under a flood.

use gobid_api::live::{AuctionEvent, EventKind, Update};

use super::*;
use crate::samples::{bid_id, row};

/// Five events were left out, and how it stands after them.
fn flood(desk: &mut Desk, seq: i64) -> Vec<Effect> {
    let server_time = desk.now.server_time;
    let product = desk.change();
    desk.frame(ServerFrame::Update(Update {
        seq,
        server_time,
        events: vec![],
        skipped: 5,
        product,
    }))
}

fn event(seq: i64, kind: EventKind) -> AuctionEvent {
    AuctionEvent { seq, at: at("20:02:06.000"), kind }
}

fn placed(seq: i64, amount: &str) -> AuctionEvent {
    let kind = EventKind::BidPlaced {
        bids: vec![row(seq, at("20:02:06.000"), amount, "moe_3")],
        leader: Some("moe_3".to_owned()),
        current_price: amount.parse().ok(),
        extended: false,
        auction_end: at("20:02:44.000"),
    };
    event(seq, kind)
}

fn voided(seq: i64) -> EventKind {
    EventKind::BidsVoided {
        bid_ids: vec![bid_id(seq)],
        reason: "a stolen account".to_owned(),
        leader: Some("bob_7".to_owned()),
        current_price: "1275.00".parse().ok(),
        bid_count: 18,
    }
}

/// The bids that stand, by their events, newest first.
fn standing(desk: &Desk) -> Vec<i64> {
    let bids = desk.app.watch.bids.iter().filter(|bid| !bid.voided);
    bids.map(|bid| bid.seq).collect()
}

#[test]
fn it_is_read_once_a_second_and_put_in_its_place() {
    let mut desk = Desk::outbid();
    let id = desk.app.watch.product_id;
    assert_eq!(flood(&mut desk, 422), [Effect::ReadMissed(id, 417)]);
    assert!(flood(&mut desk, 427).is_empty(), "one reading at a time");
    let events = vec![placed(417, "1275.00"), placed(418, "1300.00"), placed(419, "1325.00")];
    desk.update(Msg::Missed(id, events, None));
    assert_eq!(standing(&desk)[..3], [419, 418, 417], "417 was known already");
    assert_eq!(desk.pass(Duration::from_secs(1)), [Effect::ReadMissed(id, 422)]);
}

#[test]
fn what_is_no_bid_holds_too() {
    let mut desk = Desk::outbid();
    let id = desk.app.watch.product_id;
    flood(&mut desk, 422);
    let described =
        EventKind::DescriptionChanged { description: "Broken.".to_owned(), revision: 2 };
    let events = vec![
        placed(418, "1300.00"),
        event(419, voided(418)),
        event(420, voided(417)),
        event(421, described),
    ];
    let price = desk.app.watch.product.as_ref().unwrap().standing.price;
    desk.update(Msg::Missed(id, events, None));
    assert_eq!(standing(&desk)[0], 9, "neither 418 nor 417");
    assert!(desk.app.note().unwrap().text.contains("an admin voided"));
    let product = desk.app.watch.product.as_ref().unwrap();
    assert_eq!((product.description.as_str(), product.standing.price), ("Broken.", price));
}

#[test]
fn a_void_may_be_told_before_its_bid_is_read() {
    let mut desk = Desk::outbid();
    let id = desk.app.watch.product_id;
    flood(&mut desk, 422);
    let change = desk.change();
    desk.event(voided(418), change);
    desk.update(Msg::Missed(id, vec![placed(418, "1300.00"), placed(419, "1325.00")], None));
    assert_eq!(standing(&desk)[..2], [419, 417]);
}

#[test]
fn an_older_description_is_not_told() {
    let mut desk = Desk::outbid();
    let id = desk.app.watch.product_id;
    flood(&mut desk, 422);
    desk.describe("The newest.");
    let described = EventKind::DescriptionChanged { description: "Old.".to_owned(), revision: 2 };
    desk.update(Msg::Missed(id, vec![event(418, described)], None));
    assert_eq!(desk.app.watch.product.as_ref().unwrap().description, "The newest.");
}

#[test]
fn what_could_not_be_read_is_read_later() {
    let mut desk = Desk::outbid();
    let id = desk.app.watch.product_id;
    flood(&mut desk, 422);
    desk.update(Msg::Missed(id, vec![placed(418, "1300.00")], Some(418)));
    assert!(desk.pass(Duration::from_secs(4)).is_empty(), "not at once");
    assert_eq!(desk.pass(Duration::from_secs(1)), [Effect::ReadMissed(id, 418)]);
    desk.update(Msg::Missed(id, vec![placed(419, "1325.00")], None));
    assert!(desk.pass(Duration::from_mins(1)).is_empty());
}
