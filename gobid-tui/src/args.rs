//! The command line.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use gobid_api::ProductId;

/// The live terminal client of GoBid.
#[derive(Debug, Parser)]
#[command(name = "gobid-tui", version)]
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
        /// The product's id, or a file that the command `export replay` has written
        #[arg(value_name = "PRODUCT_ID|FILE")]
        which: String,
    },
}

/// Settings by flag or environment; what is missing stands in the configuration or has a default.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
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
    #[arg(long, global = true, env = "GOBID_ASCII", value_parser = BoolishValueParser::new())]
    pub ascii: bool,
    /// What the chart is drawn with [default: braille]
    #[arg(long, global = true, env = "GOBID_MARKER", value_name = "MARKER")]
    pub marker: Option<Marker>,
    /// Frames a second at most, 1 to 60 [default: 30]
    #[arg(long, global = true, env = "GOBID_FPS", value_name = "N",
          value_parser = clap::value_parser!(u8).range(1..=60))]
    pub fps: Option<u8>,
    /// Leave the mouse to the terminal
    #[arg(long, global = true, env = "GOBID_NO_MOUSE", value_parser = BoolishValueParser::new())]
    pub no_mouse: bool,
    /// Neither bell nor notifications
    #[arg(long, global = true, env = "GOBID_NO_NOTIFY", value_parser = BoolishValueParser::new())]
    pub no_notify: bool,
    /// Watch only: nothing can be bid
    #[arg(long, global = true, env = "GOBID_READ_ONLY", value_parser = BoolishValueParser::new())]
    pub read_only: bool,
    /// Which bids are asked back about: always, above:N (in the auction's currency), never
    /// [default: always]
    #[arg(long, global = true, env = "GOBID_CONFIRM", value_name = "WHEN")]
    pub confirm: Option<String>,
    /// The time zone of all times: a name such as Europe/Berlin, utc, local [default: local]
    #[arg(long, global = true, env = "GOBID_TZ", value_name = "ZONE")]
    pub tz: Option<String>,
    /// Lines in place of a screen, and words in place of keys
    #[arg(long, global = true, env = "GOBID_PLAIN", value_parser = BoolishValueParser::new())]
    pub plain: bool,
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
}
