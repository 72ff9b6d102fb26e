//! The fair of the demo: at each of its places one auction after the other, and the bots that bid
//! in it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use gobid_auction::{Amount, Offer, ProductId, Timestamp, UserId};
use gobid_store::Product;
use uuid::Uuid;

use super::bot::{self, Move, Seen, Strategy};
use super::lots::{LOTS, Lot};
use crate::app::AppState;
use crate::http::products::put_up;
use crate::hub::{Answer, Caller, PlaceBid};

/// How long auctions last, in seconds: the first of all is there to be watched.
const FIRST_SECONDS: u64 = 600;
const SECONDS: (u64, u64) = (90, 420);
/// How many bots come to an auction: one of each strategy.
const VISITORS: usize = Strategy::ALL.len();
/// How lucky a lot finds a bot, from 0 to 100: enough that somebody who comes by is outbid.
const LUCK: (u64, u64) = (30, 100);
/// How long a place is empty after an auction, in milliseconds.
const EMPTY_MILLIS: (u64, u64) = (2_000, 6_000);
/// How often it is looked whether an auction is over, in milliseconds.
const LOOK_MILLIS: (u64, u64) = (1_000, 1_500);

/// The fair.
pub(super) struct Fair {
    app: AppState,
    seller: UserId,
    bots: Vec<Caller>,
}

impl Fair {
    pub(super) const fn new(app: AppState, seller: UserId, bots: Vec<Caller>) -> Self {
        Self { app, seller, bots }
    }

    /// Puts the first product up at a place; others follow.
    pub(super) async fn open(self: &Arc<Self>, place: usize) -> anyhow::Result<ProductId> {
        let seconds = if place == 0 { FIRST_SECONDS } else { between(SECONDS) };
        let length = Duration::from_secs(seconds);
        let product_id = self.put_up(lot(place), length).await?;
        let (fair, stop) = (Arc::clone(self), self.app.tasks.token().clone());
        let going_on = async move { fair.go_on(place, product_id).await };
        self.app.tasks.spawn(async move { stop.run_until_cancelled(going_on).await });
        Ok(product_id)
    }

    async fn put_up(self: &Arc<Self>, lot: Lot, length: Duration) -> anyhow::Result<ProductId> {
        let now = self.app.clock.now();
        let product = lot.product(now, length);
        let created = put_up(&self.app, self.seller, &product).await;
        let (_, product_id) = created.map_err(|why| anyhow!("a product is not put up: {why:?}"))?;
        self.invite(product_id, lot, length);
        Ok(product_id)
    }

    /// As one auction ends, another begins.
    async fn go_on(self: Arc<Self>, place: usize, mut product_id: ProductId) {
        let mut next = place;
        loop {
            self.wait_for_end(product_id).await;
            rest(EMPTY_MILLIS).await;
            next += super::STALLS;
            let length = Duration::from_secs(between(SECONDS));
            match self.put_up(lot(next), length).await {
                Ok(id) => product_id = id,
                Err(why) => tracing::warn!(error = ?why, "a place of the demo stays empty"),
            }
        }
    }

    async fn wait_for_end(&self, product_id: ProductId) {
        loop {
            rest(LOOK_MILLIS).await;
            match self.app.database.product(product_id).await {
                Ok(Some(product)) if !product.auction.state.status.is_over() => {}
                Ok(_) => return,
                Err(why) => tracing::warn!(error = ?why, "a product of the demo was not read"),
            }
        }
    }

    /// Some bots come to an auction, each with its own idea of what it is worth.
    fn invite(self: &Arc<Self>, product_id: ProductId, lot: Lot, length: Duration) {
        let count = u64::try_from(self.bots.len()).unwrap_or(1);
        let first = usize::try_from(between((0, count))).unwrap_or_default();
        let bots = self.bots.iter().cycle().skip(first).take(VISITORS);
        for (caller, strategy) in bots.zip(Strategy::ALL) {
            let luck = u32::try_from(between(LUCK)).unwrap_or_default();
            let Some(limit) = Amount::new(lot.worth(luck)) else { continue };
            let visit = Visit { fair: Arc::clone(self), caller: *caller, product_id, length };
            let stop = self.app.tasks.token().clone();
            self.app.tasks.spawn(async move {
                stop.run_until_cancelled(visit.run(strategy, limit)).await;
            });
        }
    }
}

/// A bot at an auction.
struct Visit {
    fair: Arc<Fair>,
    caller: Caller,
    product_id: ProductId,
    length: Duration,
}

impl Visit {
    async fn run(self, strategy: Strategy, limit: Amount) {
        rest((1_000, 15_000)).await;
        let mut has_bid = false;
        while let Some((product, seen)) = self.look(has_bid).await {
            let next = bot::next(strategy, limit, &seen);
            let decimal = |amount: Amount| amount.to_decimal(product.auction.terms.currency);
            let offer = match next {
                Move::Look(least, most) => {
                    rest((least, most)).await;
                    continue;
                }
                Move::Firm(amount) => Offer::Firm(decimal(amount)),
                Move::Maximum(amount) => Offer::Maximum(decimal(amount)),
                Move::Leave => return,
            };
            has_bid |= self.bid(offer).await;
            rest(strategy.pause()).await;
        }
    }

    /// What there is to see; nothing when the auction is over.
    async fn look(&self, has_bid: bool) -> Option<(Product, Seen)> {
        let app = &self.fair.app;
        let product = app.database.product(self.product_id).await.ok()??;
        let now: Timestamp = app.clock.now();
        let auction = &product.auction;
        if auction.state.status.is_over() || now >= auction.state.auction_end {
            return None;
        }
        let seen = Seen {
            format: auction.terms.format,
            length: self.length,
            left: auction.state.auction_end.since(now),
            minimum: auction.minimum_next_bid_at(now),
            leads: auction.state.leader == Some(self.caller.user_id),
            has_bid,
        };
        Some((product, seen))
    }

    /// Bids, and says whether that was accepted.
    async fn bid(&self, offer: Offer) -> bool {
        let Ok(ticket) = self.fair.app.hub.stamp(self.product_id) else { return false };
        let request_id = Uuid::new_v4();
        let bid = PlaceBid { request_id, offer, expected_price: None, not_after: None };
        let answer = self.fair.app.hub.place(ticket, self.caller, bid).await;
        matches!(answer, Answer::Accepted { .. })
    }
}

fn lot(number: usize) -> Lot {
    let [first, ..] = LOTS;
    LOTS.iter().copied().cycle().nth(number % LOTS.len()).unwrap_or(first)
}

/// Some number between two.
fn between((least, most): (u64, u64)) -> u64 {
    rand::random_range(least..most)
}

async fn rest(millis: (u64, u64)) {
    tokio::time::sleep(Duration::from_millis(between(millis))).await;
}
