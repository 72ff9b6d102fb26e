//! Bids at a rate that does not heed the answers: what a server carries, and how it refuses more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use gobid_api::client::Client;
use serde::Serialize;

use super::bidder::{Ends, Tally};
use super::figures::{self, Spread};
use super::log::Log;
use super::report::Run;
use super::schedule::{self, Schedule};
use super::server::{Server, ServerArgs};
use super::socket::Kind;
use super::stage::{Stage, Stand};
use super::verdict::Outcome;
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;

/// How many bids a second, of whom, on what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many bids a second; several, one after the other on the same server, are given by commas
    #[arg(
        long,
        required = true,
        value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    rate: Vec<u32>,
    /// How many bidders take turns
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    bidders: u32,
    /// On how many products, each of which wants two bidders; one is enough for maxima. Bids that
    /// overtake one another on a product on their way are refused as too low: with maxima and as
    /// many products as bidders none is, since each raises his own
    #[arg(long, default_value_t = 1)]
    products: usize,
    /// Bid by maxima: whoever leads is refused a firm bid, and raises his own maximum
    #[arg(long)]
    maxima: bool,
    /// For how long, at each rate
    #[arg(long, default_value = "10s", value_parser = moment::parse_span)]
    duration: Duration,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Debug, Serialize)]
struct Figures {
    bidders: u32,
    products: usize,
    kind: &'static str,
    /// All rates together.
    #[serde(flatten)]
    all: Phase,
    /// Each rate.
    phases: Vec<Phase>,
}

/// The bids at a rate, and how long it took until the last was answered.
struct Bids {
    offered: usize,
    /// For how long they were offered.
    duration: Duration,
    tallies: Vec<Tally>,
    took: Duration,
}

/// What a rate led to, a second until the last answer; times of accepted bids, counted from when each was due.
#[derive(Debug, Serialize)]
struct Phase {
    offered: usize,
    offered_per_second: f64,
    #[serde(flatten)]
    ends: Ends,
    accepted_per_second: f64,
    refused_per_second: f64,
    unavailable_per_second: f64,
    #[serde(flatten)]
    times: Spread,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let count = usize::try_from(self.bidders).unwrap_or(usize::MAX);
        let least = if self.maxima { self.products } else { 2 * self.products };
        if self.products == 0 || count < least {
            let why = "each product takes two bidders of firm bids, or one of maxima";
            return Err(CliError::Usage(why.to_owned()));
        }
        let server = Server::start(&self.server, context).await?;
        let stage = Stage::new(&server, context).await?;
        let clients = stage.bidders(count).await?;
        let stands = stage.stands(self.products).await?;
        let stand_of = |(client, stand)| (client, Arc::clone(stand));
        let bidders: Vec<_> =
            clients.into_iter().zip(stands.iter().cycle()).map(stand_of).collect();
        let before = server.cost();
        let begun = clock::now();
        let mut phases = Vec::with_capacity(self.rate.len());
        for rate in &self.rate {
            phases.push(self.bid(&stage, &bidders, *rate).await?);
        }
        let took = clock::now().saturating_duration_since(begun);
        let cost = server.cost().zip(before).map(|(after, before)| after.since(before));
        let outcome = judge(&stage, &stands, &bidders, &phases, self.kind()).await?;
        let figures = Figures {
            bidders: self.bidders,
            products: self.products,
            kind: self.kind().word(),
            all: Phase::of(&phases),
            phases: phases.chunks(1).map(Phase::of).collect(),
        };
        let run = Run { scenario: "load", took, cost, verdict: outcome.verdict };
        run.report(&server, context, figures)
    }

    async fn bid(
        &self,
        stage: &Stage<'_>,
        bidders: &[(Client, Arc<Stand>)],
        rate: u32,
    ) -> Result<Bids, CliError> {
        stage.note(&format!("{rate} bids a second for {:?}", self.duration));
        let kind = self.kind();
        let accepted = Arc::new(AtomicUsize::new(0));
        let mut begun = clock::now();
        let schedule = || {
            begun = clock::now();
            self.schedule(begun, rate)
        };
        let tasks = schedule::run(bidders, kind, schedule, &accepted).await?;
        let figures = || format!("{} accepted", accepted.load(Relaxed));
        stage.context.output.progress(self.duration, figures).await;
        let tallies = schedule::tallies(tasks).await;
        let offered = self.schedule(begun, rate).offered();
        let (duration, took) = (self.duration, clock::now().saturating_duration_since(begun));
        Ok(Bids { offered, duration, tallies, took })
    }

    fn kind(&self) -> Kind {
        if self.maxima { Kind::Maximum } else { Kind::Firm }
    }

    fn schedule(&self, begin: Instant, rate: u32) -> Schedule {
        Schedule {
            begin,
            rate,
            duration: self.duration,
            bidders: self.bidders,
            counts_from_due: true,
            owed: None,
        }
    }
}

impl Phase {
    fn of(phases: &[Bids]) -> Self {
        let tallies = || phases.iter().flat_map(|bids| &bids.tallies);
        let ends = Ends::of(tallies());
        let offered = phases.iter().map(|bids| bids.offered).sum();
        let took = phases.iter().map(|bids| bids.took).sum();
        let duration = phases.iter().map(|bids| bids.duration).sum();
        let per_second = |count| figures::per_second(count, took);
        Self {
            offered,
            offered_per_second: figures::per_second(offered, duration),
            ends,
            accepted_per_second: per_second(ends.accepted),
            refused_per_second: per_second(ends.refused),
            unavailable_per_second: per_second(ends.unavailable),
            times: Spread::of(tallies().flat_map(|tally| &tally.accepted).map(|bid| bid.took)),
        }
    }
}

async fn judge(
    stage: &Stage<'_>,
    stands: &[Arc<Stand>],
    bidders: &[(Client, Arc<Stand>)],
    phases: &[Bids],
    kind: Kind,
) -> Result<Outcome, CliError> {
    stage.note("the logs are read");
    let mut outcome = Outcome::default();
    for stand in stands {
        let log = Log::read(&stage.seller, stand.product_id).await?;
        let there = bidders.iter().enumerate().filter(|(_, (_, of))| Arc::ptr_eq(of, stand));
        let told = there
            .map(|(number, _)| phases.iter().filter_map(|bids| bids.tallies.get(number)).collect());
        outcome = outcome.and(Outcome::of(&log, kind, &told.collect::<Vec<_>>()));
    }
    Ok(outcome)
}
