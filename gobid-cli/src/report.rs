//! How an error is told: to people in sentences, to programs as one JSON line.

use std::fmt;

use gobid_api::client::{ClientError, FeedEnd, safe_text};
use gobid_api::problem::{ErrorCode, Facts};
use gobid_api::{RequestId, Timestamp};
use serde::Serialize;

use crate::amount::money;
use crate::error::{BidError, BrokenOff, CliError};
use crate::exit;
use crate::incomplete::{Failure, Incomplete};
use crate::output::shell_word;

/// How many of many things that were not done people are told of.
const MOST_FAILURES: usize = 20;

/// An error as it is told.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    code: String,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<RequestId>,
    #[serde(flatten)]
    facts: Facts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<FailureReport>,
    #[serde(skip)]
    currency: String,
}

/// One of many things that was not done, as it is told.
#[derive(Debug, Serialize)]
struct FailureReport {
    item: usize,
    product_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(flatten)]
    report: Report,
}

impl Report {
    /// Everything there is to say about an error.
    pub(crate) fn of(error: &CliError) -> Self {
        let (code, exit) = match error {
            CliError::Usage(_) => ("usage", exit::USAGE),
            CliError::Config(_) => ("config", exit::CONFIG),
            CliError::Credentials(_) => ("credentials", exit::CONFIG),
            CliError::Client(error) => return Self::of_client(error),
            CliError::Bid(bid) => return Self::of_bid(bid),
            CliError::Feed(FeedEnd::LoginNeeded) => ("not_logged_in", exit::NOT_LOGGED_IN),
            CliError::Feed(FeedEnd::Forbidden) => ("forbidden", exit::FORBIDDEN),
            CliError::Feed(FeedEnd::NotFound) | CliError::NoSuchUser(_) => {
                ("not_found", exit::NOT_FOUND)
            }
            CliError::Feed(FeedEnd::Over | FeedEnd::Refused(_)) => ("refused", exit::SERVER_ERROR),
            CliError::Status(status) => ("refused", exit::of_status(*status)),
            CliError::Database { exit, .. } => ("database", *exit),
            CliError::Bench(_) => ("bench", exit::FAILURE),
            CliError::Input { .. } => ("input", exit::FAILURE),
            CliError::File { .. } => ("file", exit::FAILURE),
            CliError::Incomplete(incomplete) => return Self::of_incomplete(incomplete),
            CliError::InDoubt { error: why, next, .. } => {
                let Self { trace_id, facts, .. } = Self::of_client(why);
                let told = Self::new("unknown_outcome", error, exit::UNKNOWN_OUTCOME);
                return Self { hint: Some(next.clone()), trace_id, facts, ..told };
            }
            CliError::NotShown { next, .. } => {
                let hint = Some(next.clone());
                return Self { hint, ..Self::new("not_shown", error, exit::FAILURE) };
            }
            CliError::NotReached(_) => ("not_reached", exit::FAILURE),
            CliError::Bot(_) => ("bot", exit::FAILURE),
            CliError::BrokenOff(bot) => return Self::of_broken_off(bot),
            CliError::Output(_) => ("output", exit::FAILURE),
            CliError::Interrupted => ("interrupted", exit::INTERRUPTED),
            CliError::Declined => ("not_confirmed", exit::FAILURE),
        };
        Self::new(code, error, exit)
    }

    /// An error of a kind, with nothing more to say.
    pub(crate) fn new(code: impl Into<String>, detail: &impl ToString, exit: u8) -> Self {
        Self {
            code: code.into(),
            detail: detail.to_string(),
            hint: None,
            exit,
            trace_id: None,
            request_id: None,
            facts: Facts::default(),
            failures: Vec::new(),
            currency: String::new(),
        }
    }

    /// The same for somebody who has named a server or a profile: the commands that it names would
    /// not find there what they find here.
    pub(crate) fn at(mut self, server: Option<&str>, profile: Option<&str>) -> Self {
        let Some(hint) = &mut self.hint else { return self };
        for (flag, value) in [("--profile", profile), ("--server", server)] {
            if let Some(value) = value.filter(|_| !hint.contains(flag)) {
                let named = format!("gobid-cli {flag} {} ", shell_word(value));
                *hint = hint.replace("gobid-cli ", &named);
            }
        }
        self
    }

    /// How the program ends.
    pub(crate) const fn exit(&self) -> u8 {
        self.exit
    }

    /// What failed has one end of the program if it failed for one kind of reason.
    fn of_incomplete(incomplete: &Incomplete) -> Self {
        let failure = |failure: &Failure| {
            let mut report = Self::of_client(&failure.error);
            if failure.is_in_doubt {
                report.exit = exit::UNKNOWN_OUTCOME;
            }
            FailureReport {
                item: failure.item,
                product_name: failure.product_name.clone(),
                reference: failure.reference.clone(),
                report,
            }
        };
        let failures: Vec<_> = incomplete.failures.iter().map(failure).collect();
        let exits: Vec<_> = failures.iter().map(|failure| failure.report.exit).collect();
        Self {
            hint: Some(incomplete.hint()),
            failures,
            ..Self::new("incomplete", incomplete, incomplete.exit(&exits))
        }
    }

    fn of_client(error: &ClientError) -> Self {
        let (code, exit) = match error {
            ClientError::Problem(problem) => {
                (problem.code.as_str(), exit::of_refusal(problem.code, problem.status))
            }
            ClientError::Unreachable { .. } => ("unreachable", exit::UNREACHABLE),
            ClientError::TimedOut { .. } => ("timed_out", exit::UNREACHABLE),
            ClientError::AnswerLost { .. } => ("answer_lost", exit::UNREACHABLE),
            ClientError::Protocol(_) => ("protocol", exit::SERVER_ERROR),
            ClientError::UnknownOutcome { .. } => ("unknown_outcome", exit::UNKNOWN_OUTCOME),
            ClientError::NotLoggedIn { .. } => ("not_logged_in", exit::NOT_LOGGED_IN),
            ClientError::InvalidServer { .. } | ClientError::InvalidRequest(_) => {
                ("usage", exit::USAGE)
            }
            ClientError::Setup(_) => ("setup", exit::FAILURE),
        };
        let problem = error.problem();
        Self {
            hint: hint(error),
            trace_id: problem.map(|problem| problem.trace_id.clone()),
            facts: problem.map(|problem| problem.facts.clone()).unwrap_or_default(),
            ..Self::new(code, error, exit)
        }
    }

    fn of_broken_off(bot: &BrokenOff) -> Self {
        let hint =
            bot.unknown.as_ref().map(|(command, id, not_after)| again(command, *id, *not_after));
        let request_id = bot.unknown.as_ref().map(|(_command, id, _not_after)| *id);
        Self { hint, request_id, ..Self::new("interrupted", bot, bot.exit) }
    }

    fn of_bid(bid: &BidError) -> Self {
        let request_id = bid.request_id;
        let mut report = Self {
            request_id: Some(request_id),
            currency: bid.currency.clone(),
            ..Self::of_client(&bid.error)
        };
        if let ClientError::UnknownOutcome { not_after, .. } = bid.error {
            report.hint = Some(again(&bid.command, request_id, not_after));
        }
        report
    }
}

/// How to learn what became of a bid: past its `not_after` the same bid is looked up alone.
fn again(command: &str, request_id: RequestId, not_after: Timestamp) -> String {
    format!(
        "ask again, without bidding anew: {command} --request-id {request_id} --not-after {not_after}"
    )
}

/// What to do next, where there is something.
fn hint(error: &ClientError) -> Option<String> {
    if let ClientError::NotLoggedIn { server } = error {
        return Some(format!("gobid-cli user login --server {}", shell_word(server)));
    }
    if let ClientError::Setup(_) = error {
        let remedy = "install the system's CA certificates, or name them in SSL_CERT_FILE";
        return Some(remedy.to_owned());
    }
    match error.code()? {
        ErrorCode::Unauthenticated => {
            Some("the session has ended: log in again with gobid-cli user login".to_owned())
        }
        ErrorCode::PreconditionFailed => {
            let revision = error.problem()?.facts.revision?;
            Some(format!("look at the product, then repeat the edit with --revision {revision}"))
        }
        ErrorCode::RateLimited | ErrorCode::Unavailable => {
            let wait = error.problem()?.facts.retry_after_ms?.div_ceil(1000);
            Some(format!("try again in {wait} s"))
        }
        _ => None,
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", safe_text(&self.detail))?;
        if let Some(minimum) = self.facts.minimum_next_bid.flatten() {
            write!(out, "\n  at least: {}", money(minimum, &self.currency))?;
            for step in self.facts.next_bids.iter().flatten() {
                write!(out, ", {step}")?;
            }
        }
        if self.code == ErrorCode::PriceMoved.as_str() {
            let price = self.facts.current_price.flatten();
            let price = price.map_or_else(|| "none".to_owned(), |it| money(it, &self.currency));
            write!(out, "\n  price: {price}")?;
        }
        for failure in self.failures.iter().take(MOST_FAILURES) {
            write!(out, "\n  {failure}")?;
        }
        if let Some(more) = self.failures.len().checked_sub(MOST_FAILURES).filter(|it| *it > 0) {
            write!(out, "\n  and {more} more; -o json has all of them")?;
        }
        if let Some(hint) = &self.hint {
            write!(out, "\n  next: {}", safe_text(hint))?;
        }
        write!(out, "\n  code {}", self.code)?;
        if let Some(trace_id) = &self.trace_id {
            write!(out, " · trace {}", safe_text(trace_id))?;
        }
        if let Some(request_id) = self.request_id {
            write!(out, " · request {request_id}")?;
        }
        Ok(())
    }
}

impl fmt::Display for FailureReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { item, product_name, report, .. } = self;
        write!(out, "item {item}, {}: {}", safe_text(product_name), safe_text(&report.detail))?;
        match &report.trace_id {
            Some(trace_id) => write!(out, " (trace {})", safe_text(trace_id)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use gobid_api::problem::Problem;

    use super::*;

    const REQUEST: &str = "0190b0a0-0000-7000-8000-000000000001";

    fn bid_error(error: ClientError) -> CliError {
        CliError::Bid(Box::new(BidError {
            error,
            request_id: REQUEST.parse().unwrap(),
            currency: "USD".to_owned(),
            command: "gobid-cli bid place P 1275.00".to_owned(),
        }))
    }

    fn too_low() -> CliError {
        let facts = Facts {
            judged: Some(true),
            minimum_next_bid: Some("1275.00".parse().ok()),
            next_bids: Some(vec!["1300.00".parse().unwrap()]),
            ..Facts::default()
        };
        let problem =
            Problem::new(ErrorCode::BidTooLow, "too\u{1b}[2J low", "t1".to_owned(), facts);
        bid_error(ClientError::Problem(Box::new(problem)))
    }

    #[test]
    fn people_read_what_why_and_what_next() {
        let expected = format!(
            "too[2J low\n  at least: USD 1,275.00, 1300.00\n  code bid_too_low · trace t1 · request {REQUEST}"
        );
        assert_eq!(Report::of(&too_low()).to_string(), expected);
    }

    #[test]
    fn programs_read_one_object() {
        let json = serde_json::to_value(Report::of(&too_low())).unwrap();
        assert_eq!(json["code"], "bid_too_low");
        assert_eq!(json["exit"], 7);
        assert_eq!(json["trace_id"], "t1");
        assert_eq!(json["request_id"], REQUEST);
        assert_eq!(json["minimum_next_bid"], "1275.00");
        assert!(json.get("hint").is_none());
    }

    #[test]
    fn an_unknown_outcome_says_how_to_ask_again_without_bidding_anew() {
        let error = ClientError::UnknownOutcome {
            request_id: REQUEST.parse().unwrap(),
            not_after: Timestamp::from_micros(0),
            why: Box::new(ClientError::Protocol("x".to_owned())),
        };
        let report = Report::of(&bid_error(error));
        assert_eq!(report.exit(), exit::UNKNOWN_OUTCOME);
        let hint = report.hint.unwrap();
        let command = format!(
            "gobid-cli bid place P 1275.00 --request-id {REQUEST} --not-after 1970-01-01T00:00:00.000Z"
        );
        assert!(hint.ends_with(&command), "{hint}");
    }
}
