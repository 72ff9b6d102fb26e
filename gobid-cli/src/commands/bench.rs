//! `bench`: load on a server, its figures, and a verdict on what became of the bids.

mod bidder;
mod fanout;
mod figures;
mod frames;
mod idle;
mod latency;
mod load;
mod log;
mod mixed;
mod preload;
mod process;
mod race;
mod report;
mod requests;
mod schedule;
mod server;
mod socket;
mod stage;
mod storm;
mod verdict;
mod watcher;

use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args as _, Subcommand};

use crate::credentials::Context;
use crate::error::CliError;

const HELP: &str = "\
Without a scenario it is mixed. It starts a server of its own, on a database that is gone at the
end, unless --server names one. It fails when a bid was lost, counted twice or shown wrongly.

Examples:
  gobid-cli bench
  gobid-cli bench --bidders 50 --watchers 500 --products 200 --duration 30s
  gobid-cli bench hot --bidders 100";

/// How long a request of the bench may wait for its answer.
const TIMEOUT: Duration = Duration::from_mins(1);

/// One of the scenarios; without one, all at once.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
#[group(skip)]
pub(crate) struct Args {
    #[command(subcommand)]
    scenario: Option<Scenario>,

    #[command(flatten)]
    mixed: mixed::Args,
}

#[derive(Debug, Subcommand)]
enum Scenario {
    /// 64 bidders race on one product
    Hot(race::Args),
    /// 400 bidders race on 200 products
    Many(race::Args),
    /// Many watch one product, on which bids come at a steady pace
    Fanout(fanout::Args),
    /// Sockets that watch and do nothing: what each costs in memory
    Idle(idle::Args),
    /// Bids, watchers, lists and logins together
    Mixed(mixed::Args),
    /// All watchers lose their sockets and come back at once, while bids go on
    Storm(storm::Args),
    /// Bids at a rate that does not heed the answers, above what the server can carry, too
    Load(load::Args),
    /// One bid at a time, on a server that does nothing else
    Latency(latency::Args),
}

/// Whether options of `mixed` stand before the name of a scenario, which does not heed them.
pub(crate) fn is_misplaced(bench: &ArgMatches) -> bool {
    let mixed = mixed::Args::augment_args(clap::Command::new("mixed"));
    let mut options = mixed.get_arguments().map(|option| option.get_id().as_str());
    let is_said = |id| bench.value_source(id) == Some(ValueSource::CommandLine);
    bench.subcommand_name().is_some() && options.any(is_said)
}

impl Args {
    pub(crate) async fn run(self, context: &Context) -> Result<(), CliError> {
        match self.scenario {
            Some(scenario) => scenario.run(context).await,
            None => self.mixed.run(context).await,
        }
    }
}

impl Scenario {
    async fn run(self, context: &Context) -> Result<(), CliError> {
        match self {
            Self::Hot(args) => args.run("hot", (64, 1), context).await,
            Self::Many(args) => args.run("many", (400, 200), context).await,
            Self::Fanout(args) => args.run(context).await,
            Self::Idle(args) => args.run(context).await,
            Self::Mixed(args) => args.run(context).await,
            Self::Storm(args) => args.run(context).await,
            Self::Load(args) => args.run(context).await,
            Self::Latency(args) => args.run(context).await,
        }
    }
}
