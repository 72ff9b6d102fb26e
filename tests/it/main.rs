//! The test program.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::large_enum_variant,
    clippy::large_futures,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; and it stands outside of the programs, with a clock of its own"
)]

mod agreement;
mod architecture;
mod cli;
mod ending;
mod faults;
mod http;
mod large;
mod live;
mod planted;
mod race;
mod secrecy;
mod store;
mod support;
mod support_works;
mod tui;
