//! A recording, and what holds after each of its events.

use std::collections::HashSet;

use gobid_api::client::safe_text;
use gobid_api::live::{AuctionEvent, EventKind, ProductChange, Snapshot, Update, You};
use gobid_api::products::{ProductView, YourStatus};
use gobid_api::{Amount, Timestamp};
use gobid_auction::Format;
use serde::{Deserialize, Serialize};

use crate::app::product::Product;

/// An auction that is over, and all that happened in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// The product as it was at last.
    pub product: ProductView,
    /// The events, oldest first.
    pub events: Vec<AuctionEvent>,
}

/// What holds after the events so far.
#[derive(Clone, Debug)]
pub(super) struct Course {
    change: ProductChange,
    bidders: HashSet<String>,
    /// Whether the steps between bids are known.
    has_terms: bool,
}

impl Recording {
    pub(super) fn begin(&self) -> Timestamp {
        let first = self.events.first().map(|event| event.at);
        first.map_or(self.product.auction_start, |first| first.min(self.product.auction_start))
    }

    pub(super) fn end(&self) -> Timestamp {
        let last = self.events.last().map(|event| event.at);
        let end = last.map_or(self.product.auction_end, |last| last.max(self.product.auction_end));
        end.max(self.begin().plus(std::time::Duration::from_secs(1)))
    }

    /// How it stood before anything had happened.
    pub(super) fn snapshot(&self) -> Snapshot {
        let begin = self.begin();
        let is_sealed = self.product.format.starts_with("sealed");
        let product = ProductView {
            current_price: None,
            minimum_next_bid: self.has_terms().then_some(self.product.baseprice),
            bid_count: (!is_sealed).then_some(0),
            bidder_count: (!is_sealed).then_some(0),
            buy_now_available: self.product.buy_now_price.is_some(),
            reserve_met: None,
            leader: None,
            status: self.first_status().to_owned(),
            is_sold: false,
            annulled: false,
            winner: None,
            hammer_price: None,
            cancel_reason: None,
            auction_end: self.product.original_end,
            seq: 0,
            server_time: begin,
            you: None,
            ..self.product.clone()
        };
        Snapshot {
            epoch: String::new(),
            seq: 0,
            reset: false,
            server_time: begin,
            product,
            bids: Vec::new(),
            watchers: 0,
        }
    }

    /// Whether the terms of the auction are known: events alone do not tell them.
    fn has_terms(&self) -> bool {
        !self.product.product_id.is_nil()
    }

    /// By which name the public saw whoever recorded it, while nothing of him stands.
    pub(super) fn you(&self) -> You {
        let alias = self.product.you.as_ref().and_then(|you| you.alias.as_deref());
        let alias = alias.map(safe_text);
        You { seq: 0, status: Some(YourStatus::None), amount: None, max_amount: None, alias }
    }

    fn first_status(&self) -> &'static str {
        let opens = |event: &AuctionEvent| matches!(event.kind, EventKind::AuctionOpened);
        if self.events.iter().any(opens) { "scheduled" } else { "open" }
    }
}

impl Course {
    pub(super) fn of(recording: &Recording) -> Self {
        let product = recording.snapshot().product;
        let change = ProductChange {
            current_price: product.current_price,
            minimum_next_bid: product.minimum_next_bid,
            bid_count: product.bid_count,
            bidder_count: product.bidder_count,
            leader: None,
            auction_end: product.auction_end,
            status: product.status,
            reserve_met: None,
            buy_now_available: product.buy_now_available,
        };
        Self { change, bidders: HashSet::new(), has_terms: recording.has_terms() }
    }

    /// The next event happens: the frame that tells it.
    pub(super) fn update(&mut self, event: AuctionEvent, product: Option<&Product>) -> Update {
        let change = &mut self.change;
        match &event.kind {
            EventKind::AuctionOpened => "open".clone_into(&mut change.status),
            EventKind::BidPlaced { bids, leader, current_price, auction_end, .. } => {
                let placed = bids.iter().filter(|bid| !bid.automatic);
                let placed = i64::try_from(placed.count()).unwrap_or_default();
                change.bid_count = change.bid_count.map(|count| count + placed);
                self.bidders.extend(bids.iter().map(|bid| bid.bidder.clone()));
                let bidders = i64::try_from(self.bidders.len()).ok();
                change.bidder_count = change.bidder_count.and(bidders);
                change.leader.clone_from(leader);
                change.current_price = *current_price;
                change.auction_end = *auction_end;
                change.buy_now_available = false;
            }
            EventKind::ReserveChanged { reserve_met, current_price } => {
                change.reserve_met = *reserve_met;
                change.current_price = *current_price;
            }
            EventKind::BidsVoided { leader, current_price, bid_count, .. } => {
                change.leader.clone_from(leader);
                change.current_price = *current_price;
                change.bid_count = Some(*bid_count).or(change.bid_count);
            }
            EventKind::AuctionExtended { auction_end, .. } => change.auction_end = *auction_end,
            EventKind::AuctionClosed { outcome, hammer_price, sealed_bid_count, .. } => {
                change.status.clone_from(outcome);
                change.current_price = hammer_price.or(change.current_price);
                change.bid_count = change.bid_count.or(*sealed_bid_count);
                change.minimum_next_bid = None;
            }
            EventKind::AuctionCancelled { .. } => "cancelled".clone_into(&mut change.status),
            EventKind::SaleAnnulled { .. }
            | EventKind::DescriptionChanged { .. }
            | EventKind::Unknown => {}
        }
        if self.has_terms
            && change.status == "open"
            && let Some(product) = product.filter(|product| product.format == Format::English)
        {
            let price = change.current_price;
            let price = price.and_then(|it| Amount::from_decimal(it, product.currency).ok());
            let next = price.and_then(|price| price.checked_add(product.step_at(price)));
            let next = if price.is_none() { Some(product.baseprice) } else { next };
            change.minimum_next_bid = next.map(|next| next.to_decimal(product.currency));
        }
        Update {
            seq: event.seq,
            server_time: event.at,
            events: vec![event],
            skipped: 0,
            product: self.change.clone(),
        }
    }
}
