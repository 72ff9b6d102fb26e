//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::commands::Command;
use crate::moment;
use crate::output::{Color, Format, Verbosity};

/// The GoBid command line: users, products, bids, and what an operator needs.
#[derive(Debug, Parser)]
#[command(name = "gobid-cli", version, propagate_version = true, after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for every command.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The server; else that of the profile [default: `http://127.0.0.1:3080`]
    #[arg(long, global = true, env = "GOBID_SERVER", value_name = "URL")]
    pub(crate) server: Option<String>,

    /// Whether the server was named on the command line itself.
    #[arg(skip)]
    pub(crate) server_is_by_flag: bool,

    /// Whose login to use: a server, a user and a credential under one name [default: default]
    #[arg(long, global = true, env = "GOBID_PROFILE", value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// How to print results: table, json, ndjson, csv or id [default: table]
    #[arg(
        short,
        long,
        global = true,
        env = "GOBID_OUTPUT",
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    pub(crate) output: Option<Format>,

    /// Say nothing but results, warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Say more about what is done
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,

    /// How long to wait for an answer, such as 30s or 2m [default: 30s]
    #[arg(long, global = true, env = "GOBID_TIMEOUT", value_name = "TIME", value_parser = moment::parse_span)]
    pub(crate) timeout: Option<Duration>,

    /// Never ask for anything, on a terminal neither
    #[arg(long, global = true)]
    pub(crate) no_input: bool,

    /// Answer every question with yes
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,

    /// When to use colours: auto, always or never [default: auto]
    #[arg(
        long,
        global = true,
        env = "GOBID_COLOR",
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub(crate) color: Option<Color>,

    /// The configuration file, in place of `$XDG_CONFIG_HOME/gobid/cli.toml`
    #[arg(long, global = true, env = "GOBID_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl Global {
    /// How much is said beside results.
    pub(crate) const fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        }
    }
}

const AFTER_HELP: &str = "\
Start here:
  gobid-cli user signup --user-name eva --email eva@example.com
  gobid-cli product create --name 'Leica M3' --description 'CLA 2023, light wear.' \\
      --baseprice 900 --ends 2h30m
  gobid-cli product watch ID
  gobid-cli bid place ID 925
  gobid-cli bid max ID 1200

A flag counts before its variable GOBID_…, that before the configuration file, that before the
default. Scripts log in by an API token in GOBID_TOKEN, or in the file that GOBID_TOKEN_FILE names;
beside GOBID_SERVER it is for that server alone. Results go to standard output, everything else to
standard error. A table is one on a terminal; elsewhere its values are separated by tabs, without a
header.

Exit codes: 0 ok, 1 failure, 2 usage, 3 configuration, 4 not logged in, 5 forbidden, 6 not found,
7 refused by a rule, 8 rate limited, 9 unreachable, 10 server error, 11 unknown outcome,
12 bid accepted, but beaten at once by a maximum, 20, 21 and 22 of watch --exit-status: lost,
unsold, cancelled, 129 terminal closed, 130 interrupted, 143 terminated.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_is_explained() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&Args::command());
    }
}
