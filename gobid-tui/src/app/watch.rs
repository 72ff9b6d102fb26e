//! One auction that is watched: what is known of it, and what its watcher is about to do.

use std::collections::VecDeque;
use std::time::Duration;

use gobid_api::bids::BidRow;
use gobid_api::client::safe_text;
use gobid_api::live::{AuctionEvent, EventKind, Snapshot, Update, You};
use gobid_api::products::YourStatus;
use gobid_api::{Amount, ProductId, Timestamp};

use super::amount::AmountField;
use super::dialog::{Dialog, Seen};
use super::identity::Identity;
use super::line::Line;
use super::log::{Log, Tone};
use super::outcome::Attempts;
use super::product::{self, Bid, Phase, Product, Standing, Unreadable};
use super::{Moment, Note, Scroll};
use crate::money;

/// So many bids are kept.
const MOST_BIDS: usize = 500;

/// An auction that is watched.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Which.
    pub product_id: ProductId,
    /// What is known of it; `None` before the first snapshot.
    pub product: Option<Product>,
    /// The newest bids, newest first.
    pub bids: VecDeque<Bid>,
    /// How many there ever were.
    bids_seen: usize,
    /// The server's time of the last frame that told it, and when that came.
    server_time: Option<(Duration, Timestamp)>,
    /// How many sockets watch it.
    pub watchers: usize,
    /// The number of the last event.
    pub seq: i64,
    /// How the bidder stands, as the server last said.
    pub you: Option<You>,
    /// What happened.
    pub log: Log,
    /// The connection.
    pub line: Line,
    /// The amount that is about to be bid.
    pub field: AmountField,
    /// The bid that waits for `y`.
    pub dialog: Option<Dialog>,
    /// The bids that were sent and are not settled.
    pub attempts: Attempts,
    /// What is to be told.
    pub note: Option<Note>,
    /// Why the last frame could not be read.
    pub fault: Option<Unreadable>,
}

/// What the auction is to whoever looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// One who has not bid.
    Watcher,
    /// Who sells.
    Seller,
    /// Who would win now.
    Leader,
    /// Who has bid and does not lead.
    Outbid,
    /// Who won.
    Winner,
    /// Who has bid and did not win.
    Loser,
}

impl Watch {
    /// An auction of which nothing is known yet.
    pub fn new(product_id: ProductId) -> Self {
        Self {
            product_id,
            product: None,
            bids: VecDeque::new(),
            bids_seen: 0,
            server_time: None,
            watchers: 0,
            seq: 0,
            you: None,
            log: Log::default(),
            line: Line::default(),
            field: AmountField::default(),
            dialog: None,
            attempts: Attempts::default(),
            note: None,
            fault: None,
        }
    }

    /// What the auction is to this user.
    pub fn role(&self, identity: &Identity) -> Role {
        let (Some(product), Some(user)) = (&self.product, identity.user()) else {
            return Role::Watcher;
        };
        if product.seller_id == user.user_id {
            return Role::Seller;
        }
        let standing = &product.standing;
        let has_bid = self.you.as_ref().is_some_and(|you| you.status != YourStatus::None);
        match standing.phase {
            Phase::Open | Phase::Scheduled if self.is_me(standing.leader.as_deref(), identity) => {
                Role::Leader
            }
            Phase::Open if has_bid => Role::Outbid,
            Phase::Sold if self.is_me(product.winner.as_deref(), identity) => Role::Winner,
            Phase::Sold | Phase::Unsold if has_bid => Role::Loser,
            _ => Role::Watcher,
        }
    }

    /// Whether a bidder's public name is this user's.
    pub fn is_me(&self, bidder: Option<&str>, identity: &Identity) -> bool {
        let Some(bidder) = bidder else { return false };
        let alias = self.you.as_ref().and_then(|you| you.alias.as_deref());
        let is_anonymous = self.product.as_ref().is_none_or(|it| it.is_anonymous);
        let user_name = || identity.user().map(|user| user.user_name.as_str());
        let mine = alias.or_else(|| user_name().filter(|_| !is_anonymous));
        mine == Some(bidder)
    }

    /// How many bids and lines of the log there ever were.
    pub(super) const fn counts(&self) -> Scroll {
        Scroll { bids: self.bids_seen, events: self.log.written() }
    }

    /// Takes note of the server's time in a frame.
    pub(super) const fn hear_time(&mut self, server_time: Timestamp, since_start: Duration) {
        self.server_time = Some((since_start, server_time));
    }

    /// The moment with the server's time as the last frame told it, while no ping has measured it:
    /// the machine's own time of day may be wrong.
    pub(super) fn reckon(&self, now: Moment) -> Moment {
        match self.server_time {
            Some((heard, told)) if now.uncertainty.is_none() => {
                let since = now.since_start.saturating_sub(heard);
                Moment { server_time: told.plus(since), ..now }
            }
            _ => now,
        }
    }

    /// Whether the end has passed and the server has not yet said what came of it.
    pub fn is_closing(&self, now: &Moment) -> bool {
        self.product.as_ref().is_some_and(|product| {
            product.standing.phase == Phase::Open && now.server_time >= product.standing.end
        })
    }

    /// Whether the start has passed and the server has not yet said that it is open.
    pub fn is_opening(&self, now: &Moment) -> bool {
        self.product.as_ref().is_some_and(|product| {
            product.standing.phase == Phase::Scheduled && now.server_time >= product.start
        })
    }

    /// Price and end: what must not move unnoticed.
    pub fn seen(&self) -> Option<Seen> {
        let standing = &self.product.as_ref()?.standing;
        Some(Seen { price: standing.price, end: standing.end })
    }

    /// The whole state came. The first one begins the log.
    pub fn take_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), Unreadable> {
        let product = Product::read(&snapshot.product)?;
        let bids = snapshot.bids.iter();
        let bids = bids.map(|row| Bid::read(row, product.currency));
        self.bids = bids.collect::<Result<_, _>>()?;
        if self.product.is_none() {
            for bid in self.bids.iter().rev() {
                let amount = money::with_sign(bid.amount, product.currency);
                let text = format!("bid {amount}");
                self.log.add_of(&bid.bidder, bid.at, Tone::Plain, text);
            }
        }
        if self.product.is_some() && snapshot.reset {
            let text = format!("read anew at event {}", snapshot.seq);
            self.log.add(snapshot.server_time, Tone::Plain, text);
        }
        self.seq = snapshot.seq;
        self.watchers = snapshot.watchers;
        self.product = Some(product);
        Ok(())
    }

    /// Events came.
    pub fn take_update(&mut self, update: &Update, identity: &Identity) -> Result<(), Unreadable> {
        let Some(currency) = self.product.as_ref().map(|product| product.currency) else {
            return Ok(());
        };
        if update.skipped > 0 {
            let text = format!("{} events left out: too many at once", update.skipped);
            self.log.add(update.server_time, Tone::Plain, text);
        }
        for event in &update.events {
            self.take_event(event, identity)?;
        }
        let standing = Standing::read(&update.product, currency)?;
        self.seq = self.seq.max(update.seq);
        if let Some(product) = &mut self.product {
            product.standing = standing;
            product.settle_outcome();
        }
        Ok(())
    }

    /// The server says how the bidder stands.
    pub fn take_you(&mut self, you: &You) {
        self.you = Some(You { alias: you.alias.as_deref().map(safe_text), ..you.clone() });
    }

    fn take_event(&mut self, event: &AuctionEvent, identity: &Identity) -> Result<(), Unreadable> {
        match &event.kind {
            EventKind::AuctionOpened => self.log.add(event.at, Tone::Plain, "bidding opened"),
            EventKind::BidPlaced { bids, leader, extended, auction_end, .. } => {
                let led = self.role(identity) == Role::Leader;
                let leads = self.is_me(leader.as_deref(), identity);
                for row in bids {
                    self.take_bid(row, led && !leads, identity)?;
                }
                if let Some(product) = &mut self.product {
                    product.standing.leader = leader.as_deref().map(safe_text);
                    product.standing.end = *auction_end;
                }
                if *extended {
                    let text = "a late bid moved the end";
                    self.log.add(event.at, Tone::Warning, text);
                }
            }
            EventKind::AuctionClosed { winner, hammer_price, reason, outcome } => {
                let Some(product) = &mut self.product else {
                    return Ok(());
                };
                product.standing.phase = outcome.parse()?;
                product.winner = winner.as_deref().map(safe_text);
                product.hammer_price = product::optional(*hammer_price, product.currency)?;
                product.reason = reason.as_deref().map(safe_text);
                let text = crate::words::outcome(self, identity);
                let tone = match self.role(identity) {
                    Role::Winner => Tone::Good,
                    Role::Loser => Tone::Bad,
                    _ => Tone::Plain,
                };
                self.log.add(event.at, tone, text);
            }
            EventKind::Unknown => {}
        }
        Ok(())
    }

    fn take_bid(
        &mut self,
        row: &BidRow,
        outbids_me: bool,
        identity: &Identity,
    ) -> Result<(), Unreadable> {
        let Some(product) = &self.product else {
            return Ok(());
        };
        let bid = Bid::read(row, product.currency)?;
        let amount = money::with_sign(bid.amount, product.currency);
        if self.is_me(Some(&bid.bidder), identity) {
            let text = format!("you bid {amount}");
            self.log.add_own_bid(bid.at, bid.id, &text, None);
        } else {
            let how = if bid.automatic { " (automatic)" } else { "" };
            let (tone, effect) =
                if outbids_me { (Tone::Bad, " — you were outbid") } else { (Tone::Plain, "") };
            let text = format!("bid {amount}{how}{effect}");
            self.log.add_of(&bid.bidder, bid.at, tone, text);
        }
        self.bids.push_front(bid);
        self.bids.truncate(MOST_BIDS);
        self.bids_seen += 1;
        Ok(())
    }

    /// The lowest bid that would be accepted now, as far as is known.
    pub fn minimum(&self) -> Option<Amount> {
        self.product.as_ref()?.standing.minimum
    }
}
