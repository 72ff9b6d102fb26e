//! The GoBid command line.

mod amount;
mod args;
mod clock;
mod commands;
mod credentials;
mod ending;
mod error;
mod exit;
mod incomplete;
mod moment;
mod output;
mod prompt;
mod report;
mod settings;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};

use args::Args;
use credentials::Context;
use output::{Color, Format, Output, Verbosity};
use report::Report;
use settings::Settings;

fn main() -> ExitCode {
    match parse() {
        Ok(args) => start(args),
        Err(error) => misread(&error),
    }
}

/// Reads the command line, and which of it was not said elsewhere.
fn parse() -> Result<Args, clap::Error> {
    let mut command = Args::command();
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    if matches.subcommand_matches("bench").is_some_and(commands::bench::is_misplaced) {
        let why = "the options of a scenario stand behind its name";
        return Err(command.error(ErrorKind::ArgumentConflict, why));
    }
    let mut args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    let source = matches.value_source("server");
    args.global.server_is_by_flag = source == Some(ValueSource::CommandLine);
    Ok(args)
}

fn start(args: Args) -> ExitCode {
    let global = &args.global;
    let format = global.output.unwrap_or(Format::Table);
    let color = global.color.unwrap_or(Color::Auto);
    let (settings, warnings) = match Settings::resolve(global) {
        Ok(settings) => settings,
        Err(error) => {
            let output = Output::new(format, color, global.verbosity());
            return end(&output, &Report::of(&error), false);
        }
    };
    let output = Output::new(settings.format, settings.color, global.verbosity());
    for warning in &warnings {
        output.warn(warning);
    }
    let context = Context { settings, output };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return end(&context.output, &Report::of(&error.into()), false),
    };
    let code = runtime.block_on(run(args, &context));
    // A thread that waits for a person's answer must not keep the program.
    runtime.shutdown_background();
    code
}

async fn run(args: Args, context: &Context) -> ExitCode {
    let told = ending::told_to_end();
    let sees_to_its_end = args.command.sees_to_its_end();
    tokio::select! {
        result = args.command.run(context) => match result {
            Ok(code) => code.into(),
            Err(error) => {
                let settings = &context.settings;
                let profile = settings.profile_is_named.then_some(&*settings.profile);
                let report = Report::of(&error).at(settings.server_by_flag.as_deref(), profile);
                end(&context.output, &report, error.is_closed_pipe())
            }
        },
        code = told, if !sees_to_its_end => code.into(),
    }
}

fn end(output: &Output, report: &Report, is_closed_pipe: bool) -> ExitCode {
    if is_closed_pipe {
        return ExitCode::SUCCESS;
    }
    output.fail(report);
    report.exit().into()
}

/// A command line that cannot be read, or that asks for help.
fn misread(error: &clap::Error) -> ExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !is_answer && wants_json() {
        let output = Output::new(Format::Json, Color::Never, Verbosity::Normal);
        let text = error.to_string();
        // The rest is usage and where to find help.
        let detail = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        output.fail(&Report::new("usage", &detail, exit::USAGE));
    } else if let Err(why) = error.print()
        && why.kind() != std::io::ErrorKind::BrokenPipe
    {
        return exit::FAILURE.into();
    }
    if is_answer { ExitCode::SUCCESS } else { exit::USAGE.into() }
}

/// Whether the command line, or the variable, asks for JSON, as far as that can be told when the
/// command line cannot be read.
fn wants_json() -> bool {
    let is_json = |value: &str| value == "json" || value == "ndjson";
    let words: Vec<_> = std::env::args().skip(1).collect();
    let joined = |word: &String| {
        let value = word.strip_prefix("--output=").or_else(|| word.strip_prefix("-o"));
        value.is_some_and(is_json)
    };
    let apart = |pair: &[String]| matches!(pair, [option, value] if (option == "-o" || option == "--output") && is_json(value));
    let of_variable = || settings::variable("GOBID_OUTPUT").is_some_and(|value| is_json(&value));
    words.iter().any(joined) || words.windows(2).any(apart) || of_variable()
}
