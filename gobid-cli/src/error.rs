//! Why a command came to nothing.

use std::io;

use gobid_api::client::{ClientError, CredentialsError, FeedEnd};
use gobid_api::{RequestId, Timestamp};

use crate::incomplete::{Incomplete, is_in_doubt};

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
    /// A bench could not be run, or has found that the server is wrong.
    #[error("{0}")]
    Bench(String),
    /// Something could not be read.
    #[error("cannot read {what}: {why}")]
    Input {
        /// From where.
        what: String,
        /// Why.
        why: io::Error,
    },
    /// Something could not be written.
    #[error("cannot write {what}: {why}")]
    File {
        /// What.
        what: String,
        /// Why.
        why: io::Error,
    },
    /// Some of many products were not created, or may have been.
    #[error(transparent)]
    Incomplete(#[from] Box<Incomplete>),
    /// Something was sent, and nobody said what became of it.
    #[error("it is not known whether {what}: {error}")]
    InDoubt {
        /// What may have been done.
        what: &'static str,
        /// Why nobody knows.
        error: ClientError,
        /// How to find out, or what else to do.
        next: String,
    },
    /// A secret was made that is shown once, and could not be shown.
    #[error("{what} was made and could not be shown: {why}")]
    NotShown {
        /// What it is.
        what: String,
        /// Why.
        why: io::Error,
        /// What to do about it.
        next: String,
    },
    /// There is no user of that name.
    #[error("there is no user {0:?}: give a name, an e-mail or an id as admin users lists them")]
    NoSuchUser(String),
    /// The auction ended before what was waited for.
    #[error("{0}")]
    NotReached(String),
    /// The bot that bids could not be run, or failed.
    #[error("{0}")]
    Bot(String),
    /// A bid, or a bot, was broken off.
    #[error(transparent)]
    BrokenOff(#[from] Box<BrokenOff>),
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

/// A bid, or a bot, was broken off.
#[derive(Debug, thiserror::Error)]
#[error("broken off: {}", stands(*.accepted, .unknown.is_some()))]
pub(crate) struct BrokenOff {
    /// How many bids of a bot were accepted.
    pub(crate) accepted: Option<usize>,
    /// The command that asks for a bid of which nobody knows, its name, and after which moment it
    /// counts no more.
    pub(crate) unknown: Option<(String, RequestId, Timestamp)>,
    /// How the program ends.
    pub(crate) exit: u8,
}

fn stands(accepted: Option<usize>, is_unknown: bool) -> String {
    match (accepted, is_unknown) {
        (None, _) => "what became of the bid is not known".to_owned(),
        (Some(count), false) => standing(count),
        (Some(0), true) => "no bid was accepted; what became of one is not known".to_owned(),
        (Some(count), true) => {
            format!("{}; what became of one more is not known", standing(count))
        }
    }
}

pub(crate) fn standing(count: usize) -> String {
    match count {
        0 => "no bid was accepted".to_owned(),
        1 => "1 bid was accepted, and stands".to_owned(),
        _ => format!("{count} bids were accepted, and stand"),
    }
}

impl CliError {
    /// An error after something was sent: what may have been done all the same is not known.
    pub(crate) fn of_sent(what: &'static str, error: ClientError, next: &str) -> Self {
        if is_in_doubt(&error) {
            return Self::InDoubt { what, error, next: next.to_owned() };
        }
        error.into()
    }

    /// Whether somebody stopped reading the result, which is no error.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if is_closed_pipe(error))
    }
}

/// Whether nobody reads any more what was written.
pub(crate) fn is_closed_pipe(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
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
