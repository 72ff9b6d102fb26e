//! What is seen of an auction.

use super::*;

#[test]
fn the_line_in_its_states() {
    let mut desk = Desk::new();
    let state = |desk: &Desk| desk.app.watch.line.state.clone();
    desk.feed(FeedEvent::Connecting { attempt: 1 });
    assert_eq!(state(&desk), LineState::Connecting);
    desk.feed(FeedEvent::Connected);
    desk.feed(FeedEvent::RoundTrip(Duration::from_millis(9)));
    assert_eq!(state(&desk), LineState::CatchingUp, "a pong is no news");
    desk.frame(ServerFrame::Snapshot(Box::new(snapshot())));
    assert_eq!(state(&desk), LineState::Live);
    desk.feed(FeedEvent::Slow { silent_for: Duration::from_secs(6) });
    assert_eq!(state(&desk), LineState::Slow);
    assert!(desk.app.watch.line.can_send(), "sending stays on");
    desk.feed(FeedEvent::RoundTrip(Duration::from_millis(9)));
    assert_eq!(state(&desk), LineState::Live);
    desk.feed(lost());
    assert!(!desk.app.watch.line.can_send());
    desk.feed(FeedEvent::Connecting { attempt: 2 });
    assert_eq!(state(&desk), LineState::Reconnecting);
    assert_eq!(desk.press("R"), [Effect::Reconnect(desk.app.watch.product_id)]);
    desk.feed(FeedEvent::Connected);
    let heartbeat =
        ServerFrame::Heartbeat { seq: 416, server_time: at("20:02:10.000"), watchers: 3 };
    desk.frame(heartbeat);
    assert_eq!(state(&desk), LineState::Live);
    let last = desk.app.watch.log.iter().next_back().unwrap();
    assert_eq!(last.text, "connected again at event 416, nothing missed");
}

#[test]
fn the_leader_is_known_before_the_server_says_it_personally() {
    let mut desk = Desk::watching();
    desk.update(Msg::Identified(Some(eva())));
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Leader);
    let mut desk = Desk::leading();
    desk.rival_bids("1275.00", "1300.00");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Outbid);
    let last = desk.app.watch.log.iter().next_back().unwrap();
    assert_eq!(last.text, "bid $1,275.00 — you were outbid");
}

#[test]
fn lists_scroll_within_their_length() {
    let mut desk = Desk::outbid();
    desk.press("G");
    assert_eq!(desk.app.watch.scroll.bids, 9);
    desk.press("jjk");
    assert_eq!(desk.app.watch.scroll.bids, 8);
    desk.press("g");
    assert_eq!(desk.app.watch.scroll.bids, 0);
    desk.key(KeyCode::Tab);
    assert_eq!(desk.app.focus, Pane::Events);
    desk.press("j");
    assert_eq!((desk.app.watch.scroll.bids, desk.app.watch.scroll.events), (0, 1));
}

#[test]
fn a_list_that_was_scrolled_holds_still() {
    let mut desk = Desk::outbid();
    desk.press("jj");
    desk.rival_bids("1300.00", "1325.00");
    assert_eq!((desk.app.watch.scroll.bids, desk.app.watch.scroll.events), (3, 0));
}

#[test]
fn a_wrong_local_clock_does_no_harm() {
    let mut desk = Desk::new();
    desk.now.uncertainty = None;
    desk.now.server_time = at("21:02:06.000");
    desk.feed(FeedEvent::Connected);
    desk.frame(ServerFrame::Snapshot(Box::new(snapshot())));
    assert!(!desk.app.watch.is_closing(&desk.app.now));
    desk.pass(Duration::from_secs(3));
    assert_eq!(desk.app.now.server_time, at("20:02:09.000"));
    desk.now.uncertainty = Some(Duration::from_millis(1));
    desk.now.server_time = at("20:02:09.100");
    desk.update(Msg::Tick);
    assert_eq!(desk.app.now.server_time, at("20:02:09.100"));
}

#[test]
fn memory_does_not_grow_with_the_bids() {
    let mut desk = Desk::leading();
    for cents in 0..3_000 {
        let amount = format!("{}.{:02}", 2_000 + cents / 100, cents % 100);
        desk.rival_bids(&amount, "9000.00");
    }
    assert_eq!(desk.app.watch.bids.len(), 500);
    assert_eq!(desk.app.watch.log.len(), 500);
}

#[test]
fn it_wakes_when_something_changes_by_itself() {
    let millis = Duration::from_millis;
    let mut desk = Desk::outbid();
    assert_eq!(desk.app.wake_in(), millis(10), "the second turns now");
    desk.pass(millis(250));
    assert_eq!(desk.app.wake_in(), millis(751));
    desk.pass(millis(29_000));
    assert!(desk.app.wake_in() <= millis(101), "tenths are shown");
    desk.pass(millis(60_000));
    assert_eq!(desk.app.wake_in(), millis(1_000), "nothing changes any more");
    desk.feed(lost());
    desk.update(Msg::Trouble("told".to_owned()));
    desk.pass(millis(60_000));
    assert_eq!(desk.app.wake_in(), millis(1_000), "what was told is over");
    let mut desk = Desk::outbid();
    desk.press("1500");
    desk.key(ENTER);
    desk.pass(millis(100));
    desk.rival_bids("1300.00", "1325.00");
    assert_eq!(desk.app.wake_in(), millis(500), "y is unlocked");
}

#[test]
fn a_server_that_restarts_is_waited_for_by_that_name() {
    let mut desk = Desk::outbid();
    let down = |why: &str| FeedEvent::Disconnected {
        why: why.to_owned(),
        retry_in: Duration::from_millis(500),
    };
    desk.feed(down("the server is restarting"));
    desk.feed(FeedEvent::Connecting { attempt: 1 });
    desk.feed(down("connection refused"));
    assert!(crate::words::line(&desk.app).0.starts_with("server restarting"));
    desk.feed(FeedEvent::Connected);
    assert_eq!(crate::words::line(&desk.app).0, "catching up");
    desk.feed(down("reset by peer"));
    assert!(crate::words::line(&desk.app).0.starts_with("reconnecting"));
}
