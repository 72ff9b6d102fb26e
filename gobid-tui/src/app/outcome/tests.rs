use gobid_api::Amount;
use gobid_api::problem::ErrorCode::{
    AlreadyLeading, BidTooLow, Expired, RateLimited, Unauthenticated,
};
use gobid_api::problem::Facts;
use gobid_api::problem::Outcome::{NotRecorded, Unknown};

use super::*;
use Step::{Accepted, At, Broke, Refused, Unavailable};

const ID: RequestId = RequestId::from_u128(5);
const EVA: UserId = UserId::from_u128(7);
const SECOND: Duration = Duration::from_secs(1);
const OFFER: Offered = Offered::Firm(amount(130_000));

const fn amount(minor_units: i64) -> Amount {
    Amount::new(minor_units).unwrap()
}

/// What happens to a bid; times are milliseconds since it was sent, by both clocks.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Time passes; so many copies go out.
    At(u64, usize),
    /// The line breaks, and is there again at once.
    Broke(u64),
    /// A copy is accepted.
    Accepted(u64),
    /// A copy is refused: with this code, judged or not.
    Refused(u64, ErrorCode, bool),
    /// A copy could not be judged.
    Unavailable(u64, Outcome),
}

/// How the bid stands after it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waiting,
    Unknown,
    Accepted,
    Refused,
}

/// The server's clock shows 1,000 s when the bid is sent, the program's 100 s.
fn at(millis: u64) -> Now {
    let span = Duration::from_millis(millis);
    Now {
        since_start: SECOND * 100 + span,
        server_time: Timestamp::from_micros(1_000_000_000).plus(span),
    }
}

fn run(steps: &[Step]) -> Fate {
    let mut attempts = Attempts::default();
    let first = attempts.place(ID, OFFER, "USD".parse().unwrap(), EVA, at(0));
    for step in steps {
        let settled = match *step {
            At(time, copies) => {
                attempts.grow_unknown(at(time).since_start);
                let sent = attempts.due(EVA, at(time).since_start);
                assert_eq!(sent.len(), copies, "{step:?}");
                assert!(sent.iter().all(|copy| *copy == first), "every copy is the same");
                continue;
            }
            Broke(time) => {
                attempts.line_lost(at(time).since_start);
                continue;
            }
            Accepted(time) => attempts.accepted(ID, at(time)).map(|_| Fate::Accepted),
            Refused(time, code, judged) => {
                let facts = Facts {
                    judged: Some(judged),
                    received_at: Some(at(time).server_time),
                    ..Facts::default()
                };
                let refusal = BidRejected { request_id: ID, code, detail: String::new(), facts };
                attempts.rejected(&refusal, at(time)).map(|_| Fate::Refused)
            }
            Unavailable(time, outcome) => {
                let wait = Duration::from_millis(500);
                attempts.unavailable(ID, outcome, wait, at(time)).map(|_| Fate::Refused)
            }
        };
        if let Some(fate) = settled {
            assert!(attempts.is_empty());
            return fate;
        }
    }
    let attempt = attempts.iter().next().unwrap();
    if attempt.is_unknown { Fate::Unknown } else { Fate::Waiting }
}

type Case = (&'static str, &'static [Step], Fate);

fn assert_fates(table: &[Case]) {
    for (name, steps, fate) in table {
        assert_eq!(run(steps), *fate, "{name}");
    }
}

#[test]
fn the_only_copy_of_a_bid_is_answered_finally() {
    assert_fates(&[
        ("just sent", &[At(2_900, 0)], Fate::Waiting),
        ("accepted", &[Accepted(100)], Fate::Accepted),
        ("refused", &[Refused(100, BidTooLow, true)], Fate::Refused),
        ("turned away", &[Refused(100, RateLimited, false)], Fate::Refused),
        ("not recorded", &[Unavailable(5_100, NotRecorded)], Fate::Refused),
    ]);
}

#[test]
fn a_bid_without_an_answer_is_unknown_and_repeated() {
    assert_fates(&[
        ("silence", &[At(3_000, 1)], Fate::Unknown),
        ("one copy at a time", &[At(3_000, 1), At(8_900, 0), At(9_000, 1)], Fate::Unknown),
        ("answered late", &[At(3_000, 1), Accepted(3_100)], Fate::Accepted),
        ("a broken line", &[Broke(500), At(500, 1)], Fate::Unknown),
        ("a broken line, accepted", &[Broke(500), At(500, 1), Accepted(600)], Fate::Accepted),
        (
            "unknown to the server: again after its wait",
            &[Unavailable(100, Unknown), At(500, 0), At(600, 1), Accepted(700)],
            Fate::Accepted,
        ),
        (
            "three minutes without a line",
            &[Broke(200), At(180_000, 1), Refused(180_100, Expired, true)],
            Fate::Refused,
        ),
    ]);
}

#[test]
fn the_refusal_of_a_repeated_bid_is_final_when_no_copy_can_count_any_more() {
    assert_fates(&[
        (
            "the refusal of a second copy says nothing of the first",
            &[At(3_000, 1), Refused(3_100, AlreadyLeading, true)],
            Fate::Unknown,
        ),
        (
            "asked again when the answer can be final",
            &[At(3_000, 1), Refused(3_100, BidTooLow, true), At(10_100, 0), At(10_300, 1)],
            Fate::Unknown,
        ),
        (
            "expired too early to be final",
            &[Broke(1_000), At(7_000, 1), Refused(7_000, Expired, true), At(10_300, 1)],
            Fate::Unknown,
        ),
        (
            "expired, and final",
            &[Broke(1_000), At(12_000, 1), Refused(12_000, Expired, true)],
            Fate::Refused,
        ),
        (
            "expired is looked up even where it is not judged",
            &[Broke(1_000), At(12_000, 1), Refused(10_000, Expired, false)],
            Fate::Refused,
        ),
        (
            "a copy turned away speaks for itself alone",
            &[Broke(1_000), At(12_000, 1), Refused(12_000, RateLimited, false)],
            Fate::Unknown,
        ),
        (
            "nobody logged in any more",
            &[Broke(1_000), At(12_000, 1), Refused(12_000, Unauthenticated, false)],
            Fate::Unknown,
        ),
        (
            "a second copy not recorded says nothing of the first",
            &[At(3_000, 1), Unavailable(3_100, NotRecorded), At(3_600, 1)],
            Fate::Unknown,
        ),
    ]);
}

#[test]
fn a_copy_that_never_left_is_no_copy() {
    let mut attempts = Attempts::default();
    let usd = "USD".parse().unwrap();
    attempts.place(ID, OFFER, usd, EVA, at(0));
    assert!(attempts.not_sent(ID).is_some(), "the first one: the bid is withdrawn");
    assert!(attempts.is_empty());

    attempts.place(ID, OFFER, usd, EVA, at(0));
    attempts.line_lost(at(1_000).since_start);
    assert_eq!(attempts.due(EVA, at(1_000).since_start).len(), 1);
    assert_eq!(attempts.not_sent(ID), None, "the first copy is out");
    assert_eq!(attempts.iter().next().unwrap().copies, 1);
}

#[test]
fn a_bid_is_repeated_by_its_bidder_alone() {
    let mut attempts = Attempts::default();
    attempts.place(ID, OFFER, "USD".parse().unwrap(), EVA, at(0));
    let bob = UserId::from_u128(8);
    assert!(attempts.due(bob, at(60_000).since_start).is_empty());
    assert!(!attempts.is_due(bob, at(60_000).since_start));
    assert!(attempts.is_due(EVA, at(60_000).since_start));
}

#[test]
fn a_bid_names_the_moment_after_which_it_is_not_judged() {
    let mut attempts = Attempts::default();
    let now =
        Now { since_start: SECOND, server_time: "2030-01-31T20:02:06.123987Z".parse().unwrap() };
    let usd = "USD".parse().unwrap();
    let mut frame = |offer| attempts.place(ID, offer, usd, EVA, now);
    let ClientFrame::PlaceBid(bid) = frame(OFFER) else { panic!("not a bid") };
    assert_eq!((bid.amount.unwrap().0.as_str(), bid.max_amount), ("1300.00", None));
    assert_eq!(bid.not_after.as_deref(), Some("2030-01-31T20:02:11.123Z"));
    assert_eq!(bid.expected_price, None);

    let ClientFrame::PlaceBid(bid) = frame(Offered::Maximum(amount(140_000))) else {
        panic!("not a bid");
    };
    assert_eq!((bid.amount, bid.max_amount.unwrap().0.as_str()), (None, "1400.00"));

    let ClientFrame::BuyNow(purchase) = frame(Offered::Purchase(amount(200_000))) else {
        panic!("not a purchase");
    };
    assert_eq!(purchase.request_id, ID);
    assert_eq!(purchase.not_after.as_deref(), Some("2030-01-31T20:02:11.123Z"));
}
