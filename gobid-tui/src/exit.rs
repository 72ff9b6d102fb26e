//! How the program ends: one number for each kind of end, the same as of `gobid-cli`.

use std::process::ExitCode;

use gobid_api::client::ClientError;
use gobid_api::problem::ErrorCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As it was asked to.
    Done,
    /// Something failed.
    Failed,
    /// The command line is wrong.
    Usage,
    /// The configuration, or what is kept beside it, is wrong.
    Config,
    /// Nobody is logged in, and somebody would have to be.
    NotLoggedIn,
    /// It may not be watched.
    Forbidden,
    /// There is no such auction.
    NotFound,
    /// The server got too many requests.
    RateLimited,
    /// No server answers.
    Unreachable,
    /// The server cannot do it now, or has a fault.
    ServerError,
    /// A bid was sent and nobody knows what became of it.
    Unknown,
    /// Another program closed the terminal.
    HungUp,
    /// Ctrl-C.
    Interrupted,
    /// It was told to end.
    Terminated,
}

/// Why the program cannot begin, and how it ends for that.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Fault {
    /// How it ends.
    pub exit: Exit,
    /// Why.
    pub why: String,
}

impl Fault {
    /// A flag says something that cannot be.
    pub fn of_usage(why: &impl ToString) -> Self {
        Self { exit: Exit::Usage, why: why.to_string() }
    }
}

impl Exit {
    /// The end after an error.
    pub fn after(error: &anyhow::Error) -> Self {
        if let Some(fault) = error.downcast_ref::<Fault>() {
            return fault.exit;
        }
        error.downcast_ref().map_or(Self::Failed, Self::after_refusal)
    }

    /// The end after the server refused, or could not be asked.
    pub fn after_refusal(error: &ClientError) -> Self {
        match error {
            ClientError::Problem(problem) => Self::of_code(problem.code),
            ClientError::Unreachable { .. }
            | ClientError::TimedOut { .. }
            | ClientError::AnswerLost { .. } => Self::Unreachable,
            ClientError::Protocol(_) => Self::ServerError,
            ClientError::UnknownOutcome { .. } => Self::Unknown,
            ClientError::NotLoggedIn { .. } => Self::NotLoggedIn,
            ClientError::InvalidServer { .. } | ClientError::InvalidRequest(_) => Self::Usage,
            ClientError::Setup(_) => Self::Failed,
        }
    }

    /// Of reading and logging in; bids are refused on the screen.
    const fn of_code(code: ErrorCode) -> Self {
        match code {
            ErrorCode::ValidationFailed | ErrorCode::MalformedId => Self::Usage,
            ErrorCode::Unauthenticated | ErrorCode::InvalidCredentials => Self::NotLoggedIn,
            ErrorCode::Forbidden
            | ErrorCode::Suspended
            | ErrorCode::CsrfTokenInvalid
            | ErrorCode::RegistrationClosed => Self::Forbidden,
            ErrorCode::NotFound => Self::NotFound,
            ErrorCode::RateLimited => Self::RateLimited,
            ErrorCode::RequestTimeout | ErrorCode::Unavailable | ErrorCode::Internal => {
                Self::ServerError
            }
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0_u8,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Config => 3,
            Exit::NotLoggedIn => 4,
            Exit::Forbidden => 5,
            Exit::NotFound => 6,
            Exit::RateLimited => 8,
            Exit::Unreachable => 9,
            Exit::ServerError => 10,
            Exit::Unknown => 11,
            Exit::HungUp => 129,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        })
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;
    use gobid_api::problem::{Facts, Problem};

    use super::*;

    #[test]
    fn an_error_says_how_the_program_ends() {
        let problem = |code| {
            let problem = Problem::new(code, "no", "t".to_owned(), Facts::default());
            anyhow::Error::from(ClientError::Problem(Box::new(problem)))
        };
        let server = || "http://a".to_owned();
        let table = [
            (problem(ErrorCode::NotFound), Exit::NotFound),
            (problem(ErrorCode::Forbidden), Exit::Forbidden),
            (problem(ErrorCode::InvalidCredentials), Exit::NotLoggedIn),
            (problem(ErrorCode::Internal), Exit::ServerError),
            (
                ClientError::Unreachable { server: server(), why: String::new() }.into(),
                Exit::Unreachable,
            ),
            (ClientError::NotLoggedIn { server: server() }.into(), Exit::NotLoggedIn),
            (Fault::of_usage(&"no such theme").into(), Exit::Usage),
            (anyhow::anyhow!("something else"), Exit::Failed),
        ];
        for (error, exit) in table {
            let error = Err::<(), _>(error).context("while it was read").unwrap_err();
            assert_eq!(Exit::after(&error), exit, "{error:#}");
        }
    }
}
