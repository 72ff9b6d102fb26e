//! Whether the terminal shows what is typed.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// Turns the terminal's echo off, and on again at the latest when it is dropped.
#[derive(Default)]
pub(super) struct Echo {
    /// The modes before, while it is off.
    before: Option<Termios>,
}

impl Echo {
    /// On or off; without a terminal there is none.
    pub(super) fn set(&mut self, is_on: bool) {
        match (is_on, self.before.take()) {
            (true, Some(before)) => restore(&before),
            (false, Some(before)) => self.before = Some(before),
            (false, None) => self.before = silence(),
            (true, None) => {}
        }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.set(true);
    }
}

fn silence() -> Option<Termios> {
    let before = tcgetattr(io::stdin()).ok()?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    silent.local_modes.insert(LocalModes::ECHONL);
    tcsetattr(io::stdin(), OptionalActions::Now, &silent).ok()?;
    Some(before)
}

fn restore(before: &Termios) {
    // Nobody is left to tell of a failure: the terminal may be gone.
    let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
}
