//! Many watchers of one product, and bids at a steady pace: what each is shown, and how late.

use std::collections::HashMap;
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
use super::verdict::{Outcome, Verdict};
use super::watcher::{Shown, Watchers};
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;

/// How many watch, and how much happens.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many watch
    #[arg(long, default_value_t = 1_000)]
    watchers: usize,
    /// How many bids a second
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    updates: u32,
    /// How many bidders take turns
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    bidders: u32,
    /// For how long
    #[arg(long, default_value = "10s", value_parser = moment::parse_span)]
    duration: Duration,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Debug, Serialize)]
struct Figures {
    watchers: usize,
    bidders: u32,
    /// Bids that were accepted, each of which is an event for every watcher.
    updates: usize,
    /// What became of all bids; one that is refused is made good by another bidder.
    #[serde(flatten)]
    ends: Ends,
    offered: usize,
    offered_per_second: u32,
    /// Events shown to a watcher, alone in a frame or joined with others.
    deliveries: usize,
    /// Until the last watcher was shown the last of them.
    deliveries_per_second: f64,
    /// Events that a watcher was told to have been left out.
    skipped: i64,
    /// How often a watcher was told to begin anew.
    resets: usize,
    frames: usize,
    /// From the moment at which a bid was sent to that at which a watcher was shown it.
    #[serde(flatten)]
    times: Spread,
    server_cpu_seconds: Option<f64>,
    cpu_us_per_delivery: Option<f64>,
    cpu_us_per_frame: Option<f64>,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let server = Server::start(&self.server, context).await?;
        let stage = Stage::new(&server, context).await?;
        let clients = stage.bidders(usize::try_from(self.bidders).unwrap_or(usize::MAX)).await?;
        let stands = stage.stands(1).await?;
        let Some(stand) = stands.first() else { return Ok(()) };
        stage.note(&format!("{} watchers come", self.watchers));
        let watchers = Watchers::open(&server.client()?, stand.product_id, self.watchers).await?;
        let with_stand = |client| (client, Arc::clone(stand));
        let bidders: Vec<_> = clients.into_iter().map(with_stand).collect();
        let before = server.cost();
        let (begun, tallies) = self.bid(&stage, &bidders, &watchers).await?;
        let last = stage.seller.product(stand.product_id).await?.seq;
        watchers.wait_for(last).await;
        let took = clock::now().saturating_duration_since(begun);
        let cost = server.cost().zip(before).map(|(after, before)| after.since(before));
        stage.note("the log is read");
        let log = Log::read(&stage.seller, stand.product_id).await?;
        let (shown, verdict) = shown_and_verdict(&log, &tallies, &watchers);
        let run = Run { scenario: "fanout", took, cost, verdict };
        run.report(&server, context, self.figures(&tallies, shown, &run))
    }

    /// Bids, and says since when.
    async fn bid(
        &self,
        stage: &Stage<'_>,
        bidders: &[(Client, Arc<Stand>)],
        watchers: &Watchers,
    ) -> Result<(Instant, Vec<Tally>), CliError> {
        stage.note(&format!("{} bids a second for {:?}", self.updates, self.duration));
        let accepted = Arc::new(AtomicUsize::new(0));
        let mut begun = clock::now();
        let schedule = || {
            begun = clock::now();
            self.schedule(begun)
        };
        let tasks = schedule::run(bidders, Kind::Firm, schedule, &accepted).await?;
        let figures = || {
            let (bids, frames) = (accepted.load(Relaxed), watchers.frames_so_far());
            format!("{bids} bids, {frames} frames shown")
        };
        stage.context.output.progress(self.duration, figures).await;
        Ok((begun, schedule::tallies(tasks).await))
    }

    fn schedule(&self, begin: Instant) -> Schedule {
        Schedule {
            begin,
            rate: self.updates,
            duration: self.duration,
            bidders: self.bidders,
            counts_from_due: false,
            owed: Some(Arc::default()),
        }
    }

    fn figures(&self, tallies: &[Tally], shown: Shown, run: &Run) -> Figures {
        let ends = Ends::of(tallies);
        let each = |count| run.cost.map(|cost| figures::micros_each(cost.cpu_seconds, count));
        Figures {
            watchers: self.watchers,
            bidders: self.bidders,
            updates: ends.accepted,
            ends,
            offered: self.schedule(clock::now()).offered(),
            offered_per_second: self.updates,
            deliveries: shown.deliveries,
            deliveries_per_second: figures::per_second(shown.deliveries, run.took),
            skipped: shown.skipped,
            resets: shown.resets,
            frames: shown.frames,
            server_cpu_seconds: run.cost.map(|cost| cost.cpu_seconds),
            cpu_us_per_delivery: each(shown.deliveries),
            cpu_us_per_frame: each(shown.frames),
            times: Spread::of(shown.times),
        }
    }
}

impl Shown {
    /// Whether watchers were shown what is in the log.
    pub(super) fn verdict(&self) -> Verdict {
        Verdict {
            delivered_is_log: Some(self.is_log),
            nothing_twice: Some(self.is_once),
            ..Verdict::default()
        }
    }
}

/// What watchers were shown, and the verdict on that and on the firm bids that were acknowledged.
pub(super) fn shown_and_verdict(
    log: &Log,
    tallies: &[Tally],
    watchers: &Watchers,
) -> (Shown, Verdict) {
    let accepted = tallies.iter().flat_map(|tally| &tally.accepted);
    let sent: HashMap<_, _> = accepted.map(|bid| (bid.seq, bid.sent)).collect();
    let shown = watchers.shown(log, |seq| sent.get(&seq).copied());
    let bidders: Vec<_> = tallies.iter().map(|tally| vec![tally]).collect();
    let verdict = Outcome::of(log, Kind::Firm, &bidders).verdict.and(shown.verdict());
    (shown, verdict)
}
