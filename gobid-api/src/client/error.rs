//! What can go wrong between a client and its server.

use std::error::Error as _;
use std::time::Duration;

use crate::problem::{ErrorCode, Problem};
use crate::{RequestId, Timestamp};

/// Why a request came to nothing. Each says what, why, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server answered, and refused.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// No connection: nothing was sent.
    #[error("cannot reach {server}: {why}; is the server running, and is this its address?")]
    Unreachable {
        /// The server's origin.
        server: String,
        /// What stood in the way.
        why: String,
    },
    /// The request was sent, and no answer came in time.
    #[error("{server} did not answer within {} s", .after.as_secs())]
    TimedOut {
        /// The server's origin.
        server: String,
        /// How long it had.
        after: Duration,
    },
    /// The request was sent, and the connection broke before the answer.
    #[error("the connection to {server} broke before the answer came: {why}")]
    AnswerLost {
        /// The server's origin.
        server: String,
        /// How it broke.
        why: String,
    },
    /// An answer that is none of this API's.
    #[error("the answer is not one of a GoBid server: {0}; is the address right?")]
    Protocol(String),
    /// A bid was sent, its answer was lost, and repeating it did not bring one.
    #[error("what became of the bid is not known, it may have been placed: {why}")]
    UnknownOutcome {
        /// What the bid is named by: repeating it with this is safe.
        request_id: RequestId,
        /// Past this moment of the server's time a repetition is looked up and never judged, if it
        /// carries the same.
        not_after: Timestamp,
        /// What happened to the last repetition.
        why: Box<ClientError>,
    },
    /// There is no credential for this server.
    #[error("not logged in at {server}; log in first")]
    NotLoggedIn {
        /// The server's origin.
        server: String,
    },
    /// The address of the server is not one.
    #[error("{server:?} is not the address of a server: {why}; write http://host:port")]
    InvalidServer {
        /// What was given.
        server: String,
        /// What is wrong with it.
        why: String,
    },
    /// A request that cannot be sent at all.
    #[error("this request cannot be sent: {0}")]
    InvalidRequest(String),
    /// No client can be made on this machine.
    #[error("cannot set up connections: {0}")]
    Setup(String),
}

impl ClientError {
    /// The problem document, when there is one; of an unknown outcome the last one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::UnknownOutcome { why, .. } => why.problem(),
            _ => None,
        }
    }

    /// The code of a refusal.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }
}

/// What lies at the bottom of an error: "Connection refused" rather than "error sending request".
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.source();
    let mut text = error.to_string();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
