//! The rules, held to their text.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, what is not there fails the test, and it says what it found"
)]

mod agreement;
mod buy_now;
mod dutch;
mod edits;
mod english;
mod life;
mod model;
mod orders;
mod planted;
mod properties;
#[path = "reference/model.rs"]
mod reference;
mod refusals;
mod sealed;
mod soft_close;
mod support;
mod terms;
mod voids;
