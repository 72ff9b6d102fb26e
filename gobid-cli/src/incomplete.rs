//! What is told when some of many products were not created, or may have been.

use std::fmt;
use std::io;

use gobid_api::client::ClientError;
use gobid_api::problem::{ErrorCode, Outcome};

use crate::exit;

/// Some of many products were not created, or may have been.
#[derive(Debug, Default)]
pub(crate) struct Incomplete {
    pub(crate) total: usize,
    /// How many are certainly there.
    pub(crate) created: usize,
    /// How many of these have no reference: if all was repeated, they would be there twice.
    pub(crate) not_repeatable: usize,
    /// Those that failed, or of which nobody knows, in order.
    pub(crate) failures: Vec<Failure>,
    /// What kept it from those that were not tried, unless that was the last failure.
    pub(crate) stopped: Option<Stop>,
}

/// One of many products that was not created, or may have been.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Its place among them, from 1 on.
    pub(crate) item: usize,
    pub(crate) product_name: String,
    pub(crate) reference: Option<String>,
    pub(crate) error: ClientError,
    /// Whether the product may be there all the same.
    pub(crate) is_in_doubt: bool,
}

/// What ends the work before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The program was told to end, with this exit code.
    Told(u8),
    /// What was created cannot be written down.
    Output(io::Error),
}

/// Whether what was asked for may have been done, although nobody said so, when this came of the last
/// try and the one before had left it in doubt: only an answer takes that back.
pub(crate) fn is_still_in_doubt(before: bool, error: &ClientError) -> bool {
    is_in_doubt(error) || before && !matches!(error, ClientError::Problem(_))
}

/// Whether what was asked for may have been done, although nobody said so.
pub(crate) fn is_in_doubt(error: &ClientError) -> bool {
    match error {
        ClientError::TimedOut { .. }
        | ClientError::AnswerLost { .. }
        | ClientError::Protocol(_)
        | ClientError::UnknownOutcome { .. } => true,
        ClientError::Problem(problem) => match problem.code {
            ErrorCode::Unavailable => problem.facts.outcome != Some(Outcome::NotRecorded),
            ErrorCode::RequestTimeout => false,
            _ => problem.status >= 500,
        },
        _ => false,
    }
}

impl Incomplete {
    fn in_doubt(&self) -> impl Iterator<Item = &Failure> {
        self.failures.iter().filter(|failure| failure.is_in_doubt)
    }

    /// How many failed for certain.
    fn failed(&self) -> usize {
        self.failures.len().saturating_sub(self.in_doubt().count())
    }

    fn not_tried(&self) -> usize {
        self.total.saturating_sub(self.created).saturating_sub(self.failures.len())
    }

    /// How the program ends; `of_failures` are the exit codes that the failures would have alone.
    pub(crate) fn exit(&self, of_failures: &[u8]) -> u8 {
        match &self.stopped {
            Some(Stop::Told(code)) => return *code,
            Some(Stop::Output(_)) => return exit::FAILURE,
            None => {}
        }
        if self.in_doubt().next().is_some() {
            return exit::UNKNOWN_OUTCOME;
        }
        match of_failures {
            [first, rest @ ..] if rest.iter().all(|code| code == first) => *first,
            _ => exit::FAILURE,
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> String {
        let first = if self.failed() > 0 { "correct what failed, and run" } else { "run" };
        let unnamed = self.in_doubt().filter(|failure| failure.reference.is_none());
        let items: Vec<_> = unnamed.map(|failure| failure.item.to_string()).collect();
        if !items.is_empty() {
            return format!(
                "gobid-cli product list --mine shows whether item {} is there; {first} alone what \
                 is missing: without a reference it would be created a second time",
                items.join(", ")
            );
        }
        match self.not_repeatable {
            0 => format!("{first} the same again: nothing is created twice"),
            count => format!(
                "{first} that alone which is missing: {count} of those that were created have no \
                 reference, and would be created a second time"
            ),
        }
    }
}

impl std::error::Error for Incomplete {}

impl fmt::Display for Incomplete {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total;
        match &self.stopped {
            Some(Stop::Told(_)) => {
                write!(out, "broken off: {} of {total} products were created", self.created)?;
            }
            Some(Stop::Output(why)) => write!(
                out,
                "cannot write the result: {why}; {} of {total} products were created",
                self.created
            )?,
            None if self.failed() > 0 => {
                write!(out, "{} of {total} products were not created", self.failed())?;
            }
            None => {}
        }
        if self.stopped.is_some() && self.failed() > 0 {
            write!(out, ", {} were not", self.failed())?;
        }
        match self.in_doubt().count() {
            0 => {}
            count if self.stopped.is_none() && self.failed() == 0 => {
                let what = "products it is not known whether they were created";
                write!(out, "of {count} of {total} {what}")?;
            }
            count => write!(out, ", of {count} it is not known")?,
        }
        match self.not_tried() {
            0 => Ok(()),
            count => write!(out, ", and {count} were not tried"),
        }
    }
}

#[cfg(test)]
mod tests {
    use gobid_api::problem::{Facts, Problem};

    use super::*;

    fn problem(code: ErrorCode, outcome: Option<Outcome>) -> ClientError {
        let facts = Facts { outcome, ..Facts::default() };
        ClientError::Problem(Box::new(Problem::new(code, "no", "t".to_owned(), facts)))
    }

    fn lost() -> ClientError {
        ClientError::AnswerLost { server: "http://a".to_owned(), why: "it broke".to_owned() }
    }

    fn failure(item: usize, error: ClientError) -> Failure {
        let is_in_doubt = is_in_doubt(&error);
        Failure { item, product_name: "x".to_owned(), reference: None, error, is_in_doubt }
    }

    #[test]
    fn what_may_have_been_done_is_in_doubt() {
        let unreachable =
            ClientError::Unreachable { server: "http://a".to_owned(), why: String::new() };
        let table = [
            (lost(), true),
            (ClientError::Protocol("x".to_owned()), true),
            (problem(ErrorCode::Unavailable, None), true),
            (problem(ErrorCode::Unavailable, Some(Outcome::Unknown)), true),
            (problem(ErrorCode::Unavailable, Some(Outcome::NotRecorded)), false),
            (problem(ErrorCode::Internal, None), true),
            (problem(ErrorCode::RequestTimeout, None), false),
            (problem(ErrorCode::ValidationFailed, None), false),
            (unreachable, false),
        ];
        for (error, expected) in table {
            assert_eq!(is_in_doubt(&error), expected, "{error:?}");
            assert_eq!(is_still_in_doubt(false, &error), expected, "{error:?}");
            // After a try of which nobody knows, an answer alone says that nothing was done.
            let is_answer = matches!(error, ClientError::Problem(_));
            assert_eq!(is_still_in_doubt(true, &error), expected || !is_answer, "{error:?}");
        }
    }

    #[test]
    fn it_says_what_was_done_what_was_not_and_what_to_do() {
        let refused = || problem(ErrorCode::ValidationFailed, None);
        let told = |failures| Incomplete {
            total: 9,
            created: 4,
            not_repeatable: 0,
            failures,
            stopped: None,
        };
        let table = [
            (
                told(vec![failure(5, refused())]),
                "1 of 9 products were not created, and 4 were not tried",
                "correct what failed, and run the same again: nothing is created twice",
                exit::USAGE,
            ),
            (
                told(vec![failure(2, refused()), failure(6, lost())]),
                "1 of 9 products were not created, of 1 it is not known, and 3 were not tried",
                "gobid-cli product list --mine shows whether item 6 is there; correct what failed",
                exit::UNKNOWN_OUTCOME,
            ),
            (
                Incomplete { not_repeatable: 2, stopped: Some(Stop::Told(130)), ..told(vec![]) },
                "broken off: 4 of 9 products were created, and 5 were not tried",
                "run that alone which is missing: 2 of those that were created have no reference",
                exit::INTERRUPTED,
            ),
            (
                Incomplete {
                    stopped: Some(Stop::Output(io::Error::other("disk full"))),
                    ..told(vec![failure(1, refused())])
                },
                "cannot write the result: disk full; 4 of 9 products were created, 1 were not, \
                 and 4 were not tried",
                "correct what failed, and run the same again",
                exit::FAILURE,
            ),
        ];
        for (told, detail, hint, exit) in table {
            assert_eq!(told.to_string(), detail);
            assert!(told.hint().starts_with(hint), "{}", told.hint());
            let codes = vec![exit::USAGE; told.failures.len()];
            assert_eq!(told.exit(&codes), exit, "{detail}");
        }
    }
}
