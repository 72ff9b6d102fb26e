//! A race: bidders on products, for a while, and what became of every bid.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use gobid_api::client::Client;
use serde::Serialize;
use tokio::task::JoinSet;

use super::bidder::{Bidder, Ends, Tally};
use super::figures::{self, Spread};
use super::log::Log;
use super::preload;
use super::report::Run;
use super::server::{Server, ServerArgs};
use super::socket::{self, Kind};
use super::stage::{Stage, Stand};
use super::verdict::{self, Outcome};
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;

/// How many race, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Another number of bidders
    #[arg(long)]
    bidders: Option<usize>,
    /// Another number of products
    #[arg(long)]
    products: Option<usize>,
    /// For how long
    #[arg(long, default_value = "10s", value_parser = moment::parse_span)]
    duration: Duration,
    /// How many bids each bidder has in flight. With one they are firm. With more they are maxima,
    /// each above all before it, since whoever leads is refused a firm bid: what is accepted then
    /// are new leads, raises of the leader's own maximum, and bids that are beaten at once
    #[arg(long, default_value_t = 1)]
    in_flight: usize,
    /// How many bids each product's log holds before the race
    #[arg(long, default_value_t = 0)]
    preload: usize,
    #[command(flatten)]
    server: ServerArgs,
}

/// The figures of a race.
#[derive(Debug, Serialize)]
struct Figures {
    bidders: usize,
    products: usize,
    kind: &'static str,
    in_flight: usize,
    /// How many bids were there before, in each log.
    preload: usize,
    #[serde(flatten)]
    ends: Ends,
    accepted_per_second: f64,
    /// Of those that were accepted, what raised the leader's own maximum; it is no event.
    raises: usize,
    #[serde(flatten)]
    times: Spread,
}

/// What was told, to whom, of which product.
struct Told {
    client: Client,
    stand: Arc<Stand>,
    before: Tally,
    tally: Tally,
}

impl Args {
    pub(super) async fn run(
        self,
        scenario: &'static str,
        (bidders, products): (usize, usize),
        context: &Context,
    ) -> Result<(), CliError> {
        let count = self.bidders.unwrap_or(bidders);
        let products = self.products.unwrap_or(products);
        if count < 2 || products == 0 || self.in_flight == 0 {
            let why = "a race takes two bidders, one product and one bid in flight";
            return Err(CliError::Usage(why.to_owned()));
        }
        let server = Server::start(&self.server, context).await?;
        let stage = Stage::new(&server, context).await?;
        let clients = stage.bidders(count).await?;
        let stands = stage.stands(products).await?;
        let mut told: Vec<_> = clients
            .into_iter()
            .zip(stands.iter().cycle())
            .map(|(client, stand)| {
                let (before, tally) = (Tally::default(), Tally::default());
                Told { client, stand: Arc::clone(stand), before, tally }
            })
            .collect();
        if self.preload > 0 {
            self.preload(&stage, &stands, &mut told).await?;
        }
        let before = server.cost();
        let took = self.race(&stage, &mut told).await?;
        let cost = server.cost().zip(before).map(|(after, before)| after.since(before));
        let outcome = self.judge(&stage, &stands, &told).await?;
        let run = Run { scenario, took, cost, verdict: outcome.verdict };
        run.report(&server, context, self.figures(products, &told, took, outcome.raises))
    }

    fn kind(&self) -> Kind {
        if self.in_flight == 1 { Kind::Firm } else { Kind::Maximum }
    }

    async fn preload(
        &self,
        stage: &Stage<'_>,
        stands: &[Arc<Stand>],
        told: &mut [Told],
    ) -> Result<(), CliError> {
        stage.note(&format!("{} bids are put into each log", self.preload));
        for stand in stands {
            let mut there = told.iter_mut().filter(|told| Arc::ptr_eq(&told.stand, stand));
            let (Some(leader), Some(rival)) = (there.next(), there.next()) else {
                let why = "--preload takes two bidders on each product";
                return Err(CliError::Usage(why.to_owned()));
            };
            let clients = [&leader.client, &rival.client];
            [leader.before, rival.before] = preload::bids(clients, stand, self.preload).await?;
        }
        Ok(())
    }

    async fn race(&self, stage: &Stage<'_>, told: &mut [Told]) -> Result<Duration, CliError> {
        let stop = Arc::new(AtomicBool::new(false));
        let accepted = Arc::new(AtomicUsize::new(0));
        let mut bidders = Vec::with_capacity(told.len());
        for Told { client, stand, .. } in told.iter() {
            let (stand, accepted) = (Arc::clone(stand), Arc::clone(&accepted));
            let socket = socket::connect(client, stand.product_id, None).await?;
            bidders.push(Bidder { socket, stand, kind: self.kind(), accepted });
        }
        stage.note(&format!("they bid for {:?}", self.duration));
        let begun = clock::now();
        let mut races = JoinSet::new();
        for (number, mut bidder) in bidders.into_iter().enumerate() {
            let (stop, in_flight) = (Arc::clone(&stop), self.in_flight);
            races.spawn(async move {
                if in_flight == 1 {
                    return (number, bidder.one_at_a_time(stop).await);
                }
                let stand = Arc::clone(&bidder.stand);
                let next = move || (!stop.load(Relaxed)).then(|| stand.next(Kind::Maximum));
                (number, bidder.many_in_flight(in_flight, next).await)
            });
        }
        let figures = || format!("{} accepted", accepted.load(Relaxed));
        stage.context.output.progress(self.duration, figures).await;
        stop.store(true, Relaxed);
        for (number, tally) in races.join_all().await {
            if let Some(told) = told.get_mut(number) {
                told.tally = tally;
            }
        }
        Ok(clock::now().saturating_duration_since(begun))
    }

    /// Reads the logs, and compares them with what the bidders were told.
    async fn judge(
        &self,
        stage: &Stage<'_>,
        stands: &[Arc<Stand>],
        told: &[Told],
    ) -> Result<Outcome, CliError> {
        stage.note("the logs are read");
        let mut outcome = Outcome::default();
        for stand in stands {
            let there = || told.iter().filter(|told| Arc::ptr_eq(&told.stand, stand));
            let mut is_repeated = true;
            if self.kind() == Kind::Maximum {
                for Told { client, stand, tally, .. } in there() {
                    is_repeated &=
                        verdict::is_repeated(client, stand, self.kind(), &tally.samples).await?;
                }
            }
            let log = Log::read(&stage.seller, stand.product_id).await?;
            let mut of_this = Outcome::of(&log, self.kind(), &told_of(there()));
            if !is_repeated {
                of_this.verdict.acknowledged_is_stored = Some(false);
            }
            outcome = outcome.and(of_this);
        }
        Ok(outcome)
    }

    fn figures(&self, products: usize, told: &[Told], took: Duration, raises: usize) -> Figures {
        let ends = Ends::of(told.iter().map(|told| &told.tally));
        let times = told.iter().flat_map(|told| &told.tally.accepted).map(|bid| bid.took);
        Figures {
            bidders: told.len(),
            products,
            kind: self.kind().word(),
            in_flight: self.in_flight,
            preload: self.preload,
            ends,
            accepted_per_second: figures::per_second(ends.accepted, took),
            raises,
            times: Spread::of(times),
        }
    }
}

/// What each was told of all his bids.
fn told_of<'a>(told: impl Iterator<Item = &'a Told>) -> Vec<Vec<&'a Tally>> {
    told.map(|told| vec![&told.before, &told.tally]).collect()
}
