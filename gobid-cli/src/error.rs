//! What can go wrong, and how it is told: to people in sentences, to programs as one JSON line.

use std::fmt;
use std::io;

use gobid_api::client::{ClientError, CredentialsError, FeedEnd, safe_text};
use gobid_api::problem::{ErrorCode, Facts};
use gobid_api::{RequestId, Timestamp};
use serde::Serialize;

use crate::amount::money;
use crate::exit;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// The configuration is wrong.
    #[error("{0}")]
    Config(String),
    /// The file of logins cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The server refused, or could not be asked.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The same for a bid.
    #[error("{0}")]
    Bid(Box<BidError>),
    /// The server will not let an auction be watched any more.
    #[error("the auction cannot be watched any more: {}", why(.0))]
    Feed(FeedEnd),
    /// The answer to a raw request is a refusal; the answer itself was printed.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The database cannot be used.
    #[error("{why}")]
    Database {
        /// Why.
        why: String,
        /// How the program ends.
        exit: u8,
    },
    /// Something could not be read.
    #[error("cannot read {what}: {why}")]
    Input {
        /// From where.
        what: String,
        /// Why.
        why: io::Error,
    },
    /// The result could not be written.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
    /// A person was asked, and broke off.
    #[error("broken off: nothing was done")]
    Interrupted,
    /// A person was asked, and did not say yes.
    #[error("not confirmed: nothing was done")]
    Declined,
}

/// What became of a bid that was not accepted, and how to ask again.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct BidError {
    pub(crate) error: ClientError,
    pub(crate) request_id: RequestId,
    pub(crate) currency: String,
    /// The command without the options that name the bid.
    pub(crate) command: String,
}

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
    #[serde(skip)]
    currency: String,
}

impl CliError {
    /// Everything there is to say about it.
    pub(crate) fn report(&self) -> Report {
        let (code, exit) = match self {
            Self::Usage(_) => ("usage", exit::USAGE),
            Self::Config(_) => ("config", exit::CONFIG),
            Self::Credentials(_) => ("credentials", exit::CONFIG),
            Self::Client(error) => return Report::of_client(error),
            Self::Bid(bid) => return Report::of_bid(bid),
            Self::Feed(FeedEnd::LoginNeeded) => ("not_logged_in", exit::NOT_LOGGED_IN),
            Self::Feed(FeedEnd::Forbidden) => ("forbidden", exit::FORBIDDEN),
            Self::Feed(FeedEnd::NotFound) => ("not_found", exit::NOT_FOUND),
            Self::Feed(FeedEnd::Over | FeedEnd::Refused(_)) => ("refused", exit::SERVER_ERROR),
            Self::Status(status) => ("refused", exit::of_status(*status)),
            Self::Database { exit, .. } => ("database", *exit),
            Self::Input { .. } => ("input", exit::FAILURE),
            Self::Output(_) => ("output", exit::FAILURE),
            Self::Interrupted => ("interrupted", exit::INTERRUPTED),
            Self::Declined => ("not_confirmed", exit::FAILURE),
        };
        Report::new(code, self, exit)
    }

    /// Whether somebody stopped reading the result, which is no error.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl Report {
    pub(crate) fn new(code: impl Into<String>, detail: &impl ToString, exit: u8) -> Self {
        Self {
            code: code.into(),
            detail: detail.to_string(),
            hint: None,
            exit,
            trace_id: None,
            request_id: None,
            facts: Facts::default(),
            currency: String::new(),
        }
    }

    /// How the program ends.
    pub(crate) const fn exit(&self) -> u8 {
        self.exit
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

fn why(end: &FeedEnd) -> &str {
    match end {
        FeedEnd::Over => "it is over",
        FeedEnd::LoginNeeded => "the server wants a login",
        FeedEnd::Forbidden => "the server forbids it",
        FeedEnd::NotFound => "it is not there any more",
        FeedEnd::Refused(why) => why,
    }
}

/// What to do next, where there is something.
fn hint(error: &ClientError) -> Option<String> {
    if let ClientError::NotLoggedIn { server } = error {
        return Some(format!("gobid-cli user login --server {server}"));
    }
    match error.code()? {
        ErrorCode::Unauthenticated => {
            Some("the session has ended: log in again with gobid-cli user login".to_owned())
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
        if let Some(minimum) = self.facts.minimum_next_bid {
            write!(out, "\n  at least: {}", money(minimum, &self.currency))?;
            for step in self.facts.next_bids.iter().flatten() {
                write!(out, ", {step}")?;
            }
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
            minimum_next_bid: Some("1275.00".parse().unwrap()),
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
        assert_eq!(too_low().report().to_string(), expected);
    }

    #[test]
    fn programs_read_one_object() {
        let json = serde_json::to_value(too_low().report()).unwrap();
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
        let report = bid_error(error).report();
        assert_eq!(report.exit(), exit::UNKNOWN_OUTCOME);
        let hint = report.hint.unwrap();
        let command = format!(
            "gobid-cli bid place P 1275.00 --request-id {REQUEST} --not-after 1970-01-01T00:00:00.000Z"
        );
        assert!(hint.ends_with(&command), "{hint}");
    }
}
