use std::time::Duration;

use crossterm::event::KeyCode;
use gobid_api::RequestId;
use gobid_api::client::{FeedEnd, FeedEvent};
use gobid_api::live::{PlaceBid, ServerFrame};
use gobid_api::problem::ErrorCode;
use gobid_api::products::YourStatus;

use super::{Effect, Identity, LineState, Msg, Obstacle, Pane, Role, Secret};
use crate::samples::{Desk, at, eva, snapshot};

const ID: RequestId = RequestId::from_u128(77);
const ENTER: KeyCode = KeyCode::Enter;

fn lost() -> FeedEvent {
    FeedEvent::Disconnected {
        why: "reset by peer".to_owned(),
        retry_in: Duration::from_millis(500),
    }
}

fn bids(effects: &[Effect]) -> Vec<&PlaceBid> {
    let bids = effects.iter().filter_map(|effect| match effect {
        Effect::Send(bid) => Some(bid),
        _ => None,
    });
    bids.collect()
}

#[test]
fn a_bid_takes_an_amount_enter_and_y() {
    let mut desk = Desk::outbid();
    assert!(desk.press("y1300").is_empty());
    assert!(desk.key(ENTER).is_empty());
    assert!(desk.key(ENTER).is_empty(), "Enter sends nothing");
    let effects = desk.send(ID);
    let [bid] = bids(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((bid.request_id, bid.amount.0.as_str()), (ID, "1300.00"));
    assert_eq!(bid.not_after.as_deref(), Some("2030-01-31T20:02:11.000Z"));
    assert!(desk.app.watch.field.is_empty() && desk.app.watch.dialog.is_none());
    assert!(desk.press("y").is_empty(), "once");
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
        desk.key(KeyCode::Esc);
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
    assert_eq!(bids(&effects)[0].amount.0, "1325.00");
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
    assert_eq!(desk.app.obstacle_to_review(), Some(Obstacle::Leading));
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
    assert_eq!(bids(&desk.send(ID))[0].amount.0, "1400.00", "typing was kept");

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
fn the_end_closes_the_dialog_without_a_bid() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    let mut desk = desk.closed("sold", Some("bob_7"));
    assert_eq!(desk.app.watch.dialog, None);
    assert!(desk.press("y").is_empty());
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Loser);
}

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
fn a_bid_that_never_left_is_put_back() {
    let mut desk = Desk::outbid();
    desk.press("1400");
    desk.key(ENTER);
    desk.send(ID);
    desk.update(Msg::NotSent(ID));
    assert!(desk.app.watch.attempts.is_empty());
    assert_eq!(desk.app.watch.field.shown(), "1,400.00");
}

#[test]
fn an_answer_lost_at_the_end_is_asked_for_on_another_connection() {
    let mut desk = Desk::outbid();
    desk.key(ENTER);
    desk.send(ID);
    desk.feed(lost());
    desk.feed(FeedEvent::Connected);
    let mut desk = desk.closed("sold", Some("bob_7"));
    assert_eq!(desk.feed(FeedEvent::Ended(FeedEnd::Over)), [Effect::Reconnect]);
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

#[test]
fn a_login_by_the_form() {
    let mut desk = Desk::watching();
    desk.press("1300L");
    desk.press("eva@x");
    desk.key(ENTER);
    desk.press("q secret");
    let effects = desk.key(ENTER);
    let [Effect::LogIn { email, password }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((email.as_str(), password.reveal()), ("eva@x", "q secret"));
    assert!(desk.press("x").is_empty() && desk.key(ENTER).is_empty(), "it is on its way");
    desk.update(Msg::LoggedIn(eva()));
    assert!(desk.app.form.is_none());
    assert_eq!(desk.app.identity, Identity::User(eva()));
    assert_eq!(desk.app.watch.field.shown(), "1,300", "the amount was kept");
}

#[test]
fn a_sign_up_by_the_form() {
    let mut desk = Desk::watching();
    desk.press("L");
    desk.ctrl('n');
    for (text, key) in [("eva", ENTER), ("eva@x", ENTER)] {
        desk.press(text);
        desk.key(key);
    }
    assert!(desk.key(ENTER).is_empty());
    let form = desk.app.form.as_ref().unwrap();
    assert_eq!(form.errors, ["password is missing"]);
    desk.press("secret12");
    let effects = desk.key(ENTER);
    assert!(matches!(&effects[..], [Effect::SignUp { user_name, .. }] if user_name == "eva"));
    desk.update(Msg::LoginRefused(vec!["user name is taken".to_owned()]));
    let form = desk.app.form.as_ref().unwrap();
    assert_ne!(form.password, Secret::default(), "what was typed stays");
}

#[test]
fn the_credential_is_asked_about_when_there_is_a_line() {
    let mut desk = Desk::new();
    desk.app.identity = Identity::Asking;
    assert_eq!(desk.feed(FeedEvent::Connected), [Effect::Identify]);
    desk.update(Msg::Identified(Some(eva())));
    assert!(desk.feed(FeedEvent::Connected).is_empty());
    assert_eq!(desk.feed(FeedEvent::SignedOut), [Effect::ForgetSession]);
    assert_eq!(desk.app.identity, Identity::SignedOut(eva()));
    desk.press("L");
    assert_eq!(desk.app.form.as_ref().unwrap().email, "eva@auctions.example");
}

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
    assert_eq!(desk.press("R"), [Effect::Reconnect]);
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
    assert_eq!(desk.app.scroll.bids, 9);
    desk.press("jjk");
    assert_eq!(desk.app.scroll.bids, 8);
    desk.press("g");
    assert_eq!(desk.app.scroll.bids, 0);
    desk.key(KeyCode::Tab);
    assert_eq!(desk.app.focus, Pane::Events);
    desk.press("j");
    assert_eq!((desk.app.scroll.bids, desk.app.scroll.events), (0, 1));
}

#[test]
fn a_list_that_was_scrolled_holds_still() {
    let mut desk = Desk::outbid();
    desk.press("jj");
    desk.rival_bids("1300.00", "1325.00");
    assert_eq!((desk.app.scroll.bids, desk.app.scroll.events), (3, 0));
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
    let mut desk = Desk::outbid();
    desk.press("1500");
    desk.key(ENTER);
    desk.pass(millis(100));
    desk.rival_bids("1300.00", "1325.00");
    assert_eq!(desk.app.wake_in(), millis(500), "y is unlocked");
}

#[test]
fn words_do_what_keys_do() {
    let mut desk = Desk::outbid();
    let say = |desk: &mut Desk, words: &str| desk.update(Msg::Words(words.to_owned()));
    say(&mut desk, "bid 1300");
    assert!(desk.app.watch.dialog.is_some());
    say(&mut desk, "perhaps");
    assert!(desk.app.watch.dialog.is_some());
    let effects = say(&mut desk, "Yes");
    assert_eq!(bids(&effects)[0].amount.0, "1300.00");
    say(&mut desk, "bid 1,300");
    assert!(desk.app.watch.dialog.is_none());
    assert!(desk.app.note().unwrap().text.contains("without commas"));
    assert!(say(&mut desk, "quit").is_empty(), "a bid is unanswered");
    assert_eq!(say(&mut desk, "quit"), [Effect::Quit]);

    let mut desk = Desk::watching();
    say(&mut desk, "bid");
    say(&mut desk, "eva@x");
    let effects = say(&mut desk, "secret");
    assert!(matches!(&effects[..], [Effect::LogIn { email, .. }] if email == "eva@x"));
    say(&mut desk, "");
    assert!(desk.app.form.is_none());
}
