//! A product on the bench: its row is locked, and a batch of commands to it is judged.

use std::collections::{BTreeMap, HashMap};

use gobid_auction::{Amount, Auction, Change, EntryId, Event, Past, SealedBid, State, UserId};
use gobid_store::{
    Bidder, BidderChange, BidderRow, Edit, Found, LockedAuction, LogEntry, ProductChange,
};

use super::judged::{Announced, Announcement, Judged};
use crate::hub::answer::PlaceBid;
use crate::hub::record;
use crate::view::public_name;

/// A locked product, as the commands judged so far have left it.
pub(super) struct OnBench {
    pub(super) auction: Auction,
    anonymous_bidders: bool,
    state_read: State,
    bidders: HashMap<UserId, Known>,
    /// What changed of bidders, and the bid that a sealed amount stands for.
    changes: BTreeMap<UserId, (BidderChange, EntryId)>,
    entries: Vec<LogEntry>,
    events: Vec<Announced>,
    /// What a void after it in the same batch replays of it.
    past: Vec<Past>,
    voided: Vec<EntryId>,
    description: Option<String>,
    cancel_reason: Option<String>,
}

/// A user of the auction, as far as the batch needs to know him.
struct Known {
    name: String,
    number: Option<i64>,
}

impl From<LockedAuction> for OnBench {
    fn from(LockedAuction { auction, anonymous_bidders }: LockedAuction) -> Self {
        Self {
            state_read: auction.state.clone(),
            auction,
            anonymous_bidders,
            bidders: HashMap::new(),
            changes: BTreeMap::new(),
            entries: Vec::new(),
            events: Vec::new(),
            past: Vec::new(),
            voided: Vec::new(),
            description: None,
            cancel_reason: None,
        }
    }
}

impl OnBench {
    /// Remembers what was read of a user.
    pub(super) fn meet_found(&mut self, user: UserId, found: &Found) {
        if let Some(name) = &found.user_name {
            self.meet(user, name, found.number);
        }
    }

    /// Remembers a user, unless he is known already.
    pub(super) fn meet(&mut self, user: UserId, name: &str, number: Option<i64>) {
        let known = || Known { name: name.to_owned(), number };
        self.bidders.entry(user).or_insert_with(known);
    }

    /// The number of a user who has bid.
    pub(super) fn number_of(&self, user: UserId) -> Option<i64> {
        self.bidders.get(&user)?.number
    }

    /// The sealed amount of a user that stands, given the one that was read.
    pub(super) fn sealed_now(&self, user: UserId, read: Option<Amount>) -> Option<Amount> {
        self.changes.get(&user).map_or(read, |(change, _)| Some(change.offer?.amount()))
    }

    /// Whether this batch has changed a user's part.
    pub(super) fn changed(&self, user: UserId) -> bool {
        self.changes.contains_key(&user)
    }

    /// The sealed amounts that this batch has recorded.
    pub(super) fn sealed_bids(&self) -> impl Iterator<Item = SealedBid> + '_ {
        self.changes.values().filter_map(|(change, bid_id)| {
            let amount = change.offer?.amount();
            let BidderChange { user_id: bidder, number, last_position: position, .. } = *change;
            Some(SealedBid { bid_id: *bid_id, bidder, number, amount, position })
        })
    }

    /// The description that this batch has given it.
    pub(super) fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// What this batch has added to the log, as far as a void replays it.
    pub(super) fn past(&self) -> &[Past] {
        &self.past
    }

    /// An entry that this batch has recorded.
    pub(super) fn entry(&self, id: EntryId) -> Option<&LogEntry> {
        self.entries.iter().rev().find(|entry| entry.entry_id == id)
    }

    /// Records events, the one of the bid they accept among them, and applies them.
    pub(super) fn record(&mut self, events: &[Event], bid: Option<(EntryId, &PlaceBid, &[u8])>) {
        for event in events {
            self.auction.apply(event);
            self.note(event);
            let public = record::wire_event(&self.auction, event, |user| self.public_name(user));
            let json = public.as_ref().and_then(|event| serde_json::to_string(event).ok());
            let request = bid.filter(|(id, ..)| *id == event.entry_id);
            let request = request.map(|(_, bid, digest)| (bid, digest));
            self.entries.push(record::log_entry(&self.auction, event, json.clone(), request));
            if let (Some(event), Some(json)) = (public, json) {
                self.events.push(Announced { event, json });
            }
        }
    }

    /// Notes what an event changes beside the state.
    fn note(&mut self, event: &Event) {
        self.past.extend(Past::of(event));
        match &event.change {
            Change::BidsVoided(voided) => {
                self.voided.extend(&voided.bids);
                self.change(event, voided.bidder, voided.number, voided.standing);
            }
            Change::SealedBidVoided { bidder, number, .. } => {
                self.change(event, *bidder, *number, None);
            }
            Change::DescriptionChanged { description } => {
                self.description = Some(description.clone());
            }
            Change::Cancelled { reason } => self.cancel_reason = Some(reason.clone()),
            change => {
                if let (Some(user), Some(number)) = (event.actor, record::number(change)) {
                    self.change(event, user, number, record::offered(change));
                }
            }
        }
    }

    /// Notes a change of a bidder's.
    fn change(
        &mut self,
        event: &Event,
        user_id: UserId,
        number: i64,
        offer: Option<gobid_auction::Offered>,
    ) {
        if let Some(known) = self.bidders.get_mut(&user_id) {
            known.number = Some(number);
        }
        let change = BidderChange {
            product_id: self.auction.terms.product_id,
            user_id,
            number,
            offer,
            is_sealed: self.auction.terms.format.is_sealed(),
            last_position: event.position,
        };
        self.changes.insert(user_id, (change, event.entry_id));
    }

    /// Adds what is to be written and announced of the product.
    pub(super) fn finish(self, judged: &mut Judged) {
        if self.entries.is_empty() {
            return;
        }
        let product_id = self.auction.terms.product_id;
        let leader = self.auction.state.leader.and_then(|user_id| self.bidder(user_id));
        let edit = self.edit();
        let Self { auction, state_read, changes, entries, events, voided, .. } = self;
        judged.batch.entries.extend(entries);
        judged.batch.bidders.extend(changes.values().map(|(change, _)| *change));
        judged.batch.voided.extend(voided.into_iter().map(|bid_id| (product_id, bid_id)));
        judged.batch.edits.extend(edit);
        judged.batch.products.push(ProductChange::of(&state_read, &auction));
        judged.announcements.push(Announcement {
            product_id,
            position_read: state_read.position,
            auction,
            leader,
            events,
            parts: changes.into_values().map(|(change, _)| part(&change)).collect(),
            description: self.description,
            cancel_reason: self.cancel_reason,
        });
    }

    /// What changed that seldom does.
    fn edit(&self) -> Option<Edit> {
        let rare = |state: &State| {
            let State { reserve, reserve_fixed, ended_early, annulled, revision, .. } = state;
            (*reserve, *reserve_fixed, *ended_early, *annulled, *revision)
        };
        let is_edited = self.cancel_reason.is_some() || self.description.is_some();
        let state = &self.auction.state;
        (is_edited || rare(state) != rare(&self.state_read)).then(|| Edit {
            product_id: self.auction.terms.product_id,
            state: state.clone(),
            description: self.description.clone(),
            cancel_reason: self.cancel_reason.clone(),
        })
    }

    fn bidder(&self, user_id: UserId) -> Option<Bidder> {
        let known = self.bidders.get(&user_id)?;
        Some(Bidder { user_id, user_name: known.name.clone(), number: known.number? })
    }

    fn public_name(&self, user: UserId) -> Option<String> {
        let known = self.bidders.get(&user)?;
        Some(public_name(self.anonymous_bidders, &known.name, known.number?))
    }
}

fn part(change: &BidderChange) -> (UserId, BidderRow) {
    let BidderChange { user_id, number, offer, last_position, .. } = *change;
    (user_id, BidderRow { number, offer, last_position })
}
