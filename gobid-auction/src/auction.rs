//! An auction: its terms, its state, and the two things that can be done with it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::{
    Action, After, Amount, Change, Command, Currency, EntryId, Event, Increment, Outcome,
    ProductId, Rejection, Timestamp, Unsold, UserId, english,
};

/// An auction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auction {
    /// What was agreed when the product was created.
    pub terms: Terms,
    /// How things stand.
    pub state: State,
}

/// What was agreed when the product was created, and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The product.
    pub product_id: ProductId,
    /// Who sells it.
    pub seller_id: UserId,
    /// By which rules.
    pub format: Format,
    /// In which currency.
    pub currency: Currency,
    /// The lowest first bid.
    pub baseprice: Amount,
    /// The steps between bids.
    pub increment: Increment,
    /// When bidding begins.
    pub auction_start: Timestamp,
    /// Whether that was later than the creation: of an auction that began with it no bid is early.
    pub starts_later: bool,
}

/// How things stand, after the last entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Where in its life the auction is.
    pub status: Status,
    /// The position of the last entry; 0 before the first.
    pub position: i64,
    /// The seq of the last event; 0 before the first.
    pub seq: i64,
    /// Who leads, or won.
    pub leader: Option<UserId>,
    /// The current price; `None` while nobody leads.
    pub price: Option<Amount>,
    /// The most the leader pays. Secret while above the price.
    pub maximum: Option<Amount>,
    /// Accepted public bids, neither automatic nor voided ones.
    pub bid_count: i64,
    /// How many users have bid.
    pub bidder_count: i64,
    /// The effective end.
    pub auction_end: Timestamp,
    /// The `at` of the last entry; of the creation before the first.
    pub last_at: Timestamp,
}

/// By which rules an auction is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rising prices, RULES.md §4.
    English,
}

/// Where in its life an auction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It has not begun.
    Scheduled,
    /// It takes bids until its end.
    Open,
    /// It ended with a winner.
    Sold,
    /// It ended without one.
    Unsold,
    /// It was called off.
    Cancelled,
}

/// A word that is no status or format of an auction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a word the rules know")]
pub struct UnknownWord;

impl Auction {
    /// A close is judged this long after the end, so that a bid stamped in time on another server
    /// finds its way (RULES.md §7).
    pub const SETTLE: Duration = Duration::from_millis(250);

    /// A new auction, before the first entry of its log.
    pub fn new(terms: Terms, auction_end: Timestamp, created_at: Timestamp) -> Self {
        let state = State {
            status: Status::Scheduled,
            position: 0,
            seq: 0,
            leader: None,
            price: None,
            maximum: None,
            bid_count: 0,
            bidder_count: 0,
            auction_end,
            last_at: created_at,
        };
        Self { terms, state }
    }

    /// The lowest amount that the next bid may have; `None` where no legal amount is left, and when
    /// the auction has ended.
    pub fn minimum_next_bid(&self) -> Option<Amount> {
        match self.state.price {
            _ if self.state.status.is_over() => None,
            None => Some(self.terms.baseprice),
            Some(price) => self.terms.increment.above(price),
        }
    }

    /// When the next opening or closing is due; `None` when the auction has ended.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.state.status {
            Status::Scheduled => Some(self.terms.auction_start.min(self.state.auction_end)),
            Status::Open => Some(self.state.auction_end),
            Status::Sold | Status::Unsold | Status::Cancelled => None,
        }
    }

    /// What a command leads to: one event or a few, in order, or why there is none.
    ///
    /// `received_at` is the command's stamp and decides whether it came in time; `now` is the
    /// time under the product's lock and dates the entries.
    pub fn judge(
        &self,
        command: &Command,
        received_at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Event>, Rejection> {
        match &command.action {
            Action::Bid(bid) => english::judge(self, bid, command.ids, received_at, now),
            Action::Open => self.judge_opening(command.ids.own, now).map(|event| vec![event]),
            Action::Close => self.judge_closing(command, now),
        }
    }

    /// Changes the state by an event, without judging it again.
    pub fn apply(&mut self, event: &Event) {
        let State { bid_count, bidder_count, .. } = self.state;
        let (status, bid_count, bidder_count) = match &event.change {
            Change::Opened => (Status::Open, bid_count, bidder_count),
            Change::BidPlaced { number, .. } => {
                (self.state.status, bid_count + 1, bidder_count.max(*number))
            }
            Change::Closed(Outcome::Sold { .. }) => (Status::Sold, bid_count, bidder_count),
            Change::Closed(Outcome::Unsold(_)) => (Status::Unsold, bid_count, bidder_count),
        };
        self.state = State {
            status,
            position: event.position,
            seq: event.seq.unwrap_or(self.state.seq),
            leader: event.after.leader,
            price: event.after.price,
            maximum: event.after.maximum,
            bid_count,
            bidder_count,
            auction_end: event.after.auction_end,
            last_at: event.at,
        };
    }

    /// The opening that is due before a command received at this time is judged: RULES.md §3.
    pub(crate) fn opening_before(
        &self,
        opening: EntryId,
        received_at: Timestamp,
        now: Timestamp,
    ) -> Option<Event> {
        let due = self.state.status == Status::Scheduled && received_at >= self.terms.auction_start;
        due.then(|| self.next_event(opening, None, now, now, Change::Opened, self.after()))
    }

    /// The auction after an event, if there was one.
    pub(crate) fn with(&self, event: Option<&Event>) -> Self {
        let mut auction = self.clone();
        if let Some(event) = event {
            auction.apply(event);
        }
        auction
    }

    /// The next public entry of the log.
    pub(crate) fn next_event(
        &self,
        entry_id: EntryId,
        actor: Option<UserId>,
        received_at: Timestamp,
        now: Timestamp,
        change: Change,
        after: After,
    ) -> Event {
        Event {
            entry_id,
            position: self.state.position + 1,
            seq: Some(self.state.seq + 1),
            received_at,
            at: now.max(self.state.last_at),
            actor,
            change,
            after,
        }
    }

    /// What holds now, as an event that changes none of it would leave it.
    pub(crate) fn after(&self) -> After {
        After {
            leader: self.state.leader,
            price: self.state.price,
            maximum: self.state.maximum,
            minimum: self.minimum_next_bid(),
            auction_end: self.state.auction_end,
        }
    }

    fn judge_opening(&self, id: EntryId, now: Timestamp) -> Result<Event, Rejection> {
        self.opening_before(id, now, now).ok_or(Rejection::NotDue)
    }

    fn judge_closing(&self, command: &Command, now: Timestamp) -> Result<Vec<Event>, Rejection> {
        let ended = self.due_at().is_none();
        if ended || now < self.state.auction_end.plus(Self::SETTLE) {
            return Err(Rejection::NotDue);
        }
        let opening = self.opening_before(command.ids.opening, now, now);
        let opened = self.with(opening.as_ref());
        let outcome = match (self.state.leader, self.state.price) {
            (Some(winner), Some(hammer_price)) => Outcome::Sold { winner, hammer_price },
            _ => Outcome::Unsold(Unsold::NoBids),
        };
        let (change, after) = (Change::Closed(outcome), After { minimum: None, ..opened.after() });
        let closing = opened.next_event(command.ids.own, None, now, now, change, after);
        Ok(opening.into_iter().chain([closing]).collect())
    }
}

impl Status {
    /// Every status, in the order of an auction's life.
    pub const ALL: [Self; 5] =
        [Self::Scheduled, Self::Open, Self::Sold, Self::Unsold, Self::Cancelled];

    /// The word for it, on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::Sold => "sold",
            Self::Unsold => "unsold",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the auction has ended.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Sold | Self::Unsold | Self::Cancelled)
    }
}

impl Format {
    /// The word for it, on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "english",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownWord)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        if text == Self::English.as_str() { Ok(Self::English) } else { Err(UnknownWord) }
    }
}
