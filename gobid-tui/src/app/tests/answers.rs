//! What comes of a bid.

use super::*;

#[test]
fn an_unanswered_bid_is_repeated_after_a_reconnect_and_blocks_no_other() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    let first = desk.send(ID);
    desk.feed(lost());
    assert!(bids(&desk.pass(Duration::from_mins(3))).is_empty());
    let again = desk.feed(FeedEvent::Connected);
    assert_eq!(again, first, "the same id and the same not_after");
    desk.frame(ServerFrame::Snapshot(Box::new(snapshot())));
    desk.you(YourStatus::Outbid);
    desk.rival_bids("1275.00", "1300.00");
    desk.key(ENTER);
    let second = desk.send(RequestId::from_u128(78));
    assert_eq!(bids(&second).len(), 1);
    desk.refuse(ID, ErrorCode::Expired, false);
    let open: Vec<_> = desk.app.watch.attempts.iter().map(|it| it.request_id).collect();
    assert_eq!(open, [RequestId::from_u128(78)]);
}

#[test]
fn an_answer_lost_at_the_end_is_asked_for_on_another_connection() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.feed(lost());
    desk.feed(FeedEvent::Connected);
    let mut desk = desk.closed("sold", Some("bob_7"));
    assert_eq!(
        desk.feed(FeedEvent::Ended(FeedEnd::Over)),
        [Effect::Reconnect(desk.app.watch.product_id)]
    );
    assert!(desk.pass(Duration::from_secs(1)).is_empty(), "once");
    let again = desk.feed(FeedEvent::Connected);
    assert_eq!(bids(&again).len(), 1);
    desk.accept(ID, "1300.00", Some(true));
    assert!(desk.app.watch.attempts.is_empty());
}

#[test]
fn an_accepted_bid_is_told_of_once() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.pass(Duration::from_millis(41));
    desk.bid("eva", "1300.00", "1325.00");
    let seq = desk.app.watch.seq;
    desk.app.watch.seq = seq - 1;
    desk.accept(ID, "1300.00", Some(true));
    let last = desk.app.watch.log.iter().next_back().unwrap();
    assert_eq!(last.text, "you bid $1,300.00 — accepted (41 ms)");
    assert_eq!(desk.app.note().unwrap().text, "accepted, you lead at USD 1,300.00");
    desk.accept(ID, "1300.00", Some(true));
    let told = desk.app.watch.log.iter().filter(|line| line.text.contains("accepted"));
    assert_eq!(told.count(), 1);
}

#[test]
fn a_bid_beaten_at_once_says_so() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.accept(ID, "1300.00", Some(false));
    assert_eq!(
        desk.app.note().unwrap().text,
        "accepted, but beaten at once by a maximum: price 1,325.00"
    );
}

#[test]
fn quitting_asks_back_while_a_bid_is_unanswered() {
    let mut desk = Desk::outbid();
    assert_eq!(desk.press("q"), [Effect::Quit]);
    desk.key(ENTER);
    desk.send(ID);
    assert!(desk.press("q").is_empty());
    assert_eq!(desk.press("q"), [Effect::Quit]);
    assert_eq!(desk.ctrl('c'), [Effect::Interrupt]);
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.press("qj");
    assert!(desk.press("q").is_empty(), "another key disarms it");
}
