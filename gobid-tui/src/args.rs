//! The command line.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use gobid_api::{Currency, ProductId};
use jiff::tz::TimeZone;

use crate::app::Confirm;
use crate::settings;

const EXIT_CODES: &str = "\
Exit codes: 0 ok, 1 failure, 2 usage, 3 configuration, 4 not logged in, 5 forbidden, 6 not found,
8 too many requests, 9 unreachable, 10 server error, 11 the outcome of a bid is unknown,
129, 130 and 143 ended by a signal.";

/// The live terminal client of GoBid.
#[derive(Debug, Parser)]
#[command(name = "gobid-tui", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do; without it the lists of auctions are shown.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Settings.
    #[command(flatten)]
    pub flags: Flags,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch auctions live, and bid in them
    Watch {
        /// The products' ids
        #[arg(required = true, value_name = "PRODUCT_ID")]
        product_ids: Vec<ProductId>,
    },
    /// Play an auction that is over again
    Replay {
        /// The product's id, or a file that the command `export replay` or `gobid-cli product
        /// export -o ndjson` has written
        #[arg(value_name = "PRODUCT_ID|FILE")]
        which: String,
        /// The currency of a file that has the events alone [default: by the digits of amounts]
        #[arg(long, value_name = "CODE")]
        currency: Option<Currency>,
    },
}

/// Settings by flag or environment; what is missing stands in the configuration or has a default.
#[derive(Debug, Default, Args)]
pub struct Flags {
    /// The server [default: the profile's, else this machine's port 3080]
    #[arg(long, global = true, env = "GOBID_SERVER", value_name = "URL")]
    pub server: Option<String>,
    /// The profile whose login is used [default: default]
    #[arg(long, global = true, env = "GOBID_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,
    /// The configuration [default: gobid/tui.toml in the user's configuration folder]
    #[arg(long, global = true, env = "GOBID_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How it looks: terminal, dark, light, contrast, mono, or a TOML file [default: terminal]
    #[arg(long, global = true, env = "GOBID_THEME", value_name = "NAME|FILE")]
    pub theme: Option<String>,
    /// When to use colours [default: auto]
    #[arg(long, global = true, env = "GOBID_COLOR", value_name = "WHEN")]
    pub color: Option<Color>,
    /// Draw with ASCII alone
    #[arg(long, global = true, env = "GOBID_ASCII", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", hide_possible_values = true,
          value_parser = BoolishValueParser::new())]
    pub ascii: Option<bool>,
    /// What the chart is drawn with [default: braille]
    #[arg(long, global = true, env = "GOBID_MARKER", value_name = "MARKER")]
    pub marker: Option<Marker>,
    /// Frames a second at most, 1 to 30 [default: 30]
    #[arg(long, global = true, env = "GOBID_FPS", value_name = "N",
          value_parser = clap::value_parser!(u8).range(1..=30))]
    pub fps: Option<u8>,
    /// Leave the mouse to the terminal
    #[arg(long, global = true, env = "GOBID_NO_MOUSE", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", hide_possible_values = true,
          value_parser = BoolishValueParser::new())]
    pub no_mouse: Option<bool>,
    /// Neither bell nor notifications
    #[arg(long, global = true, env = "GOBID_NO_NOTIFY", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", hide_possible_values = true,
          value_parser = BoolishValueParser::new())]
    pub no_notify: Option<bool>,
    /// Watch only: nothing can be bid
    #[arg(long, global = true, env = "GOBID_READ_ONLY", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", hide_possible_values = true,
          value_parser = BoolishValueParser::new())]
    pub read_only: Option<bool>,
    /// Which bids are asked back about: always, above:N (in the auction's currency), never
    /// [default: always]
    #[arg(long, global = true, env = "GOBID_CONFIRM", value_name = "WHEN",
          value_parser = settings::confirm)]
    pub confirm: Option<Confirm>,
    /// The time zone of all times: a name such as Europe/Berlin, utc, local [default: local]
    #[arg(long, global = true, env = "GOBID_TZ", value_name = "ZONE",
          value_parser = settings::zone)]
    pub tz: Option<TimeZone>,
    /// Lines in place of a screen, and words in place of keys
    #[arg(long, global = true, env = "GOBID_PLAIN", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", hide_possible_values = true,
          value_parser = BoolishValueParser::new())]
    pub plain: Option<bool>,
    /// Ask nothing and read no input: lines, watch only, and leave when the auction is over
    #[arg(long, global = true, env = "GOBID_NO_INPUT", value_parser = BoolishValueParser::new())]
    pub no_input: bool,
}

/// What a chart is drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Marker {
    /// Dots of braille, eight to a cell.
    #[default]
    Braille,
    /// Half blocks, two to a cell.
    Block,
    /// A dot to a cell.
    Dot,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// Unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_flag_may_say_no_to_the_configuration() {
        let table = [("--ascii", Some(true)), ("--ascii=false", Some(false)), ("--plain", None)];
        for (flag, ascii) in table {
            let read = Arguments::parse_from(["gobid-tui", flag, "watch", &"0".repeat(32)]);
            assert_eq!(read.flags.ascii, ascii, "{flag}");
            assert!(matches!(read.command, Some(Command::Watch { .. })));
        }
    }

    #[test]
    fn what_a_flag_cannot_mean_is_wrong_usage() {
        for flag in ["--confirm=sometimes", "--tz=Middle/Earth", "--fps=60", "--ascii=maybe"] {
            let error = Arguments::try_parse_from(["gobid-tui", flag]).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{flag}");
        }
    }
}
