//! Clocks that are wrong, time that passes, and a clock that breaks.

use std::collections::BTreeSet;
use std::time::Duration;

use gobid_auction::Timestamp;
use serde_json::json;

use super::{Stage, has, logged_in_at};
use crate::support::actors::{User, now, product};
use crate::support::clock::Clock;
use crate::support::database::{Backend, Database};
use crate::support::programs;
use crate::support::pty::{ENTER, Pty, STANDARD};
use crate::support::relay::Relay;
use crate::support::server::Setup;
use crate::support::wait::{PATIENCE, eventually};

const TEN_MINUTES: Duration = Duration::from_mins(10);
const HOUR: i64 = 3_600;
const ONE_LINE: (u16, u16) = (60, 1);

/// The countdown of a screen of one line, in seconds.
fn countdown(screen: &str) -> Option<i64> {
    let (minutes, seconds) = screen.split_whitespace().last()?.split_once(':')?;
    Some(minutes.parse::<i64>().ok()? * 60 + seconds.parse::<i64>().ok()?)
}

#[tokio::test]
async fn a_clock_that_is_wrong_by_an_hour_does_no_harm() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let product = stage.ana.product(&stage.product_id).await;
    let end: Timestamp = product["auction_end"].as_str().unwrap().parse().unwrap();
    for (hours, amount) in [(1, "130"), (-1, "140")] {
        let clock = Clock::new();
        clock.set_wrong_by(hours * HOUR);
        let user = if hours == 1 { &stage.bob } else { &stage.eva };
        let (url, env) = (stage.server.url(), clock.env());
        let pty = logged_in_at(url, user, &stage.product_id, &env).await;
        pty.send(&[amount, ENTER].concat());
        pty.wait_for(&format!("You bid exactly USD {amount}.00")).await;
        pty.send("y");
        pty.wait_for(&format!("LEADING at ${amount}.00")).await;
        let events = stage.ana.events(&stage.product_id, 0).await;
        let at = &events.last().unwrap()["at"].as_str().unwrap()[11..19];
        let amount = format!("${amount}.00");
        pty.wait_until("the bid with the server's time", |screen| {
            screen.lines().any(|row| has(row, &[at, &amount, " you "]))
        })
        .await;

        pty.resize(ONE_LINE);
        pty.wait_until("the time that is left", |screen| {
            let left = i64::try_from(end.since(now()).as_secs()).unwrap();
            countdown(screen).is_some_and(|shown| (shown - left).abs() <= 1)
        })
        .await;
    }
}

/// What a dying line does not carry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    TheBid,
    TheAnswer,
}

/// A bid is sent as the line dies, and three minutes later the line is back. Server and terminal ask
/// one clock, which has these minutes pass at once.
async fn three_minutes_without_a_line(lost: Lost) {
    let clock = Clock::new();
    let database = Database::new(Backend::Sqlite).await;
    let [preload, orders] = clock.env();
    let setup = Setup::on(database.url()).env(preload.0, preload.1).env(orders.0, orders.1);
    let server = setup.start().await;
    let ana = User::sign_up(&server, "ana").await;
    let (bob, eva) = (User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await);
    let product_id = ana.create_product(&product(TEN_MINUTES)).await;
    let relay = Relay::to(&server).await;
    let pty = logged_in_at(relay.url(), &eva, &product_id, &clock.env()).await;

    match lost {
        Lost::TheBid => relay.lose_what_is_sent(),
        Lost::TheAnswer => relay.lose_answers(),
    }
    pty.send(&["130", ENTER].concat());
    pty.wait_for("You bid exactly USD 130.00").await;
    pty.send("y");
    pty.wait_for("sent, no answer yet").await;
    let offers = async || {
        let log = database.log_of(&product_id).await;
        log.iter().filter_map(|entry| entry.offer).collect::<Vec<_>>()
    };
    if lost == Lost::TheAnswer {
        eventually("the bid", PATIENCE, async || (!offers().await.is_empty()).then_some(())).await;
    }
    relay.cut();
    pty.wait_for("reconnecting").await;
    clock.pass(Duration::from_mins(3));
    pty.wait_for("OUTCOME UNKNOWN for 18").await;
    relay.mend();
    let expected: &[i64] = if lost == Lost::TheAnswer {
        pty.wait_for("accepted after all").await;
        pty.wait_for("LEADING at $130.00").await;
        &[130_00]
    } else {
        pty.wait_for("not placed: it was too long on its way").await;
        &[]
    };
    // What comes over the line now came after all that the terminal had to say.
    bob.place_bid_rest(&product_id, "150.00", uuid::Uuid::new_v4()).await.expect(201);
    pty.wait_for("150.00").await;
    assert_eq!(offers().await, [expected, &[150_00]].concat());
}

#[tokio::test]
async fn a_bid_that_was_lost_with_the_line_is_not_placed_minutes_later() {
    three_minutes_without_a_line(Lost::TheBid).await;
}

#[tokio::test]
async fn a_bid_whose_answer_was_lost_with_the_line_is_found_minutes_later() {
    three_minutes_without_a_line(Lost::TheAnswer).await;
}

#[tokio::test]
async fn a_panic_beside_the_loop_gives_the_terminal_back() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let clock = Clock::new();
    let shell = Pty::start(STANDARD, std::path::Path::new("true"), &[], &[]).await;
    assert_eq!(shell.ended().await, 0);
    let args = ["--server", stage.server.url(), "watch", &stage.product_id];
    let pty = Pty::start(STANDARD, programs::tui(), &args, &clock.env()).await;
    pty.wait_for("● live").await;
    assert_ne!(pty.modes().on, BTreeSet::new());
    clock.break_once();
    assert_eq!(pty.ended().await, 1);
    assert_eq!(pty.modes(), shell.modes());
    let written = String::from_utf8_lossy(&pty.bytes()).into_owned();
    let (_, after) = written.rsplit_once("\x1b[?1049l").unwrap();
    assert!(after.contains("panicked at"), "the reason stands where it stays: {after}");
    assert!(!after.contains("\x1b[?2026h"), "nothing is drawn over it: {after}");
}
