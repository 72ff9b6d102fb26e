//! Bids at a steady beat, whether those before have been answered or not: a lane that stands still
//! is seen by every bid of that time, and not by the one in flight alone.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};
use uuid::Uuid;

use crate::support::actors::User;
use crate::support::socket::{Closed, Socket};
use crate::support::wait::{PATIENCE, soon};

use super::super::bid::{Bid, Reply};
use super::super::sender::open;
use super::super::stage::{BASEPRICE, STEP};

/// Between two bids on one product.
const BEAT: Duration = Duration::from_millis(50);

/// When a bid was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Before,
    During,
    After,
    Over,
}

/// Two rivals who bid by turns on some products.
pub(super) struct Metronome {
    phase: watch::Sender<Phase>,
    answered: mpsc::Receiver<(Phase, Duration)>,
    took: BTreeMap<Phase, Vec<Duration>>,
    products: JoinSet<Vec<Bid>>,
}

/// One product.
struct Beat {
    sockets: [Socket; 2],
    rivals: [User; 2],
    product_id: String,
    phase: watch::Receiver<Phase>,
    answered: mpsc::Sender<(Phase, Duration)>,
    /// When they were due, and where they stand among the bids.
    unanswered: HashMap<Uuid, (Phase, Instant, usize)>,
    bids: Vec<Bid>,
}

impl Metronome {
    pub(super) async fn start(rivals: &[User; 2], products: &[String]) -> Self {
        let (phase, on_phase) = watch::channel(Phase::Before);
        let (on_answered, answered) = mpsc::channel(1024);
        let mut beats = JoinSet::new();
        for product_id in products {
            let [one, other] = rivals;
            let beat = Beat {
                sockets: [open(one, product_id).await, open(other, product_id).await],
                rivals: rivals.clone(),
                product_id: product_id.clone(),
                phase: on_phase.clone(),
                answered: on_answered.clone(),
                unanswered: HashMap::new(),
                bids: Vec::new(),
            };
            beats.spawn(beat.run());
        }
        Self { phase, answered, took: BTreeMap::new(), products: beats }
    }

    /// From now on bids are due in that phase.
    pub(super) fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Waits until so many bids have been answered that were due in that phase.
    pub(super) async fn answered(&mut self, phase: Phase, count: usize) {
        let coming = async {
            while self.took.get(&phase).is_none_or(|took| took.len() < count) {
                let (phase, took) = self.answered.recv().await.expect("the bidders are at work");
                self.took.entry(phase).or_default().push(took);
            }
        };
        soon("answers to bids", 2 * PATIENCE, coming).await;
    }

    /// Gives all bids, and for each phase how long at least the slowest hundredth took.
    pub(super) async fn stop(mut self) -> (Vec<Bid>, BTreeMap<Phase, Duration>) {
        self.enter(Phase::Over);
        let stopping = async {
            let mut bids = Vec::new();
            loop {
                tokio::select! {
                    Some((phase, took)) = self.answered.recv() => {
                        self.took.entry(phase).or_default().push(took);
                    }
                    of_one = self.products.join_next() => match of_one {
                        Some(of_one) => bids.extend(of_one.unwrap()),
                        None => return bids,
                    },
                }
            }
        };
        let bids = soon("the bidders to stop", PATIENCE, stopping).await;
        (bids, self.took.into_iter().map(|(phase, took)| (phase, slowest(took))).collect())
    }
}

impl Beat {
    async fn run(mut self) -> Vec<Bid> {
        let mut beats = interval(BEAT);
        loop {
            let [one, other] = &mut self.sockets;
            let is_over = *self.phase.borrow() == Phase::Over;
            if is_over && self.unanswered.is_empty() {
                return self.bids;
            }
            tokio::select! {
                due = beats.tick(), if !is_over => self.send(due).await,
                answer = answer(one) => self.note(answer).await,
                answer = answer(other) => self.note(answer).await,
            }
        }
    }

    async fn send(&mut self, due: Instant) {
        let number = self.bids.len();
        let offer = BASEPRICE + STEP * i64::try_from(number).unwrap();
        let bid = Bid::new(&self.rivals[number % 2], &self.product_id, offer);
        self.sockets[number % 2].send(&bid.frame()).await.unwrap();
        self.unanswered.insert(bid.request_id, (*self.phase.borrow(), due, number));
        self.bids.push(bid);
    }

    async fn note(&mut self, answer: Result<Value, Closed>) {
        let answer = answer.unwrap();
        let request_id = answer["request_id"].as_str().unwrap().parse().unwrap();
        let (phase, due, number) = self.unanswered.remove(&request_id).unwrap();
        self.bids[number].replies.push(Reply::of_frame(answer));
        self.answered.send((phase, due.elapsed())).await.expect("somebody counts");
    }
}

async fn answer(socket: &mut Socket) -> Result<Value, Closed> {
    socket.take("an answer", |frame| frame["request_id"].is_string()).await
}

fn slowest(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took[(took.len() - 1) * 99 / 100]
}
