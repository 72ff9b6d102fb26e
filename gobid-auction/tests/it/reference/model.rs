//! A reference model of the rules of an auction, to compare the engine with: slow, naive, and made
//! from the text of the rules alone. It shares no type with the engine.
//!
//! It keeps the whole log and asks it again each time: who leads an English auction is found by
//! replaying every bid that stands, a void only marks bids and changes nothing else, a sealed
//! auction sorts all its amounts. The numbers of sections and of rules in the comments are those of
//! the rules ("§4.5" is rule 5 of the English auction).
//!
//! Money is in minor units, times are in microseconds, users and request ids are plain numbers. What
//! it does not know: sessions, tokens, suspended users, the limit of 5 s, and which texts are legal.
//!
//! Ids of bids are the model's own: every accepted bid takes the next number, also a silent raise and
//! a sealed one, and an automatic answer takes the one after. Compare them by their place in a list.
//!
//! A program includes the model by `#[path = "…/reference/model.rs"] mod reference;`.

#![allow(dead_code, unused_imports, reason = "a test program that includes the model uses a part")]

mod answer;
mod bids;
mod endings;
mod english;
mod input;
mod log;
mod money;
mod orders;
mod sealed;
mod view;
mod voids;

pub(crate) use self::{
    answer::{Accepted, Answer, Refused},
    input::{Bid, Decimal, Dutch, Format, Offer, Order, Terms},
    money::{LARGEST_AMOUNT, default_ladder},
    view::{Bidder, Event, Row, View},
};
use self::{bids::Remembered, endings::Sale, english::Lead, log::Entry};

/// One auction: what was agreed at its creation, its log, and what is simpler to keep than to ask
/// the log for.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    terms: Terms,
    description: String,
    status: Status,
    end: i64,
    /// A purchase, a Dutch acceptance or a cancel brought the end forward (§3).
    ended_early: bool,
    sale: Option<Sale>,
    unsold_reason: Option<&'static str>,
    annulled: bool,
    revision: i64,
    /// The secret minimum as the last change left it.
    reserve: Option<i64>,
    /// The one change of the reserve after the first bid was made (§4, Reserve).
    reserve_fixed: bool,
    /// Everything that happened, in order; nothing in it ever changes but the mark `voided`.
    log: Vec<Entry>,
    /// Of an English auction what a replay of the log said after its last entry.
    lead: Option<Lead>,
    /// In the order of their first bid, which is the order of their numbers.
    bidders: Vec<u64>,
    remembered: Vec<Remembered>,
    last_bid_id: u64,
}

/// §3: `scheduled → open → sold | unsold`, or `cancelled`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Scheduled,
    Open,
    Sold,
    Unsold,
    Cancelled,
}

/// When a command was received, which decides, and when it is judged, which is recorded.
#[derive(Debug, Clone, Copy)]
struct Stamp {
    received_at: i64,
    now: i64,
}

impl Model {
    /// An auction as it is created. One that starts at once is open, with its opening as event 1
    /// (§3); the log of one that starts later is empty.
    pub(crate) fn new(terms: Terms, description: String) -> Self {
        let mut model = Self {
            description,
            status: Status::Scheduled,
            end: terms.end,
            ended_early: false,
            sale: None,
            unsold_reason: None,
            annulled: false,
            revision: 1,
            reserve: terms.reserve,
            reserve_fixed: false,
            log: Vec::new(),
            lead: None,
            bidders: Vec::new(),
            remembered: Vec::new(),
            last_bid_id: 0,
            terms,
        };
        if !model.terms.starts_later {
            model.open_at(model.terms.created_at);
        }
        model
    }

    /// Judges a command that was received at one moment and is judged at another, and does what it
    /// leads to. A refused command changes nothing, not even an opening that was due.
    pub(crate) fn apply(&mut self, order: &Order, received_at: i64, now: i64) -> Answer {
        let stamp = Stamp { received_at, now };
        let done = match order {
            Order::Bid(bid) => return self.bid(bid, stamp),
            Order::Open => return self.open(now),
            Order::Close => return self.close(now),
            Order::Edit { by, description, reserve, revision } => {
                self.edit(*by, description.as_deref(), *reserve, *revision, stamp)
            }
            Order::Cancel { by, admin } => self.cancel(*by, *admin, stamp),
            Order::Extend { end, admin } => self.extend(*end, *admin, stamp),
            Order::Annul { admin } => self.annul(*admin, stamp),
            Order::VoidBid { bid, admin } => self.void_bid(*bid, *admin, stamp),
            Order::VoidBidder { bidder, admin } => self.void_bidder(*bidder, *admin, stamp),
        };
        match done {
            Ok(()) => Answer::Done,
            Err(refused) => Answer::Refused(*refused),
        }
    }

    fn is_sealed(&self) -> bool {
        matches!(self.terms.format, Format::SealedFirst | Format::SealedSecond)
    }

    fn is_over(&self) -> bool {
        !matches!(self.status, Status::Scheduled | Status::Open)
    }

    /// §1, "first bid": a bid was ever accepted, voided or not.
    fn has_first_bid(&self) -> bool {
        !self.bidders.is_empty()
    }
}
