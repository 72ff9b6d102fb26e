//! How the program ends.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As it was asked to.
    Done,
    /// Something failed.
    Failed,
    /// A setting is wrong.
    Config,
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
            Exit::Config => 3,
            Exit::Unknown => 11,
            Exit::HungUp => 129,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        })
    }
}
