//! What can be seen of an auction, and what only the model may know.

use std::collections::BTreeMap;

use super::{
    Model, Status,
    english::Lead,
    input::Format,
    log::{Automatic, Entry, Kind, Placed, What},
};

/// The state of an auction. Where the comment says "secret", the public sees none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    /// `scheduled`, `open`, `sold`, `unsold` or `cancelled`.
    pub(crate) status: &'static str,
    /// Of an open Dutch auction the price of the moment of the view.
    pub(crate) price: Option<i64>,
    pub(crate) leader: Option<u64>,
    /// The leader's; secret. In a sealed auction the winner's amount.
    pub(crate) maximum: Option<i64>,
    /// None after the end, and where no legal amount is left.
    pub(crate) minimum: Option<i64>,
    /// Bids that stand; in a sealed auction amounts that stand, secret until the close.
    pub(crate) bid_count: i64,
    /// Users who ever bid; in a sealed auction secret until the close.
    pub(crate) bidder_count: i64,
    pub(crate) end: i64,
    pub(crate) seq: i64,
    pub(crate) position: i64,
    /// Secret.
    pub(crate) reserve: Option<i64>,
    pub(crate) reserve_met: Option<bool>,
    pub(crate) buy_now_available: bool,
    pub(crate) winner: Option<u64>,
    pub(crate) hammer: Option<i64>,
    /// `no_bids` or `reserve_not_met`.
    pub(crate) unsold_reason: Option<&'static str>,
    pub(crate) description: String,
    /// 1 at the creation.
    pub(crate) revision: i64,
    pub(crate) annulled: bool,
    /// Public rows, oldest first; of a sealed auction the amounts that stood at the close, from then
    /// on, the highest first.
    pub(crate) bids: Vec<Row>,
    /// In the order of their numbers; secret as a whole.
    pub(crate) bidders: Vec<Bidder>,
    /// Every event so far.
    pub(crate) events: Vec<Event>,
}

/// A public row of a bid or of an automatic answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) seq: i64,
    pub(crate) bidder: u64,
    pub(crate) amount: i64,
    pub(crate) automatic: bool,
    pub(crate) voided: bool,
}

/// What one bidder sees of himself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bidder {
    pub(crate) user: u64,
    /// 1, 2, 3, … in the order of the first bids.
    pub(crate) number: i64,
    /// His highest offer that stands; of a Dutch acceptance what he agreed to pay at most.
    pub(crate) offer: Option<i64>,
    /// Whether that offer is a maximum.
    pub(crate) is_maximum: bool,
    /// `leading`, `outbid`, `won`, `lost` or `none`; nothing in an open sealed auction.
    pub(crate) status: Option<&'static str>,
}

/// An entry of the log that the public sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) seq: i64,
    pub(crate) position: i64,
    pub(crate) at: i64,
    /// The event's type on the wire.
    pub(crate) kind: &'static str,
    /// The ids of the rows that it brings (`bid_placed`) or strikes (`bids_voided`).
    pub(crate) rows: Vec<u64>,
    /// The end moved by the soft close.
    pub(crate) extended: bool,
}

impl Model {
    /// The state as it is seen at a moment, which matters to a Dutch price alone.
    pub(crate) fn view(&self, server_time: i64) -> View {
        let lead = self.public_lead();
        View {
            status: self.status.word(),
            price: self.current_price(lead, server_time),
            leader: lead.map(|lead| lead.leader),
            maximum: lead.map(|lead| lead.maximum),
            minimum: self.minimum_next_bid(lead, server_time),
            bid_count: self.bid_count(),
            bidder_count: self.bidders.iter().map(|_| 1).sum(),
            end: self.end,
            seq: self.seq(),
            position: self.position(),
            reserve: self.reserve,
            reserve_met: self.public_reserve_met(),
            buy_now_available: self.is_buy_now_available(),
            winner: self.sale.map(|sale| sale.winner),
            hammer: self.sale.map(|sale| sale.hammer),
            unsold_reason: self.unsold_reason,
            description: self.description.clone(),
            revision: self.revision,
            annulled: self.annulled,
            bids: self.rows(),
            bidders: self.bidders_seen(lead),
            events: self.log.iter().filter_map(event).collect(),
        }
    }

    /// Sealed and Dutch auctions have a leader when they are sold, not before.
    fn public_lead(&self) -> Option<Lead> {
        if self.terms.format == Format::English {
            return self.lead;
        }
        let sold = |sale: super::Sale| Lead {
            leader: sale.winner,
            price: sale.hammer,
            maximum: sale.maximum,
        };
        self.sale.map(sold)
    }

    fn is_open_dutch(&self) -> bool {
        self.terms.format == Format::Dutch && self.status == Status::Open
    }

    fn current_price(&self, lead: Option<Lead>, server_time: i64) -> Option<i64> {
        if self.is_open_dutch() {
            return Some(self.dutch_price(server_time));
        }
        lead.map(|lead| lead.price)
    }

    fn minimum_next_bid(&self, lead: Option<Lead>, server_time: i64) -> Option<i64> {
        if self.is_over() {
            None
        } else if self.is_open_dutch() {
            Some(self.dutch_price(server_time))
        } else {
            self.english_minimum(lead)
        }
    }

    /// Neither automatic answers nor silent raises nor what was voided.
    fn bid_count(&self) -> i64 {
        if self.is_sealed() {
            return self.sealed_amounts().iter().map(|_| 1).sum();
        }
        self.standing_bids().filter(|(entry, _)| entry.seq.is_some()).map(|_| 1).sum()
    }

    /// Of a sealed auction nothing before the close, and then whether it was sold.
    fn public_reserve_met(&self) -> Option<bool> {
        if !self.is_sealed() {
            return self.is_reserve_met();
        }
        let is_closed = matches!(self.status, Status::Sold | Status::Unsold);
        self.reserve.filter(|_| is_closed).map(|_| self.status == Status::Sold)
    }

    fn rows(&self) -> Vec<Row> {
        if self.is_sealed() {
            return self.sealed_rows();
        }
        let mut rows = Vec::new();
        for (entry, placed) in self.bids() {
            let Some(seq) = entry.seq else { continue };
            let Placed { id, bidder, row: amount, voided, .. } = *placed;
            rows.push(Row { id, seq, bidder, amount, automatic: false, voided });
            if let Some(Automatic { id, bidder, amount, voided }) = placed.automatic {
                rows.push(Row { id, seq, bidder, amount, automatic: true, voided });
            }
        }
        rows
    }

    fn sealed_rows(&self) -> Vec<Row> {
        if !matches!(self.status, Status::Sold | Status::Unsold) {
            return Vec::new();
        }
        let closing = self.log.iter().find(|entry| entry.kind == "auction_closed");
        let seq = closing.and_then(|entry| entry.seq).unwrap_or_default();
        let amounts = self.sealed_amounts().into_iter();
        let row = |amount: super::sealed::Amount| Row {
            id: amount.id,
            seq,
            bidder: amount.bidder,
            amount: amount.offer,
            automatic: false,
            voided: false,
        };
        amounts.map(row).collect()
    }

    fn bidders_seen(&self, lead: Option<Lead>) -> Vec<Bidder> {
        let mut highest: BTreeMap<u64, (i64, bool)> = BTreeMap::new();
        for (_, placed) in self.standing_bids() {
            let best = highest.entry(placed.bidder).or_default();
            if placed.offer > best.0 {
                *best = (placed.offer, placed.kind == Kind::Maximum);
            }
        }
        let bidder = |(number, user): (i64, &u64)| {
            let best = highest.get(user);
            Bidder {
                user: *user,
                number,
                offer: best.map(|(offer, _)| *offer),
                is_maximum: best.is_some_and(|(_, is_maximum)| *is_maximum),
                status: self.standing(*user, best.is_some(), lead),
            }
        };
        (1..).zip(&self.bidders).map(bidder).collect()
    }

    fn standing(&self, user: u64, has_offer: bool, lead: Option<Lead>) -> Option<&'static str> {
        let is_ahead = lead.is_some_and(|lead| lead.leader == user);
        let word = match self.status {
            Status::Open if self.is_sealed() => return None,
            Status::Scheduled | Status::Cancelled => "none",
            _ if !has_offer => "none",
            Status::Open if is_ahead => "leading",
            Status::Open => "outbid",
            Status::Sold if is_ahead => "won",
            Status::Sold | Status::Unsold => "lost",
        };
        Some(word)
    }
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::Sold => "sold",
            Self::Unsold => "unsold",
            Self::Cancelled => "cancelled",
        }
    }
}

fn event(entry: &Entry) -> Option<Event> {
    let (rows, extended) = match &entry.what {
        What::Bid(placed) => {
            let rows = match &placed.automatic {
                Some(automatic) => vec![placed.id, automatic.id],
                None => vec![placed.id],
            };
            (rows, placed.extended)
        }
        What::Void(rows) => (rows.clone(), false),
        What::Reserve(_) | What::Fact => (Vec::new(), false),
    };
    let Entry { position, at, kind, .. } = *entry;
    Some(Event { seq: entry.seq?, position, at, kind, rows, extended })
}
