//! Entries of a log in the making: each builds on those before it.

use crate::{After, Auction, Change, EntryId, EntryIds, Event, Status, Timestamp, UserId};

/// The entries that a command leads to, so far.
pub(crate) struct Entries {
    /// The auction after them.
    pub(crate) auction: Auction,
    events: Vec<Event>,
    received_at: Timestamp,
    now: Timestamp,
}

impl Entries {
    /// Begins with the opening that is due before a command received at this time: RULES.md §3.
    pub(crate) fn of(
        auction: &Auction,
        ids: EntryIds,
        received_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        let due = is_opening_due(auction, received_at);
        let mut entries = Self { auction: auction.clone(), events: Vec::new(), received_at, now };
        if due {
            entries.add_own_of_house(ids.opening, Change::Opened);
        }
        entries
    }

    /// When the next entry is dated.
    pub(crate) fn at(&self) -> Timestamp {
        self.now.max(self.auction.state.last_at)
    }

    /// What holds now, as an event that changes none of it would leave it.
    pub(crate) fn after(&self) -> After {
        let state = &self.auction.state;
        After {
            leader: state.leader,
            price: state.price,
            maximum: state.maximum,
            minimum: self.auction.minimum_next_bid(),
            auction_end: state.auction_end,
        }
    }

    /// Adds an event.
    pub(crate) fn add(&mut self, id: EntryId, actor: UserId, change: Change, after: After) {
        let seq = Some(self.auction.state.seq + 1);
        self.push(id, seq, Some(actor), self.received_at, change, after);
    }

    /// Adds an entry that is nobody else's business.
    pub(crate) fn add_private(&mut self, id: EntryId, actor: UserId, change: Change, after: After) {
        self.push(id, None, Some(actor), self.received_at, change, after);
    }

    /// Adds an event of the house's that changes nothing but what its kind says.
    pub(crate) fn add_own_of_house(&mut self, id: EntryId, change: Change) {
        self.add_of_house(id, change, self.after());
    }

    /// Adds an event of the house's.
    pub(crate) fn add_of_house(&mut self, id: EntryId, change: Change, after: After) {
        let seq = Some(self.auction.state.seq + 1);
        self.push(id, seq, None, self.now, change, after);
    }

    /// The entries.
    pub(crate) fn finish(self) -> Vec<Event> {
        self.events
    }

    fn push(
        &mut self,
        entry_id: EntryId,
        seq: Option<i64>,
        actor: Option<UserId>,
        received_at: Timestamp,
        change: Change,
        after: After,
    ) {
        let (position, at) = (self.auction.state.position + 1, self.at());
        let event = Event { entry_id, position, seq, received_at, at, actor, change, after };
        self.auction.apply(&event);
        self.events.push(event);
    }
}

/// Whether a command received at this time finds an opening that was not judged yet.
pub(crate) fn is_opening_due(auction: &Auction, received_at: Timestamp) -> bool {
    auction.state.status == Status::Scheduled && received_at >= auction.terms.auction_start
}
