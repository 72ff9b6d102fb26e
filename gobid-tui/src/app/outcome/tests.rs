use super::*;
use gobid_api::problem::Facts;

const ID: RequestId = RequestId::from_u128(5);
const EVA: UserId = UserId::from_u128(7);
const SECOND: Duration = Duration::from_secs(1);

/// What happens to a bid; times are seconds since it was sent, by both clocks.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Time passes; so many copies go out.
    At(f32, usize),
    /// The line breaks, and is there again at once.
    Broke(f32),
    /// A copy is accepted.
    Accepted(f32),
    /// A copy is refused: with this code, judged or not.
    Refused(f32, ErrorCode, bool),
    /// A copy could not be judged.
    Unavailable(f32, Outcome),
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
fn at(seconds: f32) -> Now {
    let span = Duration::from_millis(format!("{:.0}", seconds * 1_000.0).parse().unwrap());
    Now {
        since_start: SECOND * 100 + span,
        server_time: Timestamp::from_micros(1_000_000_000).plus(span),
    }
}

fn run(steps: &[Step]) -> Fate {
    let mut attempts = Attempts::default();
    let amount = Amount::new(130_000).unwrap();
    let first = attempts.place(ID, amount, "USD".parse().unwrap(), EVA, at(0.0));
    for step in steps {
        let settled = match *step {
            Step::At(time, copies) => {
                attempts.grow_unknown(at(time).since_start);
                let sent = attempts.due(EVA, at(time).since_start);
                assert_eq!(sent.len(), copies, "{step:?}");
                assert!(sent.iter().all(|copy| *copy == first), "every copy is the same");
                continue;
            }
            Step::Broke(time) => {
                attempts.line_lost(at(time).since_start);
                continue;
            }
            Step::Accepted(time) => attempts.accepted(ID, at(time)).map(|_| Fate::Accepted),
            Step::Refused(time, code, judged) => {
                let facts = Facts {
                    judged: Some(judged),
                    received_at: Some(at(time).server_time),
                    ..Facts::default()
                };
                let refusal = BidRejected { request_id: ID, code, detail: String::new(), facts };
                attempts.rejected(&refusal, at(time)).map(|_| Fate::Refused)
            }
            Step::Unavailable(time, outcome) => {
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

#[test]
fn what_becomes_of_a_bid() {
    use ErrorCode::{AlreadyLeading, BidTooLow, Expired, RateLimited, Unauthenticated};
    use Outcome::{NotRecorded, Unknown};
    use Step::{Accepted, At, Broke, Refused, Unavailable};
    let table: &[(&str, &[Step], Fate)] = &[
        ("just sent", &[At(2.9, 0)], Fate::Waiting),
        ("accepted", &[Accepted(0.1)], Fate::Accepted),
        ("refused, only copy", &[Refused(0.1, BidTooLow, true)], Fate::Refused),
        ("turned away, only copy", &[Refused(0.1, RateLimited, false)], Fate::Refused),
        ("not recorded, only copy", &[Unavailable(5.1, NotRecorded)], Fate::Refused),
        ("silence", &[At(3.0, 1)], Fate::Unknown),
        ("one copy at a time", &[At(3.0, 1), At(8.9, 0), At(9.0, 1)], Fate::Unknown),
        ("answered late", &[At(3.0, 1), Accepted(3.1)], Fate::Accepted),
        ("a broken line", &[Broke(0.5), At(0.5, 1)], Fate::Unknown),
        ("a broken line, accepted", &[Broke(0.5), At(0.5, 1), Accepted(0.6)], Fate::Accepted),
        (
            "the refusal of a second copy says nothing of the first",
            &[At(3.0, 1), Refused(3.1, AlreadyLeading, true)],
            Fate::Unknown,
        ),
        (
            "asked again when the answer can be final",
            &[At(3.0, 1), Refused(3.1, BidTooLow, true), At(10.1, 0), At(10.3, 1)],
            Fate::Unknown,
        ),
        (
            "expired too early to be final",
            &[Broke(1.0), At(7.0, 1), Refused(7.0, Expired, true), At(10.3, 1)],
            Fate::Unknown,
        ),
        (
            "expired, and final",
            &[Broke(1.0), At(12.0, 1), Refused(12.0, Expired, true)],
            Fate::Refused,
        ),
        (
            "expired is looked up even where it is not judged",
            &[Broke(1.0), At(12.0, 1), Refused(10.0, Expired, false)],
            Fate::Refused,
        ),
        (
            "a copy turned away speaks for itself alone",
            &[Broke(1.0), At(12.0, 1), Refused(12.0, RateLimited, false)],
            Fate::Unknown,
        ),
        (
            "nobody logged in any more",
            &[Broke(1.0), At(12.0, 1), Refused(12.0, Unauthenticated, false)],
            Fate::Unknown,
        ),
        (
            "unknown to the server: again after its wait",
            &[Unavailable(0.1, Unknown), At(0.5, 0), At(0.6, 1), Accepted(0.7)],
            Fate::Accepted,
        ),
        (
            "a second copy not recorded says nothing of the first",
            &[At(3.0, 1), Unavailable(3.1, NotRecorded), At(3.6, 1)],
            Fate::Unknown,
        ),
        (
            "three minutes without a line",
            &[Broke(0.2), At(180.0, 1), Refused(180.1, Expired, true)],
            Fate::Refused,
        ),
    ];
    for (name, steps, fate) in table {
        assert_eq!(run(steps), *fate, "{name}");
    }
}

#[test]
fn a_copy_that_never_left_is_no_copy() {
    let mut attempts = Attempts::default();
    let amount = Amount::new(130_000).unwrap();
    let usd = "USD".parse().unwrap();
    attempts.place(ID, amount, usd, EVA, at(0.0));
    assert!(attempts.not_sent(ID).is_some(), "the first one: the bid is withdrawn");
    assert!(attempts.is_empty());

    attempts.place(ID, amount, usd, EVA, at(0.0));
    attempts.line_lost(at(1.0).since_start);
    assert_eq!(attempts.due(EVA, at(1.0).since_start).len(), 1);
    assert_eq!(attempts.not_sent(ID), None, "the first copy is out");
    assert_eq!(attempts.iter().next().unwrap().copies, 1);
}

#[test]
fn a_bid_is_repeated_by_its_bidder_alone() {
    let mut attempts = Attempts::default();
    let amount = Amount::new(130_000).unwrap();
    attempts.place(ID, amount, "USD".parse().unwrap(), EVA, at(0.0));
    let bob = UserId::from_u128(8);
    assert!(attempts.due(bob, at(60.0).since_start).is_empty());
    assert!(!attempts.is_due(bob, at(60.0).since_start));
    assert!(attempts.is_due(EVA, at(60.0).since_start));
}

#[test]
fn a_bid_names_the_moment_after_which_it_is_not_judged() {
    let mut attempts = Attempts::default();
    let now =
        Now { since_start: SECOND, server_time: "2030-01-31T20:02:06.123987Z".parse().unwrap() };
    let bid = attempts.place(ID, Amount::new(130_000).unwrap(), "USD".parse().unwrap(), EVA, now);
    assert_eq!(bid.amount.0, "1300.00");
    assert_eq!(bid.not_after.as_deref(), Some("2030-01-31T20:02:11.123Z"));
    assert_eq!(bid.expected_price, None);
}
