//! Everything at once: bids, watchers, lists and logins.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use gobid_api::client::{Client, ProductQuery};
use serde::Serialize;

use super::bidder::{Ends, Tally};
use super::fanout::shown_and_verdict;
use super::figures::{self, Spread};
use super::log::Log;
use super::report::Run;
use super::requests::{self, Requests};
use super::schedule::{self, Schedule};
use super::server::{Server, ServerArgs};
use super::socket::Kind;
use super::stage::{Stage, Stand};
use super::watcher::Watchers;
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;

/// How much of each.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many bidders take turns
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    bidders: u32,
    /// How many bids a second, on one product
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    bids: u32,
    /// How many watch that product
    #[arg(long, default_value_t = 200)]
    watchers: usize,
    /// How many products there are to be listed
    #[arg(long, default_value_t = 100)]
    products: usize,
    /// How many lists of products are asked for a second
    #[arg(long, default_value_t = 20)]
    lists: u32,
    /// How many log in a second
    #[arg(long, default_value_t = 0)]
    logins: u32,
    /// For how long
    #[arg(long, default_value = "10s", value_parser = moment::parse_span)]
    duration: Duration,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Debug, Serialize)]
struct Figures {
    bidders: u32,
    watchers: usize,
    products: usize,
    offered: usize,
    #[serde(flatten)]
    ends: Ends,
    accepted_per_second: f64,
    /// Of the acknowledgements of bids, from when each was due.
    #[serde(flatten)]
    times: Spread,
    lists: Requests,
    logins: Requests,
    deliveries: Deliveries,
}

/// Events shown to watchers; times from the moment at which each bid was sent.
#[derive(Debug, Serialize)]
struct Deliveries {
    count: usize,
    skipped: i64,
    frames: usize,
    #[serde(flatten)]
    times: Spread,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let server = Server::start(&self.server, context).await?;
        let stage = Stage::new(&server, context).await?;
        let clients = stage.bidders(usize::try_from(self.bidders).unwrap_or(usize::MAX)).await?;
        let stands = stage.stands(self.products.max(1)).await?;
        let Some(stand) = stands.first() else { return Ok(()) };
        let watchers = Watchers::open(&server.client()?, stand.product_id, self.watchers).await?;
        let with_stand = |client| (client, Arc::clone(stand));
        let bidders: Vec<_> = clients.into_iter().map(with_stand).collect();
        let before = server.cost();
        let begun = clock::now();
        let (tallies, lists, logins) = self.all_at_once(&stage, &bidders).await?;
        let last = stage.seller.product(stand.product_id).await?.seq;
        watchers.wait_for(last).await;
        let took = clock::now().saturating_duration_since(begun);
        let cost = server.cost().zip(before).map(|(after, before)| after.since(before));
        let log = Log::read(&stage.seller, stand.product_id).await?;
        let (shown, verdict) = shown_and_verdict(&log, &tallies, &watchers);
        let ends = Ends::of(&tallies);
        let acknowledged = tallies.iter().flat_map(|tally| &tally.accepted).map(|bid| bid.took);
        let figures = Figures {
            bidders: self.bidders,
            watchers: self.watchers,
            products: stands.len(),
            offered: self.schedule().offered(),
            ends,
            accepted_per_second: figures::per_second(ends.accepted, took),
            times: Spread::of(acknowledged),
            lists,
            logins,
            deliveries: Deliveries {
                count: shown.deliveries,
                skipped: shown.skipped,
                frames: shown.frames,
                times: Spread::of(shown.times),
            },
        };
        Run { scenario: "mixed", took, cost, verdict }.report(&server, context, figures)
    }

    async fn all_at_once(
        &self,
        stage: &Stage<'_>,
        bidders: &[(Client, Arc<Stand>)],
    ) -> Result<(Vec<Tally>, Requests, Requests), CliError> {
        let Self { bids, lists, logins, duration, .. } = *self;
        stage.note(&format!(
            "{bids} bids, {lists} lists and {logins} logins a second for {duration:?}"
        ));
        let (visitor, guest) = (stage.server.client()?, stage.server.client()?);
        let accepted = Arc::new(AtomicUsize::new(0));
        let tasks = schedule::run(bidders, Kind::Firm, || self.schedule(), &accepted).await?;
        let lists = requests::on_schedule(lists, duration, |_| {
            let visitor = visitor.clone();
            async move { visitor.products(&ProductQuery::default()).await.map(drop) }
        });
        let logins = requests::on_schedule(logins, duration, |number| {
            let (guest, login) = (guest.clone(), stage.login_of(number % bidders.len().max(1)));
            async move { guest.log_in(&login).await.map(drop) }
        });
        let figures = || format!("{} bids accepted", accepted.load(Relaxed));
        let progress = stage.context.output.progress(duration, figures);
        let (lists, logins, ()) = tokio::join!(lists, logins, progress);
        Ok((schedule::tallies(tasks).await, lists, logins))
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            begin: clock::now(),
            rate: self.bids,
            duration: self.duration,
            bidders: self.bidders,
            counts_from_due: true,
            owed: None,
        }
    }
}
