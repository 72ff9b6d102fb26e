//! The command line.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use gobid_api::ProductId;

/// The live terminal client of GoBid.
#[derive(Debug, Parser)]
#[command(name = "gobid-tui", version, subcommand_required = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Settings.
    #[command(flatten)]
    pub flags: Flags,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch an auction live, and bid in it
    Watch {
        /// The product's id
        product_id: ProductId,
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
    /// When to use colours [default: auto]
    #[arg(long, global = true, env = "GOBID_COLOR", value_name = "WHEN")]
    pub color: Option<Color>,
    /// Draw with ASCII alone
    #[arg(long, global = true, env = "GOBID_ASCII", value_parser = BoolishValueParser::new())]
    pub ascii: bool,
    /// Frames a second at most, 1 to 60 [default: 30]
    #[arg(long, global = true, env = "GOBID_FPS", value_name = "N",
          value_parser = clap::value_parser!(u8).range(1..=60))]
    pub fps: Option<u8>,
    /// Watch only: nothing can be bid
    #[arg(long, global = true, env = "GOBID_READ_ONLY", value_parser = BoolishValueParser::new())]
    pub read_only: bool,
    /// Lines in place of a screen, and words in place of keys
    #[arg(long, global = true, env = "GOBID_PLAIN", value_parser = BoolishValueParser::new())]
    pub plain: bool,
    /// Ask nothing and read no input: lines, watch only, and leave when the auction is over
    #[arg(long, global = true, env = "GOBID_NO_INPUT", value_parser = BoolishValueParser::new())]
    pub no_input: bool,
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
