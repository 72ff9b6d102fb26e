//! How far work has come that takes its time: a line on a terminal that is written anew.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use super::{Format, Output, Verbosity};
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
        let is_for_programs = matches!(self.format, Format::Json | Format::Ndjson);
        self.verbosity >= Verbosity::Normal && !is_for_programs && io::stderr().is_terminal()
    }
}

fn line(over: Duration, duration: Duration, figures: &str) -> String {
    let whole = duration.as_millis().max(1);
    let done = over.as_millis() * u128::try_from(COLUMNS).unwrap_or(0) / whole;
    let done = usize::try_from(done).unwrap_or(COLUMNS);
    let (done, left) = ("=".repeat(done), " ".repeat(COLUMNS.saturating_sub(done)));
    format!("[{done}{left}] {}s of {}s  {figures}", over.as_secs(), duration.as_secs())
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
        assert!(line(seconds(0), seconds(10), "").starts_with("[                        ]"));
        assert!(line(seconds(10), seconds(10), "").starts_with("[========================]"));
    }
}
