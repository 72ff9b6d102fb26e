//! Bids on a schedule: each is sent when it is due, whatever became of those before it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use gobid_api::client::Client;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;

use super::bidder::{Bidder, PATIENCE, Pending, Tally};
use super::socket::{self, Kind, Socket};
use super::stage::Stand;
use super::watcher::locked;
use crate::clock;
use crate::error::CliError;

/// How often it is looked whether the last answers have come.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// When the bids of all bidders together are due: so many a second, in turn.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) begin: Instant,
    pub(super) rate: u32,
    pub(super) duration: Duration,
    pub(super) bidders: u32,
    /// From when a time counts: from when the bid was due, or from when it was sent.
    pub(super) counts_from_due: bool,
    /// Bids that were refused and are made good by another bidder, when they shall be.
    pub(super) owed: Option<Arc<AtomicUsize>>,
}

/// A bidder's side of the schedule while it runs.
struct Turns {
    schedule: Schedule,
    stand: Arc<Stand>,
    kind: Kind,
    state: Mutex<(Tally, Pending)>,
    accepted: Arc<AtomicUsize>,
}

/// Lets bidders bid on their products on a schedule, and waits for the end of it; each has a
/// socket of his own.
pub(super) async fn run(
    bidders: &[(Client, Arc<Stand>)],
    kind: Kind,
    schedule: impl FnOnce() -> Schedule,
    accepted: &Arc<AtomicUsize>,
) -> Result<JoinSet<(usize, Tally)>, CliError> {
    let mut sockets = Vec::with_capacity(bidders.len());
    for (client, stand) in bidders {
        let socket = socket::connect(client, stand.product_id, None).await?;
        let (stand, accepted) = (Arc::clone(stand), Arc::clone(accepted));
        sockets.push(Bidder { socket, stand, kind, accepted });
    }
    let schedule = schedule();
    let mut tasks = JoinSet::new();
    for (number, bidder) in sockets.into_iter().enumerate() {
        let turns = bidder.on_schedule(schedule.clone(), u32::try_from(number).unwrap_or(u32::MAX));
        tasks.spawn(async move { (number, turns.await) });
    }
    Ok(tasks)
}

/// What became of the bids, in the order of the bidders.
pub(super) async fn tallies(tasks: JoinSet<(usize, Tally)>) -> Vec<Tally> {
    let mut tallies = tasks.join_all().await;
    tallies.sort_unstable_by_key(|(number, _)| *number);
    tallies.into_iter().map(|(_, tally)| tally).collect()
}

impl Schedule {
    /// When the bid of a number is due, and whether there is one. Half-way to a bidder's next turn
    /// is a moment for what is owed.
    fn due(&self, turn: u32, is_half_way: bool) -> Option<Instant> {
        let halves = turn.saturating_mul(2).saturating_add(u32::from(is_half_way) * self.bidders);
        let after = Duration::from_millis(500) * halves / self.rate.max(1);
        (after < self.duration).then(|| self.begin + after)
    }

    /// How many bids there are.
    pub(super) fn offered(&self) -> usize {
        let count = self.duration.as_millis().saturating_mul(u128::from(self.rate)).div_ceil(1000);
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    fn takes_owed(&self) -> bool {
        let take = |owed: usize| owed.checked_sub(1);
        self.owed.as_ref().is_some_and(|owed| owed.fetch_update(Relaxed, Relaxed, take).is_ok())
    }
}

impl Bidder {
    /// Bids when it is the turn of the bidder of this number, from 0.
    async fn on_schedule(self, schedule: Schedule, number: u32) -> Tally {
        let Self { socket, stand, kind, accepted } = self;
        let (sink, stream) = socket.split();
        let turns = Turns { schedule, stand, kind, state: Mutex::default(), accepted };
        tokio::select! {
            () = turns.write(sink, number) => {}
            () = turns.read(stream) => {}
        }
        let (mut tally, pending) = turns.state.into_inner().unwrap_or_default();
        tally.open += pending.len();
        tally
    }
}

impl Turns {
    /// Sends what is due, and waits until all was answered.
    async fn write(&self, mut sink: SplitSink<Socket, Message>, number: u32) {
        let (mut turn, mut is_half_way) = (number, false);
        while let Some(due) = self.schedule.due(turn, is_half_way) {
            if due > clock::now() {
                if sink.flush().await.is_err() {
                    return;
                }
                tokio::time::sleep_until(due.into()).await;
            }
            if !is_half_way || self.schedule.takes_owed() {
                let cents = self.stand.next(self.kind);
                let from = self.schedule.counts_from_due.then_some(due);
                locked(&self.state).1.add(cents, clock::now(), from);
                if sink.feed(socket::bid(self.kind, cents)).await.is_err() {
                    return;
                }
            }
            is_half_way = self.schedule.owed.is_some() && !is_half_way;
            if !is_half_way {
                turn = turn.saturating_add(self.schedule.bidders);
            }
        }
        if sink.flush().await.is_err() {
            return;
        }
        let until = clock::now() + PATIENCE;
        while locked(&self.state).1.len() > 0 && clock::now() < until {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn read(&self, mut stream: SplitStream<Socket>) {
        while let Some(Ok(message)) = stream.next().await {
            if let Message::Text(text) = message
                && socket::is_answer(&text)
            {
                let (tally, pending) = &mut *locked(&self.state);
                let refused = tally.refused;
                tally.take(pending, &text, &self.accepted);
                if let Some(owed) = self.schedule.owed.as_ref().filter(|_| tally.refused > refused)
                {
                    owed.fetch_add(1, Relaxed);
                }
            }
        }
    }
}
