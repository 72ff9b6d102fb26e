//! Rows of copies and what comes of them.

use super::*;
use crate::problem::Facts;

const NOT_AFTER: Timestamp = Timestamp::from_micros(1_000_000_000);
const EARLY: Duration = Duration::from_secs(1);

fn refused(code: ErrorCode, facts: Facts) -> Result<BidAnswer, ClientError> {
    let problem = Problem::new(code, "why", "t".to_owned(), facts);
    Err(ClientError::Problem(Box::new(problem)))
}

fn judged(code: ErrorCode, after: Duration) -> Result<BidAnswer, ClientError> {
    let facts = Facts {
        judged: Some(code != ErrorCode::Expired),
        received_at: Some(NOT_AFTER.plus(after)),
        ..Facts::default()
    };
    refused(code, facts)
}

fn unavailable(outcome: Outcome) -> Result<BidAnswer, ClientError> {
    let facts = Facts { outcome: Some(outcome), retry_after_ms: Some(700), ..Facts::default() };
    refused(ErrorCode::Unavailable, facts)
}

fn lost() -> Result<BidAnswer, ClientError> {
    Err(ClientError::AnswerLost { server: "http://a".to_owned(), why: "reset".to_owned() })
}

fn unreachable() -> Result<BidAnswer, ClientError> {
    Err(ClientError::Unreachable { server: "http://a".to_owned(), why: "refused".to_owned() })
}

/// What comes of answers to a row of copies, each with the time since the first was sent.
fn after(answers: Vec<(Result<BidAnswer, ClientError>, Duration)>) -> &'static str {
    let mut attempts = Attempts::new(NOT_AFTER, false);
    let mut last = "nothing was sent";
    for (answer, elapsed) in answers {
        last = match attempts.step(answer, elapsed) {
            Step::Done(Ok(_)) => "accepted",
            Step::Done(Err(_)) => "refused",
            Step::RepeatAfter(_) => "repeat",
            Step::GiveUp(_) => "unknown",
        };
    }
    last
}

#[test]
fn the_first_and_only_copy() {
    let table = [
        (judged(ErrorCode::BidTooLow, Duration::ZERO), "refused"),
        (judged(ErrorCode::Expired, Duration::ZERO), "refused"),
        (refused(ErrorCode::RateLimited, Facts::default()), "refused"),
        (refused(ErrorCode::Unauthenticated, Facts::default()), "refused"),
        (unavailable(Outcome::NotRecorded), "repeat"),
        (unavailable(Outcome::Unknown), "repeat"),
        (refused(ErrorCode::Internal, Facts::default()), "repeat"),
        (lost(), "repeat"),
        (unreachable(), "repeat"),
    ];
    for (answer, expected) in table {
        let shown = format!("{answer:?}");
        assert_eq!(after(vec![(answer, EARLY)]), expected, "{shown}");
    }
}

#[test]
fn a_refusal_of_a_repeated_bid_is_final_once_no_copy_can_count() {
    let second = Duration::from_secs(1);
    for (received, expected) in [(second * 4, "repeat"), (second * 5, "refused")] {
        for code in [ErrorCode::Expired, ErrorCode::AuctionClosed] {
            let answers = vec![(lost(), EARLY), (judged(code, received), second * 11)];
            assert_eq!(after(answers), expected, "{code} {received:?}");
        }
    }
    let not_recorded = vec![
        (unavailable(Outcome::NotRecorded), EARLY),
        (judged(ErrorCode::BidTooLow, Duration::ZERO), EARLY * 2),
    ];
    assert_eq!(after(not_recorded), "refused", "the copy before certainly did not count");
}

#[test]
fn the_reason_of_a_refusal_outlives_the_bid() {
    let mut attempts = Attempts::new(NOT_AFTER, false);
    attempts.step(lost(), EARLY);
    attempts.step(judged(ErrorCode::BidTooLow, Duration::ZERO), EARLY);
    attempts.step(judged(ErrorCode::Expired, EARLY), EARLY * 6);
    let end = attempts.step(judged(ErrorCode::Expired, EARLY * 6), EARLY * 11);
    let Step::Done(Err(error)) = end else { panic!("{end:?}") };
    assert_eq!(error.code(), Some(ErrorCode::BidTooLow));
}

#[test]
fn patience_ends() {
    let late = Duration::from_secs(20);
    assert_eq!(after(vec![(lost(), late)]), "unknown");
    assert_eq!(after(vec![(lost(), EARLY), (unreachable(), late)]), "unknown");
    assert_eq!(after(vec![(unreachable(), LIFETIME)]), "refused", "nothing was ever sent");
    let logged_out = refused(ErrorCode::Unauthenticated, Facts::default());
    assert_eq!(after(vec![(lost(), EARLY), (logged_out, EARLY)]), "unknown");
    let limited = refused(ErrorCode::RateLimited, Facts::default());
    assert_eq!(after(vec![(lost(), EARLY), (limited, EARLY)]), "repeat");
}

#[test]
fn a_server_that_asks_to_wait_is_given_the_time() {
    let mut attempts = Attempts::new(NOT_AFTER, false);
    let Step::RepeatAfter(wait) = attempts.step(unavailable(Outcome::Unknown), EARLY) else {
        panic!("not repeated");
    };
    assert_eq!(wait, Duration::from_millis(700));
}
