//! Events of an auction as lines.

mod sentence;
#[cfg(test)]
mod tests;

use gobid_api::bids::BidRow;
use gobid_api::client::safe_text;
use gobid_api::live::{AuctionEvent, EventKind};
use gobid_api::{Decimal, Timestamp};
use serde::Serialize;

use crate::output::{Cell, Column, Record};

/// An event, with the currency of its product. Its JSON is the wire's own, which has none.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Happening {
    pub(super) event: AuctionEvent,
    #[serde(skip)]
    pub(super) currency: String,
}

impl Record for Happening {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("at", |it| Cell::Moment(it.event.at)),
        Column::new("seq", |it| Cell::Number(it.event.seq)),
        Column::new("type", |it| Cell::text(&it.kind())),
        Column::new("amount", |it| it.money(it.bid().map(|bid| bid.amount))),
        Column::new("bidder", |it| Cell::maybe(it.bid().map(|bid| &bid.bidder))),
        Column::new("current_price", |it| it.money(it.price())),
        Column::for_programs("currency", |it| Cell::text(&it.currency)),
        Column::new("leader", |it| Cell::maybe(it.leader())),
        Column::new("auction_end", |it| Cell::moment(it.end())),
        Column::new("outcome", |it| Cell::maybe(it.outcome())),
        Column::new("reserve_met", |it| Cell::flag(it.reserve_met())),
        Column::new("reason", |it| Cell::maybe(it.reason())),
        Column::new("description", |it| Cell::maybe(it.description())),
    ];

    /// The bid's; other events have none.
    fn id(&self) -> String {
        self.bid().map(|bid| bid.bid_id.to_string()).unwrap_or_default()
    }

    fn sentence(&self) -> String {
        let text = sentence::of(&self.event.kind, &self.currency);
        safe_text(&format!("{}  {text}", self.event.at))
    }
}

impl Happening {
    /// The type, in the words of the wire.
    pub(super) const fn kind(&self) -> &'static str {
        match self.event.kind {
            EventKind::AuctionOpened => "auction_opened",
            EventKind::BidPlaced { .. } => "bid_placed",
            EventKind::ReserveChanged { .. } => "reserve_changed",
            EventKind::DescriptionChanged { .. } => "description_changed",
            EventKind::BidsVoided { .. } => "bids_voided",
            EventKind::AuctionExtended { .. } => "auction_extended",
            EventKind::SaleAnnulled { .. } => "sale_annulled",
            EventKind::AuctionCancelled { .. } => "auction_cancelled",
            EventKind::AuctionClosed { .. } => "auction_closed",
            EventKind::Unknown => "unknown",
        }
    }

    /// The bid that somebody placed; an automatic answer to it comes after.
    fn bid(&self) -> Option<&BidRow> {
        match &self.event.kind {
            EventKind::BidPlaced { bids, .. } => bids.first(),
            _ => None,
        }
    }

    const fn price(&self) -> Option<Decimal> {
        match self.event.kind {
            EventKind::BidPlaced { current_price, .. }
            | EventKind::ReserveChanged { current_price, .. }
            | EventKind::BidsVoided { current_price, .. } => current_price,
            EventKind::AuctionClosed { hammer_price, .. } => hammer_price,
            _ => None,
        }
    }

    const fn leader(&self) -> Option<&String> {
        match &self.event.kind {
            EventKind::BidPlaced { leader, .. } | EventKind::BidsVoided { leader, .. } => {
                leader.as_ref()
            }
            EventKind::AuctionClosed { winner, .. } => winner.as_ref(),
            _ => None,
        }
    }

    const fn end(&self) -> Option<Timestamp> {
        match self.event.kind {
            EventKind::BidPlaced { auction_end, .. }
            | EventKind::AuctionExtended { auction_end, .. } => Some(auction_end),
            _ => None,
        }
    }

    const fn outcome(&self) -> Option<&String> {
        match &self.event.kind {
            EventKind::AuctionClosed { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    const fn reserve_met(&self) -> Option<bool> {
        match self.event.kind {
            EventKind::ReserveChanged { reserve_met, .. } => reserve_met,
            _ => None,
        }
    }

    const fn reason(&self) -> Option<&String> {
        match &self.event.kind {
            EventKind::BidsVoided { reason, .. }
            | EventKind::AuctionExtended { reason, .. }
            | EventKind::SaleAnnulled { reason }
            | EventKind::AuctionCancelled { reason } => Some(reason),
            EventKind::AuctionClosed { reason, .. } => reason.as_ref(),
            _ => None,
        }
    }

    const fn description(&self) -> Option<&String> {
        match &self.event.kind {
            EventKind::DescriptionChanged { description, .. } => Some(description),
            _ => None,
        }
    }

    fn money(&self, amount: Option<Decimal>) -> Cell {
        Cell::money(amount, &self.currency)
    }
}
