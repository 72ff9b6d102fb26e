//! Bidders who bid as fast as they are answered, each one bid at a time.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::support::actors::{User, now};
use crate::support::wait::{PATIENCE, soon};

use super::bid::{Bid, Reply, minor};
use super::sender::Sender;
use super::stage::BASEPRICE;

/// How long a bidder waits before he repeats a bid that the server could not judge.
const BACKOFF: Duration = Duration::from_millis(100);
/// How long the acceptances that a test waits for may take: faults included.
const SLOWEST: Duration = Duration::from_mins(1);

/// Bidders at work.
pub(super) struct Load {
    progress: watch::Receiver<Progress>,
    stop: watch::Sender<bool>,
    bidders: JoinSet<Vec<Bid>>,
}

/// What all bidders together have been told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    pub(super) accepted: u64,
    pub(super) refused: u64,
    pub(super) not_recorded: u64,
    pub(super) unknown: u64,
    pub(super) lost: u64,
    /// How long the slowest answer took.
    pub(super) slowest: Duration,
}

/// What the bidders on a product know of it.
#[derive(Clone, Debug)]
struct Market {
    minimum: i64,
    leader: Option<String>,
}

/// A bidder on one product.
struct Bidder {
    user: User,
    product_id: String,
    sender: Sender,
    market: watch::Sender<Market>,
    progress: watch::Sender<Progress>,
    stop: watch::Receiver<bool>,
}

impl Load {
    /// Every user bids on every product: the last one over REST, the others by socket.
    pub(super) fn start(products: &[String], users: &[User]) -> Self {
        let (progress, on_progress) = watch::channel(Progress::default());
        let (stop, on_stop) = watch::channel(false);
        let mut bidders = JoinSet::new();
        for product_id in products {
            let market = watch::Sender::new(Market { minimum: BASEPRICE, leader: None });
            for (number, user) in (1..).zip(users) {
                let by_rest = number == users.len();
                let bidder = Bidder {
                    user: user.clone(),
                    product_id: product_id.clone(),
                    sender: if by_rest { Sender::Rest } else { Sender::socket() },
                    market: market.clone(),
                    progress: progress.clone(),
                    stop: on_stop.clone(),
                };
                bidders.spawn(bidder.run());
            }
        }
        Self { progress: on_progress, stop, bidders }
    }

    /// Waits until so many more bids have been accepted.
    pub(super) async fn accept_more(&mut self, count: u64) {
        let until = self.progress().accepted + count;
        self.wait_for("more acceptances", |progress| progress.accepted >= until).await;
    }

    /// Waits until the bidders have been told enough.
    pub(super) async fn wait_for(&mut self, what: &str, enough: impl Fn(&Progress) -> bool) {
        let coming = self.progress.wait_for(enough);
        soon(what, SLOWEST, coming).await.expect("the bidders are at work");
    }

    pub(super) fn progress(&self) -> Progress {
        *self.progress.borrow()
    }

    /// Lets every bidder find out what became of his last bid, and gives all bids there were.
    pub(super) async fn stop(mut self) -> Vec<Bid> {
        self.stop.send_replace(true);
        let mut bids = Vec::new();
        let stopping = async {
            while let Some(of_one) = self.bidders.join_next().await {
                bids.extend(of_one.unwrap());
            }
        };
        soon("the bidders to stop", 2 * PATIENCE, stopping).await;
        eprintln!("{} bids: {:?}", bids.len(), self.progress());
        bids
    }
}

impl Bidder {
    async fn run(mut self) -> Vec<Bid> {
        let mut bids = Vec::new();
        while let Some(offer) = self.next_offer().await {
            let mut bid = Bid::new(&self.user, &self.product_id, offer);
            self.place(&mut bid).await;
            bids.push(bid);
        }
        bids
    }

    /// What to offer, once somebody else may lead; nothing when it is time to stop.
    async fn next_offer(&mut self) -> Option<i64> {
        let mut market = self.market.subscribe();
        let free = market.wait_for(|market| market.leader.as_ref() != Some(&self.user.id));
        tokio::select! {
            biased;
            _ = self.stop.wait_for(|stop| *stop) => None,
            market = free => Some(market.unwrap().minimum),
        }
    }

    /// Sends copies of the bid, one at a time, until one is answered by a judgement.
    async fn place(&mut self, bid: &mut Bid) {
        loop {
            let sent = now();
            let reply = self.sender.send(bid).await;
            self.note(&reply, now().since(sent));
            match reply {
                Reply::Accepted(_) | Reply::Refused { .. } => return,
                Reply::NotRecorded | Reply::Unknown | Reply::Lost => {
                    tokio::time::sleep(BACKOFF).await;
                }
            }
        }
    }

    fn note(&self, reply: &Reply, took: Duration) {
        self.progress.send_modify(|progress| {
            progress.slowest = progress.slowest.max(took);
            let count = match reply {
                Reply::Accepted(_) => &mut progress.accepted,
                Reply::Refused { .. } => &mut progress.refused,
                Reply::NotRecorded => &mut progress.not_recorded,
                Reply::Unknown => &mut progress.unknown,
                Reply::Lost => &mut progress.lost,
            };
            *count += 1;
        });
        self.market.send_if_modified(|market| market.hear(reply, &self.user.id));
    }
}

impl Market {
    /// Takes in what a bidder was told; says whether that was news.
    fn hear(&mut self, reply: &Reply, bidder: &str) -> bool {
        let (minimum, leader) = match reply {
            Reply::Accepted(result) => (minor(&result["minimum_next_bid"]), Some(bidder)),
            Reply::Refused { facts, .. } if facts["code"] == "already_leading" => {
                (Some(self.minimum), Some(bidder))
            }
            Reply::Refused { facts, .. } => (minor(&facts["minimum_next_bid"]), None),
            Reply::NotRecorded | Reply::Unknown | Reply::Lost => return false,
        };
        let Some(minimum) = minimum else { return false };
        let is_news = minimum > self.minimum || (minimum == self.minimum && leader.is_some());
        if is_news {
            (self.minimum, self.leader) = (minimum, leader.map(str::to_owned));
        }
        is_news
    }
}
