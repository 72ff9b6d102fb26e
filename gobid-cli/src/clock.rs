//! The one file of the command line that reads the clock.

use std::time::Instant;

/// This moment, to measure from.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
