//! Signals that end the program, and the one that lets it go on.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Exit;

/// The signals that are listened for.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    go_on: Signal,
}

/// What a signal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The program is to end.
    End(Exit),
    /// The program was stopped, and goes on.
    Continued,
}

impl Signals {
    /// Listens from now on.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            go_on: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.interrupt.recv() => Heard::End(Exit::Interrupted),
            _ = self.terminate.recv() => Heard::End(Exit::Terminated),
            _ = self.hang_up.recv() => Heard::End(Exit::HungUp),
            _ = self.go_on.recv() => Heard::Continued,
        }
    }
}
