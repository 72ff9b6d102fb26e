//! The log alone gives the state: its entries become the rules' events again, and those are applied.

use std::collections::BTreeSet;

use gobid_api::live::{AuctionEvent, EventKind};
use gobid_auction::{
    After, Amount, Auction, Change, Closing, Event, Outcome, Timestamp, Unsold, UserId, Voided,
};
use gobid_store::{LogEntry, Private};

/// An auction as it was created, to which the entries of its log are applied.
#[derive(Debug)]
pub(super) struct Replay {
    auction: Auction,
    /// Whose sealed amounts stand.
    sealed: BTreeSet<UserId>,
}

impl Replay {
    /// `first` is the entry that the auction was created with.
    pub(super) fn new(created: &Auction, first: Option<&LogEntry>) -> Self {
        let Auction { terms, state } = created.clone();
        let auction = Auction::new(terms, state.reserve, state.auction_end, state.last_at);
        let mut replay = Self { auction, sealed: BTreeSet::new() };
        if let Some(first) = first {
            replay.apply(first);
        }
        replay
    }

    /// The auction after the entries that were applied.
    pub(super) const fn auction(&self) -> &Auction {
        &self.auction
    }

    pub(super) fn apply(&mut self, entry: &LogEntry) {
        let amount = |minor_units: Option<i64>| minor_units.and_then(Amount::new);
        let private = entry.private.clone().unwrap_or_default();
        let changes_maximum = ["bid_placed", "raised", "reserve_changed", "bids_voided", "closed"];
        let maximum = if changes_maximum.contains(&entry.kind) {
            private.maximum
        } else {
            self.auction.state.maximum
        };
        let event = Event {
            entry_id: entry.entry_id,
            position: entry.position,
            seq: entry.seq,
            received_at: Timestamp::from_micros(entry.received_at),
            at: Timestamp::from_micros(entry.at),
            actor: entry.actor_id,
            change: self.change(entry, &private),
            after: After {
                leader: entry.leader,
                price: amount(entry.price),
                maximum,
                minimum: amount(entry.minimum),
                auction_end: Timestamp::from_micros(entry.auction_end),
            },
        };
        self.auction.apply(&event);
    }

    fn change(&mut self, entry: &LogEntry, private: &Private) -> Change {
        let offer = entry.offer.and_then(Amount::new);
        let (actor, reason) = (entry.actor_id.unwrap_or_default(), String::new());
        let number = private.bidder_number.unwrap_or_default();
        match entry.kind {
            "opened" => Change::Opened,
            "bid_placed" => Change::BidPlaced {
                offer: private.offer.with(offer.unwrap()),
                number,
                bids: Vec::new(),
                extended: false,
            },
            "raised" => Change::Raised { maximum: offer.unwrap(), number },
            "sealed_bid_placed" => {
                let is_first = self.sealed.insert(actor);
                Change::SealedBidPlaced { amount: offer.unwrap(), number, is_first }
            }
            "sealed_bid_voided" => {
                let bidder = private.bidder.unwrap();
                self.sealed.remove(&bidder);
                Change::SealedBidVoided { bidder, number, reason }
            }
            "description_changed" => Change::DescriptionChanged { description: reason },
            "reserve_changed" => {
                let Private { reserve_before: before, reserve, .. } = *private;
                Change::ReserveChanged { before, reserve }
            }
            "bids_voided" => self.voided(entry, private),
            "extended" => Change::Extended { reason },
            "annulled" => Change::Annulled { reason },
            "cancelled" => Change::Cancelled { reason },
            "closed" => closed(entry),
            other => panic!("no log has {other}"),
        }
    }

    /// How many bids are struck is what is missing of their count.
    fn voided(&self, entry: &LogEntry, private: &Private) -> Change {
        let EventKind::BidsVoided { bid_count, .. } = public(entry) else {
            panic!("{entry:?} strikes nothing")
        };
        Change::BidsVoided(Voided {
            bidder: private.bidder.unwrap(),
            number: private.bidder_number.unwrap_or_default(),
            bids: private.struck_rows.clone(),
            entries: private.struck.clone(),
            count: self.auction.state.bid_count - bid_count,
            standing: None,
            reason: String::new(),
        })
    }
}

fn closed(entry: &LogEntry) -> Change {
    let EventKind::AuctionClosed { outcome, .. } = public(entry) else {
        panic!("{entry:?} closes nothing")
    };
    let price = entry.price.and_then(Amount::new);
    let outcome = match (outcome.as_str(), entry.leader, price) {
        ("sold", Some(winner), Some(hammer_price)) => Outcome::Sold { winner, hammer_price },
        _ => Outcome::Unsold(Unsold::NoBids),
    };
    Change::Closed(Closing { outcome, sealed: Vec::new() })
}

fn public(entry: &LogEntry) -> EventKind {
    let event: AuctionEvent = serde_json::from_str(entry.public.as_deref().unwrap()).unwrap();
    event.kind
}
