//! From an amount to a bid.

use super::*;

#[test]
fn a_bid_takes_an_amount_enter_and_y() {
    let mut desk = Desk::outbid();
    assert!(bids(&desk.press("y1300")).is_empty());
    assert!(desk.key(ENTER).is_empty());
    assert!(desk.key(ENTER).is_empty(), "Enter sends nothing");
    let effects = desk.send(ID);
    let [bid] = bids(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((bid.request_id, firm(bid)), (ID, "1300.00"));
    assert_eq!(bid.not_after.as_deref(), Some("2030-01-31T20:02:11.000Z"));
    assert!(desk.app.watch.field.is_empty() && desk.app.watch.dialog.is_none());
    assert!(bids(&desk.press("y")).is_empty(), "once");
}

#[test]
fn only_keys_for_amounts_change_the_amount() {
    let table = [
        ("1300", "1,300"),
        ("j1k3g0G0e", "1,300"),
        ("1300=", "1,325.00"),
        ("+", "1,300.00"),
        ("++", "1,325.00"),
        ("++-", "1,300.00"),
        ("-", "1,300.00"),
        ("+7", "7"),
        ("7+", "1,300.00"),
        ("7-", "1,300.00"),
        ("R?jkq", ""),
    ];
    for (keys, shown) in table {
        let mut desk = Desk::outbid();
        desk.press(keys);
        assert_eq!(desk.app.watch.field.shown(), shown, "{keys}");
    }
    let mut desk = Desk::outbid();
    desk.press("1300");
    desk.rival_bids("1300.00", "1325.00");
    desk.feed(lost());
    desk.feed(FeedEvent::Connected);
    desk.frame(ServerFrame::Snapshot(Box::new(snapshot())));
    assert_eq!(desk.app.watch.field.shown(), "1,300", "what comes from outside changes nothing");
}

#[test]
fn steps_follow_the_ladder() {
    let mut desk = Desk::watching();
    let product = desk.app.watch.product.as_mut().unwrap();
    product.standing.minimum = gobid_api::Amount::new(97_000);
    let table =
        [("+", "970.00"), ("++++", "1,000.00"), ("+++++", "1,025.00"), ("+++++--", "990.00")];
    for (keys, shown) in table {
        if !desk.app.watch.field.is_empty() {
            desk.key(KeyCode::Esc);
        }
        desk.press(keys);
        assert_eq!(desk.app.watch.field.shown(), shown, "{keys}");
    }
}

#[test]
fn a_move_is_shown_and_locks_y_once() {
    let mut desk = Desk::outbid();
    desk.press("1500");
    desk.key(ENTER);
    desk.end_moves("20:05:00.000");
    assert!(desk.press("y").is_empty(), "the end moved just now");
    desk.pass(Duration::from_millis(499));
    assert!(desk.press("y").is_empty());
    desk.rival_bids("1300.00", "1325.00");
    desk.pass(Duration::from_millis(1));
    desk.rival_bids("1325.00", "1350.00");
    assert_eq!(bids(&desk.send(ID)).len(), 1, "later moves lock nothing");
}

#[test]
fn below_the_minimum_y_is_off_and_plus_sets_the_minimum() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.rival_bids("1300.00", "1325.00");
    desk.pass(Duration::from_secs(1));
    assert!(desk.press("y").is_empty());
    assert!(desk.app.watch.dialog.is_some());
    desk.press("+");
    let effects = desk.send(ID);
    assert_eq!(firm(bids(&effects)[0]), "1325.00");
}

#[test]
fn what_stands_in_the_way_of_a_bid() {
    let mut desk = Desk::watching();
    desk.key(ENTER);
    assert!(desk.app.form.is_some(), "whoever is not logged in gets the form");

    let mut desk = Desk::leading();
    desk.press("1400");
    desk.key(ENTER);
    assert_eq!(desk.app.watch.dialog, None);
    assert_eq!(desk.app.obstacle_to_review(Kind::Firm), Some(Obstacle::Leading));
    assert_eq!(desk.app.watch.field.shown(), "1,400", "the amount can be prepared");

    let mut desk = Desk::outbid();
    desk.app.is_read_only = true;
    desk.key(ENTER);
    assert_eq!(desk.app.watch.dialog, None);

    let mut desk = Desk::outbid();
    desk.feed(lost());
    desk.press("1400");
    desk.key(ENTER);
    assert!(desk.press("y").is_empty(), "there is no line");
    desk.feed(FeedEvent::Connected);
    assert_eq!(firm(bids(&desk.send(ID))[0]), "1400.00", "typing was kept");

    let mut desk = Desk::outbid();
    desk.update(Msg::Resize(20, 5));
    desk.key(ENTER);
    assert_eq!(desk.app.watch.dialog, None, "an amount that cannot be read is not agreed to");

    let mut desk = Desk::outbid();
    desk.press(".");
    desk.key(ENTER);
    assert!(desk.app.watch.dialog.is_none() && desk.app.note().is_some());
}

#[test]
fn who_cannot_bid_sets_no_amount() {
    let mut own = crate::samples::formats::buy_now();
    own.product.seller.user_id = eva().user_id;
    let mut later = snapshot();
    later.product.status = "scheduled".to_owned();
    later.product.auction_start = at("20:02:30.000");
    let mut reading = Desk::outbid();
    reading.app.is_read_only = true;
    let desks = [
        (Desk::eva_at(own), "your own auction: sellers do not bid"),
        (Desk::eva_at(later), "bidding opens 20:02:30 UTC"),
        (reading, "read-only: nothing is bid in this run"),
    ];
    for (mut desk, why) in desks {
        desk.press("1300+m");
        desk.update(Msg::Paste("1400".to_owned()));
        assert!(desk.app.watch.field.is_empty() && desk.app.kind() == Kind::Firm, "{why}");
        desk.key(KeyCode::Esc);
        desk.press("B");
        assert_eq!(desk.app.watch.dialog, None);
        assert_eq!(desk.app.note().unwrap().text, why);
        desk.update(Msg::Words("bid 1300".to_owned()));
        assert_eq!(desk.app.note().unwrap().text, why);
    }
}

#[test]
fn the_end_closes_the_dialog_without_a_bid() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    let mut desk = desk.closed("sold", Some("bob_7"));
    assert_eq!(desk.app.watch.dialog, None);
    assert!(bids(&desk.press("y")).is_empty());
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Loser);
}

#[test]
fn a_bid_that_never_left_is_put_back() {
    let mut desk = Desk::outbid();
    desk.press("1400");
    desk.key(ENTER);
    desk.send(ID);
    desk.update(Msg::NotSent(desk.app.watch.product_id, ID));
    assert!(desk.app.watch.attempts.is_empty());
    assert_eq!(desk.app.watch.field.shown(), "1,400.00");
}
