//! All watchers lose their sockets at once, and come back at once, while bids go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde::Serialize;

use super::bidder::Ends;
use super::fanout::shown_and_verdict;
use super::figures::Spread;
use super::log::Log;
use super::report::Run;
use super::schedule::{self, Schedule};
use super::server::{Server, ServerArgs};
use super::socket::Kind;
use super::stage::Stage;
use super::watcher::{Return, Watchers};
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;

/// How many come back, and what goes on meanwhile.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many watch
    #[arg(long, default_value_t = 5_000)]
    watchers: usize,
    /// How many bids a second
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    updates: u32,
    /// How many bidders take turns
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    bidders: u32,
    /// For how long bids come; in the middle of it the sockets are lost
    #[arg(long, default_value = "20s", value_parser = moment::parse_span)]
    duration: Duration,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Debug, Serialize)]
struct Figures {
    watchers: usize,
    updates: usize,
    #[serde(flatten)]
    ends: Ends,
    /// Until the last watcher had a first frame again; `null` when one never had.
    back_seconds: Option<f64>,
    /// How often a socket could not be opened at once, and was tried again.
    retries: usize,
    /// How long each watcher had no socket that had shown him anything.
    #[serde(flatten)]
    times: Spread,
    deliveries: usize,
    skipped: i64,
    /// How often a watcher was told to begin anew, in place of being shown what he missed.
    resets: usize,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let server = Server::start(&self.server, context).await?;
        let stage = Stage::new(&server, context).await?;
        let clients = stage.bidders(usize::try_from(self.bidders).unwrap_or(usize::MAX)).await?;
        let stands = stage.stands(1).await?;
        let Some(stand) = stands.first() else { return Ok(()) };
        let visitor = server.client()?;
        stage.note(&format!("{} watchers come", self.watchers));
        let mut watchers = Watchers::open(&visitor, stand.product_id, self.watchers).await?;
        let with_stand = |client| (client, Arc::clone(stand));
        let bidders: Vec<_> = clients.into_iter().map(with_stand).collect();
        let before = server.cost();
        let begun = clock::now();
        let accepted = Arc::new(AtomicUsize::new(0));
        let tasks = schedule::run(&bidders, Kind::Firm, || self.schedule(), &accepted).await?;
        let figures = || format!("{} bids accepted", accepted.load(Relaxed));
        context.output.progress(self.duration / 2, figures).await;
        stage.note("all sockets are lost");
        let back = watchers.storm(&visitor, stand.product_id).await;
        let left = self.duration.saturating_sub(clock::now().saturating_duration_since(begun));
        context.output.progress(left, figures).await;
        let tallies = schedule::tallies(tasks).await;
        watchers.wait_for(stage.seller.product(stand.product_id).await?.seq).await;
        let took = clock::now().saturating_duration_since(begun);
        let cost = server.cost().zip(before).map(|(after, before)| after.since(before));
        let log = Log::read(&stage.seller, stand.product_id).await?;
        let (shown, verdict) = shown_and_verdict(&log, &tallies, &watchers);
        let ends = Ends::of(&tallies);
        let Return { took: all, each, retries } = back;
        let figures = Figures {
            watchers: self.watchers,
            updates: ends.accepted,
            ends,
            back_seconds: all.map(|all| all.as_secs_f64()),
            retries,
            times: Spread::of(each),
            deliveries: shown.deliveries,
            skipped: shown.skipped,
            resets: shown.resets,
        };
        Run { scenario: "storm", took, cost, verdict }.report(&server, context, figures)
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            begin: clock::now(),
            rate: self.updates,
            duration: self.duration,
            bidders: self.bidders,
            counts_from_due: true,
            owed: Some(Arc::default()),
        }
    }
}
