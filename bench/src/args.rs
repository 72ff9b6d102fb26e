//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::place::Kind;

/// GoBid's figures, the raw limits of disk and sockets, and their ratios, from one run. The table
/// goes to standard output, what happens meanwhile to standard error.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// What to run [default: everything]
    pub(crate) scenarios: Vec<Scenario>,
    /// Two seconds each, and smaller numbers: to see that everything runs, not how fast
    #[arg(long)]
    pub(crate) quick: bool,
    /// On which database
    #[arg(long, value_enum, default_value_t = Databases::Both)]
    pub(crate) database: Databases,
    /// The raw limits alone, without GoBid
    #[arg(long)]
    pub(crate) raw: bool,
    /// Write everything that was measured to a file, too
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Read what is sent from there: the other half of a measurement
    #[arg(long, hide = true, value_name = "ADDRESS", requires = "sockets")]
    pub(crate) read_frames: Option<SocketAddr>,
    #[arg(long, hide = true)]
    pub(crate) sockets: Option<usize>,
}

/// A scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Bidders race on one product
    Hot,
    /// Bidders race on many products
    Many,
    /// Many watch one product
    Fanout,
    /// Sockets that do nothing
    Idle,
    /// One bid on an idle server
    Latency,
    /// One bid, as products and logs grow
    Growth,
    /// Start-up with many open auctions
    Start,
    /// Twice the load that can be carried
    Overload,
    /// Bids while people log in
    Mixed,
    /// All watchers come back at once
    Storm,
    /// Every filter and sort of a million products
    Lists,
}

/// Which databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Databases {
    Sqlite,
    Postgres,
    Both,
}

impl Args {
    /// The scenarios to run, in order. A million products are nothing quick.
    pub(crate) fn chosen(&self) -> Vec<Scenario> {
        let is_chosen = |scenario: &&Scenario| match self.scenarios.as_slice() {
            [] => !(self.quick && **scenario == Scenario::Lists),
            named => named.contains(scenario),
        };
        Scenario::value_variants().iter().filter(is_chosen).copied().collect()
    }

    /// The kinds of databases to run on.
    pub(crate) const fn kinds(&self) -> &'static [Kind] {
        match self.database {
            Databases::Sqlite => &[Kind::Sqlite],
            Databases::Postgres => &[Kind::Postgres],
            Databases::Both => &[Kind::Sqlite, Kind::Postgres],
        }
    }

    /// How long a measurement goes on.
    pub(crate) const fn duration(&self) -> Duration {
        Duration::from_secs(if self.quick { 2 } else { 10 })
    }
}
