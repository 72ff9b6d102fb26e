//! The server of GoBid with a bug planted in it, so that tests can show that they find it.
//!
//! It is no other program: its root alone is another, which reads the name of the bug, so that what
//! ships has nothing of it.

mod app;
mod args;
mod clock;
mod config;
mod demo;
mod frame;
mod healthcheck;
mod hex;
mod http;
mod hub;
mod output;
mod passwords;
mod program;
mod server;
mod shutdown;
mod telemetry;
mod thread;
mod view;

use std::process::ExitCode;

use gobid_auction::planted::{Bug, plant};

/// The variable of the environment that names the bug.
const VARIABLE: &str = "GOBID_PLANTED";

fn main() -> ExitCode {
    let name = std::env::var_os(VARIABLE).unwrap_or_default();
    match name.to_string_lossy().parse::<Bug>() {
        Ok(bug) => plant(Some(bug)),
        Err(why) => {
            output::complain(&format!("gobid-server-planted: {VARIABLE} {why}"));
            return ExitCode::FAILURE;
        }
    }
    program::main()
}
