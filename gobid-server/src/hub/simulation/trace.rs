//! What happened, line by line, when somebody wants to read it.

use gobid_auction::Timestamp;

/// The lines; none are kept of a run that nobody reads.
#[derive(Debug, Default)]
pub(super) struct Trace {
    is_on: bool,
    lines: Vec<String>,
}

/// Adds a line to the trace of a world, and costs nothing when nobody reads it.
macro_rules! note {
    ($world:expr, $($text:tt)*) => {
        if $world.trace.is_on() {
            let line = format!($($text)*);
            $world.trace.add($world.now, &line);
        }
    };
}

pub(super) use note;

impl Trace {
    pub(super) const fn new(is_on: bool) -> Self {
        Self { is_on, lines: Vec::new() }
    }

    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }

    pub(super) fn add(&mut self, now: Timestamp, line: &str) {
        let since = now.since(super::START);
        let (seconds, micros) = (since.as_secs(), since.subsec_micros());
        self.lines.push(format!("{seconds:>3}.{micros:06} {line}"));
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}
