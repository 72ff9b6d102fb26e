//! The live terminal client of GoBid.
//!
//! `run` is the loop: keys, the feed of the auction and the clock become messages, `app` takes
//! them in and says what is to be done, and `view` (or `plain`, without a screen) shows the state.

pub mod app;
pub mod args;
pub mod clock;
pub mod countdown;
pub mod exit;
pub mod feeds;
pub mod files;
pub mod front;
pub mod keys;
pub mod login;
pub mod money;
pub mod nearest;
pub mod plain;
pub mod programs;
pub mod recording;
pub mod requests;
pub mod run;
pub mod sale;
#[cfg(test)]
mod samples;
pub mod settings;
pub mod signals;
pub mod terminal;
pub mod theme;
pub mod view;
pub mod words;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use gobid_api::client::safe_text;

use args::{Arguments, Command};
use exit::{Exit, Fault};
use run::What;
use settings::Settings;

fn main() -> ExitCode {
    let Arguments { command, flags } = Arguments::parse();
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(error) => {
            let exit = error.downcast_ref::<Fault>().map_or(Exit::Config, |fault| fault.exit);
            return fail(&error, exit);
        }
    };
    let what = match command {
        None => What::Lists,
        Some(Command::Watch { product_ids }) => What::Auctions(product_ids),
        Some(Command::Replay { which, currency }) => What::Replay(which, currency),
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&error.to_string());
            return Exit::Failed.into();
        }
    };
    let exit = runtime.block_on(run::run(settings, what));
    // A thread may still wait for a line of input: it is not waited for.
    runtime.shutdown_background();
    match exit {
        Ok(exit) => exit.into(),
        Err(error) if is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => fail(&error, Exit::after(&error)),
    }
}

fn fail(error: &anyhow::Error, exit: Exit) -> ExitCode {
    say(&format!("{error:#}"));
    exit.into()
}

/// Says something beside the result.
fn say(text: &str) {
    // Without anybody who listens there is nothing to be done about it.
    let _ = writeln!(io::stderr(), "gobid-tui: {}", safe_text(text));
}

/// Whoever read the lines has had enough of them.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
