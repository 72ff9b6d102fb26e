//! What sellers and admins do.

use super::*;
use crate::samples::formats::{reserve, soft_close};

fn told(desk: &Desk) -> (String, String) {
    let logged = desk.app.watch.log.iter().next_back().unwrap().text.clone();
    (logged, desk.app.note().map(|note| note.text.clone()).unwrap_or_default())
}

/// It stands in the log and is told.
fn assert_news(desk: &Desk, text: &str) {
    assert_eq!(told(desk), (text.to_owned(), text.to_owned()));
}

#[test]
fn an_end_that_moves_is_told() {
    let mut desk = Desk::at(soft_close());
    desk.rival_extends("1275.00", "20:04:06.000");
    assert_news(&desk, "extended to 20:04:06 by a late bid");
    desk.admin_extends("20:10:00.000", "no line\u{1b}[2J");
    assert_news(&desk, "extended to 20:10:00 by an admin: no line[2J");
    let product = desk.app.watch.product.as_ref().unwrap();
    assert_eq!(product.standing.end, at("20:10:00.000"));
}

#[test]
fn a_voided_bid_is_marked_and_the_price_falls() {
    let mut desk = Desk::outbid();
    desk.void_newest("shill bidding");
    assert_news(&desk, "an admin voided a bid of $1,275.00 by bob_7: shill bidding");
    let watch = &desk.app.watch;
    assert!(watch.bids[0].voided && !watch.bids[1].voided);
    let standing = &watch.product.as_ref().unwrap().standing;
    assert_eq!(standing.price.unwrap().minor_units(), 125_000);
    assert_eq!(watch.role(&desk.app.identity), Role::Leader);
    assert_eq!(watch.turns.len(), 1);

    let mut desk = Desk::leading();
    desk.void_newest("never pays");
    assert_news(&desk, "an admin voided your bid of $1,250.00: never pays");
}

#[test]
fn a_void_while_the_dialog_is_open_locks_y_and_stays_a_bid() {
    let mut desk = Desk::outbid();
    desk.press("1500");
    desk.key(ENTER);
    desk.rival_bids("1300.00", "1325.00");
    desk.pass(Duration::from_secs(1));
    desk.void_newest("shill bidding");
    desk.pass(Duration::from_secs(1));
    assert_eq!(firm(bids(&desk.send(ID))[0]), "1500.00");
}

#[test]
fn changes_of_the_seller_are_told() {
    let mut desk = Desk::at(reserve(false));
    desk.reserve_changes(Some(true));
    assert_news(&desk, "reserve changed: it is met now");
    desk.reserve_changes(None);
    assert_news(&desk, "reserve removed");
    desk.describe("Overhauled. Two\u{202e} lenses.");
    assert_news(&desk, "the seller changed the description: i shows it");
    let product = desk.app.watch.product.as_ref().unwrap();
    assert_eq!(product.description, "Overhauled. Two lenses.");
}

#[test]
fn a_bid_that_meets_the_reserve_says_so() {
    let mut desk = Desk::at(reserve(false));
    let product = desk.app.watch.product.as_mut().unwrap();
    product.standing.reserve_met = Some(false);
    let mut change = desk.change();
    change.reserve_met = Some(true);
    desk.event(gobid_api::live::EventKind::Unknown, change.clone());
    assert_eq!(told(&desk).0, "reserve met");
    change.reserve_met = Some(false);
    desk.event(gobid_api::live::EventKind::Unknown, change);
    assert_eq!(told(&desk).0, "reserve no longer met");
}

#[test]
fn an_end_by_an_admin_names_its_reason() {
    let mut desk = Desk::leading();
    desk.press("m1400");
    desk.key(ENTER);
    let desk = desk.cancelled("damaged");
    assert_eq!(told(&desk).0, "cancelled: damaged");
    assert_eq!(desk.app.watch.dialog, None);
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Watcher);

    let mut desk = Desk::leading().closed("sold", Some("eva"));
    desk.annul("never paid");
    assert_eq!(told(&desk).0, "the sale was annulled: never paid");
    assert!(desk.app.watch.product.as_ref().unwrap().annulled);
}

#[test]
fn news_never_hide_a_question() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.press("q");
    desk.admin_extends("20:10:00.000", "x");
    assert!(desk.app.note().unwrap().text.contains("q again"));
}

#[test]
fn the_details_open_scroll_and_close() {
    let mut desk = Desk::watching();
    desk.press("i");
    assert_eq!(desk.app.details, Some(0));
    desk.press("jjk");
    assert_eq!(desk.app.details, Some(1));
    desk.press("Gy1");
    assert!(desk.app.details.unwrap() < 100 && desk.app.watch.field.is_empty());
    desk.key(KeyCode::Esc);
    assert_eq!(desk.app.details, None);
    let mut desk = Desk::new();
    desk.press("i");
    assert_eq!(desk.app.details, None, "nothing is known yet");
}

#[test]
fn words_do_the_same() {
    let mut desk = Desk::outbid();
    let say = |desk: &mut Desk, words: &str| desk.update(Msg::Words(words.to_owned()));
    say(&mut desk, "max 1400");
    let effects = say(&mut desk, "yes");
    assert_eq!(bids(&effects)[0].max_amount.as_ref().unwrap().0, "1400.00");
    say(&mut desk, "bid 1500");
    say(&mut desk, "max");
    say(&mut desk, "max");
    let effects = say(&mut desk, "yes");
    assert_eq!(bids(&effects)[0].max_amount.as_ref().unwrap().0, "1500.00");
    say(&mut desk, "buy");
    assert_eq!(desk.app.watch.dialog, None);

    let mut desk = Desk::eva_at(crate::samples::formats::dutch());
    say(&mut desk, "accept");
    let effects = say(&mut desk, "yes");
    assert_eq!(firm(bids(&effects)[0]), "85.00");
    say(&mut desk, "max 90");
    assert_eq!(desk.app.watch.dialog, None);
}
