//! One auction that is watched: what is known of it, and what its watcher is about to do.

use std::collections::VecDeque;
use std::time::Duration;

use gobid_api::live::You;
use gobid_api::products::YourStatus;
use gobid_api::{Amount, ProductId, Timestamp};
use gobid_auction::{Format, Offered};

use super::amount::AmountField;
use super::dialog::{Dialog, Seen};
use super::identity::Identity;
use super::line::Line;
use super::log::{Log, Tone};
use super::missed::Gap;
use super::notices::What;
use super::outcome::Attempts;
use super::product::{self, Product, Unreadable};
use super::sale::Sale;
use super::standing::{Bid, Phase};
use super::{Moment, Note, Scroll};

/// An auction that is watched.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Which; nil while none is watched.
    pub product_id: ProductId,
    /// Its number among the auctions that are watched, in the order in which they were opened.
    pub number: usize,
    /// How far each list is scrolled from its newest line.
    pub scroll: Scroll,
    /// How many lines each list had when they were last held still.
    pub(super) held: Scroll,
    /// The lists as they were when they were frozen.
    pub frozen: Option<Box<Frozen>>,
    /// The events that the feed left out and that are being read.
    pub(super) gap: Gap,
    /// Whether it is on the user's watchlist, as far as is known.
    pub is_listed: Option<bool>,
    /// What is known of it; `None` before the first snapshot.
    pub product: Option<Product>,
    /// The newest bids, newest first; of a sealed auction after its close the best, best first.
    pub bids: VecDeque<Bid>,
    /// How many there ever were.
    pub(super) bids_seen: usize,
    /// Prices that something else than a bid led to, a void say, and when; oldest first.
    pub turns: VecDeque<(Timestamp, Option<Amount>)>,
    /// The server's time of the last frame that told it, and when that came.
    pub(super) server_time: Option<(Duration, Timestamp)>,
    /// How many sockets watch it.
    pub watchers: usize,
    /// The number of the last event.
    pub seq: i64,
    /// The event that the description was last told by.
    pub(super) described_by: i64,
    /// How the bidder stands, as the server last said.
    pub you: Option<You>,
    /// What is known of the other side of the sale.
    pub sale: Sale,
    /// What happened.
    pub log: Log,
    /// The connection.
    pub line: Line,
    /// The amount that is about to be bid.
    pub field: AmountField,
    /// Whether it is to be a hidden maximum, and not a firm bid.
    pub wants_maximum: bool,
    /// The bid that waits for `y`.
    pub dialog: Option<Dialog>,
    /// The bids that were sent and are not settled.
    pub attempts: Attempts,
    /// What is to be told.
    pub note: Option<Note>,
    /// What just happened that nobody should overlook.
    pub(super) news: Option<(Tone, String)>,
    /// What the answer to a bid has just said, for whoever does not look.
    pub(super) answer: Option<(What, String)>,
    /// Why the last frame could not be read.
    pub fault: Option<Unreadable>,
}

/// What of an auction was frozen: the clock, the price and the bid line go on.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The bids.
    pub bids: VecDeque<Bid>,
    /// What happened.
    pub log: Log,
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
    /// Who has bid in a sealed auction that is not over: nobody knows who would win.
    SealedBidder,
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
            number: 0,
            scroll: Scroll::default(),
            held: Scroll::default(),
            frozen: None,
            gap: Gap::default(),
            is_listed: None,
            product: None,
            bids: VecDeque::new(),
            bids_seen: 0,
            turns: VecDeque::new(),
            server_time: None,
            watchers: 0,
            seq: 0,
            described_by: 0,
            you: None,
            sale: Sale::default(),
            log: Log::default(),
            line: Line::default(),
            field: AmountField::default(),
            wants_maximum: false,
            dialog: None,
            attempts: Attempts::default(),
            note: None,
            news: None,
            answer: None,
            fault: None,
        }
    }

    /// No auction.
    pub fn none() -> Self {
        Self::new(ProductId::nil())
    }

    /// Whether this is an auction.
    pub const fn is_some(&self) -> bool {
        !self.product_id.is_nil()
    }

    /// The bids as they are shown.
    pub fn shown_bids(&self) -> &VecDeque<Bid> {
        self.frozen.as_ref().map_or(&self.bids, |frozen| &frozen.bids)
    }

    /// The log as it is shown.
    pub fn shown_log(&self) -> &Log {
        self.frozen.as_ref().map_or(&self.log, |frozen| &frozen.log)
    }

    /// `f`: the lists stay as they are, or go on.
    pub(super) fn toggle_frozen(&mut self) {
        self.frozen = match self.frozen.take() {
            Some(_) => None,
            None => Some(Box::new(Frozen { bids: self.bids.clone(), log: self.log.clone() })),
        };
    }

    /// Keeps a list that was scrolled at the lines it shows, when newer ones have come.
    pub(super) fn hold_still(&mut self) {
        let now = self.counts();
        if self.frozen.is_none() {
            if self.scroll.bids > 0 {
                self.scroll.bids += now.bids.saturating_sub(self.held.bids);
            }
            if self.scroll.events > 0 {
                self.scroll.events += now.events.saturating_sub(self.held.events);
            }
        }
        self.held = now;
        self.scroll.bids = self.scroll.bids.min(self.shown_bids().len().saturating_sub(1));
        self.scroll.events = self.scroll.events.min(self.shown_log().len().saturating_sub(1));
    }

    /// By which rules, as far as is known.
    pub fn format(&self) -> Format {
        self.product.as_ref().map_or(Format::English, |product| product.format)
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
        let has_bid = self.has_bid();
        match standing.phase {
            Phase::Open if product.format.is_sealed() && has_bid => Role::SealedBidder,
            Phase::Open | Phase::Scheduled if self.is_me(standing.leader.as_deref(), identity) => {
                Role::Leader
            }
            Phase::Open if has_bid => Role::Outbid,
            Phase::Sold if self.is_me(product.winner.as_deref(), identity) => Role::Winner,
            Phase::Sold | Phase::Unsold if has_bid && self.knows_own_name() => Role::Loser,
            _ => Role::Watcher,
        }
    }

    /// Whether a bid of the user's stands. In an open sealed auction its amount alone says so.
    fn has_bid(&self) -> bool {
        self.you.as_ref().is_some_and(|you| match you.status {
            Some(status) => status != YourStatus::None,
            None => you.amount.is_some() || you.max_amount.is_some(),
        })
    }

    /// Whether the user's public name is known: those of an anonymous sealed auction are told after
    /// its close.
    fn knows_own_name(&self) -> bool {
        let alias = self.you.as_ref().and_then(|you| you.alias.as_ref());
        alias.is_some() || self.product.as_ref().is_some_and(|product| !product.is_anonymous)
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

    /// Forgets what is one user's alone: somebody else may be looking.
    pub(super) fn forget_whose(&mut self) {
        self.you = None;
        self.sale = Sale::default();
    }

    /// The most that the user has offered and that stands, as the server last said.
    pub fn own_offer(&self) -> Option<Offered> {
        let (you, product) = self.you.as_ref().zip(self.product.as_ref())?;
        let read = |amount| product::optional(amount, product.currency).ok().flatten();
        let maximum = read(you.max_amount).map(Offered::Maximum);
        maximum.or_else(|| read(you.amount).map(Offered::Firm))
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

    /// Price and end: what must not move unnoticed. The price of a Dutch auction falls all the time,
    /// to everybody's knowledge and the buyer's advantage.
    pub fn seen(&self) -> Option<Seen> {
        let product = self.product.as_ref()?;
        let standing = &product.standing;
        let price = standing.price.filter(|_| product.format != Format::Dutch);
        Some(Seen { price, end: standing.end })
    }
}
