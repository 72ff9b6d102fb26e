//! How far work has come that takes its time: a line on a terminal that is written anew.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::{Output, Verbosity};
use crate::clock;

/// How often the line is written.
const EVERY: Duration = Duration::from_millis(250);
/// How long the bar is, in columns.
const COLUMNS: usize = 24;

impl Output {
    /// Waits for so long, and shows meanwhile how much is over and what has come of it: on a
    /// terminal alone, and not to programs.
    pub(crate) async fn progress(&self, duration: Duration, figures: impl Fn() -> String) {
        let begun = clock::now();
        if !self.shows_progress() {
            return tokio::time::sleep(duration).await;
        }
        loop {
            let over = clock::now().saturating_duration_since(begun).min(duration);
            let left = duration.saturating_sub(over);
            show(&line(over, duration, &figures()));
            if left.is_zero() {
                return show("");
            }
            tokio::time::sleep(EVERY.min(left)).await;
        }
    }

    fn shows_progress(&self) -> bool {
        self.verbosity >= Verbosity::Normal && !self.is_for_programs() && io::stderr().is_terminal()
    }
}

/// How much of something is done that has a known number of parts. It is gone when this value goes.
pub(crate) struct Bar {
    of: u64,
    what: &'static str,
    is_shown: bool,
    last: Option<Instant>,
}

impl Output {
    /// Begins a bar on a terminal; elsewhere, and where nothing but results is wanted, there is
    /// none.
    pub(crate) fn bar(&self, of: u64, what: &'static str) -> Bar {
        let is_shown = self.verbosity >= Verbosity::Normal && io::stderr().is_terminal();
        Bar { of, what, is_shown, last: None }
    }
}

impl Bar {
    /// Shows how many parts are done.
    pub(crate) fn at(&mut self, done: u64) {
        let now = clock::now();
        let is_due = self.last.is_none_or(|last| now.saturating_duration_since(last) >= EVERY);
        if self.is_shown && (is_due || done >= self.of) {
            self.last = Some(now);
            show(&counted(done, self.of, self.what));
        }
    }

    /// Makes room for a line, below which the bar is shown again with what is done next.
    pub(crate) fn make_room(&mut self) {
        if self.is_shown && self.last.take().is_some() {
            show("");
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.make_room();
    }
}

fn counted(done: u64, of: u64, what: &str) -> String {
    format!("{} {done} of {of} {what}", bar(done.into(), of.into()))
}

fn bar(done: u128, whole: u128) -> String {
    let filled = done * u128::try_from(COLUMNS).unwrap_or(0) / whole.max(1);
    let filled = usize::try_from(filled).unwrap_or(COLUMNS).min(COLUMNS);
    let (filled, left) = ("=".repeat(filled), " ".repeat(COLUMNS.saturating_sub(filled)));
    format!("[{filled}{left}]")
}

fn line(over: Duration, duration: Duration, figures: &str) -> String {
    let bar = bar(over.as_millis(), duration.as_millis());
    format!("{bar} {}s of {}s  {figures}", over.as_secs(), duration.as_secs())
}

/// Writes the line in place of the one before.
fn show(line: &str) {
    let mut out = io::stderr().lock();
    // Nobody is left to be shown it when this fails.
    let _ = write!(out, "\r\u{1b}[K{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_what_is_over() {
        let seconds = Duration::from_secs;
        let half = line(seconds(5), seconds(10), "7 accepted");
        assert_eq!(half, "[============            ] 5s of 10s  7 accepted");
        assert_eq!(counted(3, 4, "events"), "[==================      ] 3 of 4 events");
        assert!(counted(0, 0, "events").starts_with("[                        ]"));
        assert!(line(seconds(0), seconds(10), "").starts_with("[                        ]"));
        assert!(line(seconds(10), seconds(10), "").starts_with("[========================]"));
    }
}
