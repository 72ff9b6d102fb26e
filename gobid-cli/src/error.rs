//! Why a command came to nothing.

use std::io;

use gobid_api::RequestId;
use gobid_api::client::{ClientError, CredentialsError, FeedEnd};

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
    /// Some of many things were not done.
    #[error(transparent)]
    Incomplete(#[from] Box<Incomplete>),
    /// There is no user of that name.
    #[error("there is no user {0:?}: give a name, an e-mail or an id as admin users lists them")]
    NoSuchUser(String),
    /// The auction ended before what was waited for.
    #[error("{0}")]
    NotReached(String),
    /// The bot that bids could not be run, or failed.
    #[error("{0}")]
    Bot(String),
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

/// Some of many things were not done.
#[derive(Debug, thiserror::Error)]
#[error("{} of {total} products were not created{}", .failures.len(), and_not_tried(*.not_tried))]
pub(crate) struct Incomplete {
    pub(crate) total: usize,
    /// Those that failed, in order.
    pub(crate) failures: Vec<Failure>,
    /// How many were left because of the last failure.
    pub(crate) not_tried: usize,
    /// How many that were done would be done a second time if all was repeated.
    pub(crate) not_repeatable: usize,
}

/// One of many things that was not done.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Its place among them, from 1 on.
    pub(crate) item: usize,
    pub(crate) product_name: String,
    pub(crate) reference: Option<String>,
    pub(crate) error: ClientError,
}

fn and_not_tried(count: usize) -> String {
    if count == 0 { String::new() } else { format!(", and {count} were not tried") }
}

impl CliError {
    /// Whether somebody stopped reading the result, which is no error.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
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
