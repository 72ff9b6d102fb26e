//! How the program ends.

use std::process::ExitCode;

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
    /// Only users may watch, and nobody is logged in.
    NotLoggedIn,
    /// It may not be watched.
    Forbidden,
    /// There is no such auction.
    NotFound,
    /// A bid was sent and nobody knows what became of it.
    Unknown,
    /// Another program closed the terminal.
    HungUp,
    /// Ctrl-C.
    Interrupted,
    /// It was told to end.
    Terminated,
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
            Exit::Unknown => 11,
            Exit::HungUp => 129,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        })
    }
}
