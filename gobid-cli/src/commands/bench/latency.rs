//! One bid at a time on a server that has nothing else to do: how long until it is answered.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde::Serialize;
use tokio::time::timeout;

use super::bidder::{Ends, PATIENCE, Pending, Tally};
use super::figures::{MicroSpread, Spread};
use super::log::Log;
use super::preload;
use super::report::Run;
use super::server::{Server, ServerArgs};
use super::socket::{self, Kind, Socket};
use super::stage::{Stage, Stand};
use super::verdict::Outcome;
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;
use crate::moment;

/// For how long, and on what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// For how long
    #[arg(long, default_value = "10s", value_parser = moment::parse_span)]
    duration: Duration,
    /// How many other products are open
    #[arg(long, default_value_t = 0)]
    open: usize,
    /// How many bids the product's log holds before
    #[arg(long, default_value_t = 0)]
    preload: usize,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Debug, Serialize)]
struct Figures {
    open_products: usize,
    preload: usize,
    #[serde(flatten)]
    ends: Ends,
    /// From before a bid was sent to after its answer came.
    #[serde(flatten)]
    times: Spread,
    #[serde(flatten)]
    micros: MicroSpread,
}

impl Args {
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let server = Server::start(&self.server, context).await?;
        let stage = Stage::new(&server, context).await?;
        let clients = stage.bidders(2).await?;
        let stands = stage.stands(1).await?;
        let (Some(stand), [one, two]) = (stands.first(), &*clients) else { return Ok(()) };
        if self.open > 0 {
            stage.note(&format!("{} other products are made", self.open));
            stage.stands(self.open).await?;
        }
        let mut before = [Tally::default(), Tally::default()];
        if self.preload > 0 {
            stage.note(&format!("{} bids are put into the log", self.preload));
            before = preload::bids([one, two], stand, self.preload).await?;
        }
        let mut sockets = [
            socket::connect(one, stand.product_id, None).await?,
            socket::connect(two, stand.product_id, None).await?,
        ];
        let cost = server.cost();
        stage.note(&format!("they bid in turn for {:?}", self.duration));
        let begun = clock::now();
        let bids = self.bid(stand, &mut sockets);
        let nothing = || String::from("one bid at a time");
        let (tallies, ()) = tokio::join!(bids, context.output.progress(self.duration, nothing));
        let took = clock::now().saturating_duration_since(begun);
        let cost = server.cost().zip(cost).map(|(after, before)| after.since(before));
        let log = Log::read(&stage.seller, stand.product_id).await?;
        let told = before.iter().zip(&tallies).map(|(before, tally)| vec![before, tally]);
        let verdict = Outcome::of(&log, Kind::Firm, &told.collect::<Vec<_>>()).verdict;
        let times = || tallies.iter().flat_map(|tally| &tally.accepted).map(|bid| bid.took);
        let figures = Figures {
            open_products: self.open + 1,
            preload: self.preload,
            ends: Ends::of(&tallies),
            times: Spread::of(times()),
            micros: MicroSpread::of(times()),
        };
        Run { scenario: "latency", took, cost, verdict }.report(&server, context, figures)
    }

    async fn bid(&self, stand: &Arc<Stand>, sockets: &mut [Socket; 2]) -> [Tally; 2] {
        let mut tallies = [Tally::default(), Tally::default()];
        let until = clock::now() + self.duration;
        while clock::now() < until {
            for (socket, tally) in sockets.iter_mut().zip(&mut tallies) {
                if one_bid(socket, stand, tally).await.is_none() {
                    tally.open += 1;
                    return tallies;
                }
            }
        }
        tallies
    }
}

/// Places a bid and waits for its answer; `None` when none comes.
async fn one_bid(socket: &mut Socket, stand: &Stand, tally: &mut Tally) -> Option<()> {
    // What others have done since is read before the clock runs.
    while let Some(message) = socket.next().now_or_never() {
        message?.ok()?;
    }
    let (cents, mut pending) = (stand.next(Kind::Firm), Pending::default());
    let bid = socket::bid(Kind::Firm, cents);
    pending.add(cents, clock::now(), None);
    socket.send(bid).await.ok()?;
    let answer = socket::next(socket, r#"{"type":"bid_"#);
    let text = timeout(PATIENCE, answer).await.ok()??;
    tally.take(&mut pending, &text, &AtomicUsize::new(0));
    Some(())
}
