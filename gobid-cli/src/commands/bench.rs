//! `bench`: load on a server, its figures, and a verdict on what became of the bids.

mod bidder;
mod figures;
mod idle;
mod race;
mod server;

use std::time::Duration;

use clap::Subcommand;
use gobid_api::client::Client;
use serde::Serialize;

use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;
use server::OwnServer;

/// How long a request of the bench may wait for its answer.
const TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 64 bidders race on one product, one bid each in flight
    Hot(RaceArgs),
    /// 400 bidders race on 200 products, one bid each in flight
    Many(RaceArgs),
    /// Sockets that watch and do nothing: what each costs in memory
    Idle(IdleArgs),
}

/// How many race, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct RaceArgs {
    /// Another number of bidders
    #[arg(long)]
    bidders: Option<usize>,
    /// Another number of products
    #[arg(long)]
    products: Option<usize>,
    /// For how long
    #[arg(long, default_value = "10s", value_parser = moment::parse_span)]
    duration: Duration,
    #[command(flatten)]
    server: server::Args,
}

/// How many sockets are idle.
#[derive(Debug, clap::Args)]
pub(crate) struct IdleArgs {
    /// How many sockets
    #[arg(long, default_value_t = 5_000)]
    sockets: usize,
    #[command(flatten)]
    server: server::Args,
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), CliError> {
        match self {
            Self::Hot(args) => args.run("hot", (64, 1), context).await,
            Self::Many(args) => args.run("many", (400, 200), context).await,
            Self::Idle(IdleArgs { sockets, server }) => {
                let server = OwnServer::start(&server).await?;
                print(context, &idle::run(&server, sockets, context).await?)
            }
        }
    }
}

impl RaceArgs {
    async fn run(
        self,
        scenario: &'static str,
        (bidders, products): (usize, usize),
        context: &Context,
    ) -> Result<(), CliError> {
        let (bidders, products) =
            (self.bidders.unwrap_or(bidders), self.products.unwrap_or(products));
        let Self { duration, server, .. } = self;
        if bidders < 2 || products == 0 {
            return Err(CliError::Usage("a race takes two bidders and one product".to_owned()));
        }
        let server = OwnServer::start(&server).await?;
        let race = race::Race { scenario, bidders, products, duration };
        let report = race.run(&server, context).await?;
        print(context, &report)?;
        report.verdict()
    }
}

/// Prints a report: one JSON object.
fn print(context: &Context, report: &impl Serialize) -> Result<(), CliError> {
    let mut text = serde_json::to_string(report).map_err(std::io::Error::from)?;
    text.push('\n');
    Ok(context.output.raw(text.as_bytes())?)
}

/// A client of the server under load, not logged in.
fn client(server: &OwnServer) -> Result<Client, CliError> {
    Ok(Client::new(server.url(), None, TIMEOUT)?)
}
