//! What the server tells of an auction: its whole state, and its events.

use gobid_api::Timestamp;
use gobid_api::client::safe_text;
use gobid_api::live::{AuctionEvent, EventKind, SealedBidRow, Snapshot, Update, You};
use jiff::tz::TimeZone;

use super::identity::Identity;
use super::log::Tone;
use super::product::{self, Product, Unreadable};
use super::standing::{Bid, Phase, Standing};
use super::watch::{Role, Watch};
use crate::countdown;
use crate::keys::Keymap;
use crate::words::{self, Means};

/// Who is looking, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Onlooker<'a> {
    /// Who.
    pub(super) identity: &'a Identity,
    /// The time zone of all times shown.
    pub(super) zone: &'a TimeZone,
    /// How the program is told what to do.
    pub(super) means: Means,
    /// Which keys do what.
    pub(super) keys: &'a Keymap,
}

impl Watch {
    /// The whole state came. The first one begins the log.
    pub(super) fn take_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Unreadable> {
        let product = Product::read(&snapshot.product)?;
        let bids = snapshot.bids.iter();
        let bids = bids.map(|row| Bid::read(row, product.currency));
        self.bids = bids.collect::<Result<_, _>>()?;
        if product.format.is_sealed() {
            let bids = self.bids.make_contiguous();
            bids.sort_by_key(|bid| (std::cmp::Reverse(bid.amount), bid.at));
        } else if self.product.is_none() {
            for bid in self.bids.iter().rev() {
                let text = words::bid(bid, &product);
                self.log.add_of(&bid.bidder, bid.at, Tone::Plain, text);
            }
        }
        if self.product.is_some() && snapshot.reset {
            let text = format!("read anew at event {}", snapshot.seq);
            self.log.add(snapshot.server_time, Tone::Plain, text);
        }
        self.seq = snapshot.seq;
        self.described_by = snapshot.seq;
        self.watchers = snapshot.watchers;
        self.product = Some(product);
        Ok(())
    }

    /// Events came.
    pub(super) fn take_update(
        &mut self,
        update: &Update,
        onlooker: Onlooker<'_>,
    ) -> Result<(), Unreadable> {
        let Some(product) = &self.product else {
            return Ok(());
        };
        let (currency, was_met) = (product.currency, product.standing.reserve_met);
        if update.skipped > 0 {
            let text = format!("{} events left out: too many at once", update.skipped);
            self.log.add(update.server_time, Tone::Plain, text);
            let first = update.events.first().map_or(update.seq + 1, |event| event.seq);
            self.gap.widen(first, update.skipped);
        }
        for event in &update.events {
            self.take_event(event, onlooker)?;
        }
        let standing = Standing::read(&update.product, currency)?;
        let is_told = |event: &AuctionEvent| matches!(event.kind, EventKind::ReserveChanged { .. });
        if !update.events.iter().any(is_told) {
            match (was_met, standing.reserve_met) {
                (Some(false), Some(true)) => {
                    self.log.add(update.server_time, Tone::Good, "reserve met");
                }
                (Some(true), Some(false)) => {
                    self.log.add(update.server_time, Tone::Warning, "reserve no longer met");
                }
                _ => {}
            }
        }
        self.seq = self.seq.max(update.seq);
        if let Some(product) = &mut self.product {
            product.standing = standing;
            product.settle_outcome();
        }
        Ok(())
    }

    /// The server says how the bidder stands.
    pub(super) fn take_you(&mut self, you: &You, at: Timestamp) {
        let had_offer = self.own_offer().is_some();
        self.you = Some(You { alias: you.alias.as_deref().map(safe_text), ..you.clone() });
        let is_secret = self.product.as_ref().is_some_and(Product::is_secret);
        if is_secret && had_offer && self.own_offer().is_none() {
            self.break_news(at, Tone::Bad, "an admin voided your sealed bid");
        }
    }

    fn take_event(
        &mut self,
        event: &AuctionEvent,
        onlooker: Onlooker<'_>,
    ) -> Result<(), Unreadable> {
        let at = event.at;
        match &event.kind {
            EventKind::AuctionOpened => self.log.add(at, Tone::Plain, "bidding opened"),
            EventKind::BidPlaced { bids, leader, current_price, extended, auction_end } => {
                self.take_bids(bids, leader.as_deref(), onlooker.identity)?;
                self.set_price(*current_price)?;
                self.move_end(*auction_end);
                if *extended {
                    let end = countdown::time_of_day(*auction_end, onlooker.zone);
                    let text = format!("extended to {end} by a late bid");
                    self.break_news(at, Tone::Warning, text);
                }
            }
            EventKind::ReserveChanged { reserve_met, current_price } => {
                self.turn(at, *current_price)?;
                let sealed = self.product.as_ref().is_some_and(|it| it.format.is_sealed());
                let text = words::reserve_changed(*reserve_met, sealed);
                self.break_news(at, Tone::Warning, text);
            }
            EventKind::DescriptionChanged { description, .. } => {
                self.describe(event.seq, description);
                let text = "the seller changed the description";
                let text = onlooker.means.advise(
                    text,
                    &onlooker.keys.text("<auction.details> shows it"),
                    "details shows it",
                );
                self.break_news(at, Tone::Warning, text);
            }
            EventKind::BidsVoided { bid_ids, reason, leader, current_price, .. } => {
                let (tone, text) = self.void(bid_ids, reason, onlooker.identity);
                self.turn(at, *current_price)?;
                if let Some(product) = &mut self.product {
                    product.standing.leader = leader.as_deref().map(safe_text);
                }
                self.break_news(at, tone, text);
            }
            EventKind::AuctionExtended { auction_end, reason } => {
                self.move_end(*auction_end);
                let end = countdown::time_of_day(*auction_end, onlooker.zone);
                let text = format!("extended to {end} by an admin: {}", safe_text(reason));
                self.break_news(at, Tone::Warning, text);
            }
            EventKind::AuctionCancelled { .. }
            | EventKind::AuctionClosed { .. }
            | EventKind::SaleAnnulled { .. } => self.take_end(event, onlooker.identity)?,
            EventKind::Unknown => {}
        }
        Ok(())
    }

    /// The auction ended, or what came of it was annulled.
    pub(super) fn take_end(
        &mut self,
        event: &AuctionEvent,
        identity: &Identity,
    ) -> Result<(), Unreadable> {
        let Some(product) = &mut self.product else {
            return Ok(());
        };
        match &event.kind {
            EventKind::AuctionClosed {
                outcome, winner, hammer_price, reason, sealed_bids, ..
            } => {
                product.standing.phase = outcome.parse()?;
                product.winner = winner.as_deref().map(safe_text);
                product.hammer_price = product::optional(*hammer_price, product.currency)?;
                product.reason = reason.as_deref().map(safe_text);
                if let Some(rows) = sealed_bids {
                    self.take_ranking(rows, event.at)?;
                }
            }
            EventKind::SaleAnnulled { reason } => {
                product.annulled = true;
                product.reason = Some(safe_text(reason));
            }
            EventKind::AuctionCancelled { reason } => {
                product.standing.phase = Phase::Cancelled;
                product.reason = Some(safe_text(reason));
            }
            _ => {}
        }
        let text = words::outcome(self, identity);
        let is_annulled = self.product.as_ref().is_some_and(|product| product.annulled);
        let tone = match self.role(identity) {
            Role::Winner if is_annulled => Tone::Bad,
            Role::Winner => Tone::Good,
            Role::Loser => Tone::Bad,
            _ => Tone::Plain,
        };
        self.log.add(event.at, tone, text);
        Ok(())
    }

    /// The amounts of a sealed auction, best first: they are public since its close.
    fn take_ranking(&mut self, rows: &[SealedBidRow], at: Timestamp) -> Result<(), Unreadable> {
        let Some(product) = &self.product else {
            return Ok(());
        };
        let rows = rows.iter().map(|row| {
            Ok(Bid {
                id: row.bid_id,
                seq: 0,
                at,
                bidder: safe_text(&row.bidder),
                amount: product::amount(row.amount, product.currency)?,
                automatic: false,
                voided: false,
            })
        });
        self.bids = rows.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// The seller describes it otherwise, unless he has again since.
    pub(super) fn describe(&mut self, seq: i64, description: &str) {
        if let Some(product) = self.product.as_mut().filter(|_| seq > self.described_by) {
            product.description = safe_text(description);
            self.described_by = seq;
        }
    }

    fn move_end(&mut self, end: Timestamp) {
        if let Some(product) = &mut self.product {
            product.standing.end = end;
        }
    }

    /// Something happened that nobody should overlook.
    pub(super) fn break_news(&mut self, at: Timestamp, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        self.log.add(at, tone, text.clone());
        self.news = Some((tone, text));
    }
}
