//! The project's figures beside the raw limits of disk and sockets, from one run.

mod args;
mod clock;
mod cluster;
mod figures;
mod lists;
mod machine;
mod place;
mod program;
mod raw;
mod report;
mod run;
mod scenarios;
mod seed;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use args::Args;
use place::Place;
use report::Report;
use run::{Run, note};

/// What a program ends with that was interrupted.
const INTERRUPTED: u8 = 130;

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        if let (Some(address), Some(sockets)) = (args.read_frames, args.sockets) {
            raw::sockets::read_frames(address, sockets).await?;
            return Ok(ExitCode::SUCCESS);
        }
        let (mut interrupt, mut end) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        // What is dropped then removes what it made.
        tokio::select! {
            done = measure(args) => done,
            _ = interrupt.recv() => Ok(ExitCode::from(INTERRUPTED)),
            _ = end.recv() => Ok(ExitCode::from(INTERRUPTED)),
        }
    })
}

/// Runs what was asked for, and prints the table.
async fn measure(args: Args) -> anyhow::Result<ExitCode> {
    let place = Place::new(args.kinds())?;
    let machine = machine::describe(&place, args.kinds()).await?;
    let mut run = Run { args, place, report: Report { machine, ..Report::default() } };
    for scenario in run.args.chosen() {
        if let Err(why) = scenarios::run(&mut run, scenario).await {
            run.fail(format!("{scenario:?}: {why:#}"));
        }
    }
    run.report.machine.push(machine::load("at the end"));
    if let Some(file) = &run.args.json {
        let text = serde_json::to_string_pretty(&run.report.json())?;
        std::fs::write(file, text + "\n").with_context(|| file.display().to_string())?;
    }
    writeln!(std::io::stdout().lock(), "{}", run.report.markdown())?;
    for failure in &run.report.failures {
        note(&format!("wrong: {failure}"));
    }
    Ok(if run.report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
