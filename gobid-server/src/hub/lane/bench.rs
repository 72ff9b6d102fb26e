//! A product on the bench: its row is locked, and a batch of commands to it is judged.

use std::collections::HashMap;

use gobid_auction::{Amount, Auction, Change, Event, UserId};
use gobid_store::{Bidder, BidderChange, Found, LockedAuction, LogEntry, ProductChange};

use super::judged::{Announced, Announcement, Judged};
use crate::hub::answer::PlaceBid;
use crate::hub::record;
use crate::view::public_name;

/// A locked product, as the commands judged so far have left it.
pub(super) struct OnBench {
    pub(super) auction: Auction,
    anonymous_bidders: bool,
    position_read: i64,
    bidders: HashMap<UserId, Known>,
    entries: Vec<LogEntry>,
    events: Vec<Announced>,
}

/// A user of the auction, as far as the batch needs to know him.
struct Known {
    name: String,
    number: Option<i64>,
    change: Option<BidderChange>,
}

impl From<LockedAuction> for OnBench {
    fn from(LockedAuction { auction, anonymous_bidders }: LockedAuction) -> Self {
        let position_read = auction.state.position;
        let bidders = HashMap::new();
        let (entries, events) = (Vec::new(), Vec::new());
        Self { auction, anonymous_bidders, position_read, bidders, entries, events }
    }
}

impl OnBench {
    /// Remembers what was read of a user.
    pub(super) fn meet(&mut self, user: UserId, found: &Found) {
        if let Some(name) = &found.user_name {
            let known = || Known { name: name.clone(), number: found.number, change: None };
            self.bidders.entry(user).or_insert_with(known);
        }
    }

    /// The number of a user who has bid.
    pub(super) fn number_of(&self, user: UserId) -> Option<i64> {
        self.bidders.get(&user)?.number
    }

    /// Records events, the bid they accept among them, and applies them. Gives the last entry.
    pub(super) fn record(
        &mut self,
        events: &[Event],
        bid: Option<(&PlaceBid, &[u8])>,
    ) -> Option<&LogEntry> {
        for event in events {
            let bidder = self.note_bidder(event);
            let public = record::wire_event(&self.auction, event, |user| self.public_name(user));
            let json = public.as_ref().and_then(|event| serde_json::to_string(event).ok());
            let bid = bid.filter(|_| matches!(event.change, Change::BidPlaced { .. }));
            self.entries.push(record::log_entry(&self.auction, event, json.clone(), bid));
            self.auction.apply(event);
            if let (Some(event), Some(json)) = (public, json) {
                self.events.push(Announced { event, json, bidder });
            }
        }
        self.entries.last()
    }

    /// Adds what is to be written and announced of the product.
    pub(super) fn finish(self, judged: &mut Judged) {
        if self.entries.is_empty() {
            return;
        }
        let Self { auction, position_read, bidders, entries, events, .. } = self;
        let product_id = auction.terms.product_id;
        let leader = auction.state.leader.and_then(|user_id| {
            let known = bidders.get(&user_id)?;
            Some(Bidder { user_id, user_name: known.name.clone(), number: known.number? })
        });
        judged.batch.entries.extend(entries);
        judged.batch.bidders.extend(bidders.values().filter_map(|known| known.change));
        judged.batch.products.push(ProductChange {
            product_id,
            position_read,
            minimum: auction.minimum_next_bid().map(Amount::minor_units),
            due_at: auction.due_at(),
            state: auction.state.clone(),
        });
        judged.announcements.push(Announcement { product_id, auction, leader, events });
    }

    fn public_name(&self, user: UserId) -> Option<String> {
        let known = self.bidders.get(&user)?;
        Some(public_name(self.anonymous_bidders, &known.name, known.number?))
    }

    /// Notes what a bid changes of its bidder.
    fn note_bidder(&mut self, event: &Event) -> Option<(UserId, i64, Amount)> {
        let Change::BidPlaced { offer, number, .. } = event.change else { return None };
        let user_id = event.actor?;
        let known = self.bidders.get_mut(&user_id)?;
        known.number = Some(number);
        known.change = Some(BidderChange {
            product_id: self.auction.terms.product_id,
            user_id,
            number,
            maximum: offer.minor_units(),
            last_position: event.position,
        });
        Some((user_id, number, offer))
    }
}
