//! What is no lane's: what rooms, the closer and the sweep of the sessions read of what is
//! committed, and the writes beside the lanes. Each happens at once.

use std::collections::HashSet;
use std::sync::Arc;

use gobid_auction::{EntryId, Offered, ProductId, Timestamp, UserId};
use uuid::Uuid;

use super::SimulatedDatabase;
use super::lookup::{is_alive, rows};
use super::tables::{ProductRow, UserRow, Write};
use crate::error::corrupt;
use crate::{
    Bidder, BidderChange, BidderRow, Due, History, LogEnd, LogEntry, NewProductRow, NewSession,
    NewUser, Product, SessionKey, StoreError, StoredEvent,
};

/// The writes beside the lanes.
impl SimulatedDatabase {
    /// Creates a user.
    pub fn create_user(&mut self, user: &NewUser) {
        let row = UserRow { user: user.clone(), is_suspended: false };
        Arc::make_mut(&mut self.committed.users).insert(user.user_id, row);
    }

    /// Suspends a user.
    pub fn suspend(&mut self, user_id: UserId) {
        if let Some(row) = Arc::make_mut(&mut self.committed.users).get_mut(&user_id) {
            row.is_suspended = true;
        }
    }

    /// Creates a session.
    pub fn create_session(&mut self, session: &NewSession) {
        Arc::make_mut(&mut self.committed.sessions).insert(session.key, session.clone());
    }

    /// Ends a session. False when there was none.
    pub fn end_session(&mut self, key: SessionKey) -> bool {
        Arc::make_mut(&mut self.committed.sessions).remove(&key).is_some()
    }

    /// Creates a product, with the first entry of its log when its auction opens at once.
    pub fn create_product(&mut self, product: &NewProductRow, first_entry: Option<&LogEntry>) {
        let row = Arc::new(ProductRow::new(product));
        self.committed.products.insert(product.auction.terms.product_id, row);
        if let Some(entry) = first_entry {
            self.committed.apply(&Write::Entry(Arc::new(entry.clone())));
        }
    }
}

/// What is committed. What has no order in the real database is in the order of its ids here.
impl SimulatedDatabase {
    /// One product.
    pub fn product(&self, product_id: ProductId) -> Option<Product> {
        let row = self.committed.products.get(&product_id)?;
        let product = &row.product;
        let leader = product.auction.state.leader.and_then(|user_id| {
            Some(Bidder {
                user_id,
                user_name: self.committed.user_name(user_id)?,
                number: self.committed.bidder(product_id, user_id)?.number,
            })
        });
        Some(Product {
            auction: product.auction.clone(),
            product_name: product.product_name.clone(),
            description: product.description.clone(),
            reference: product.reference.as_ref().map(|reference| reference.text.clone()),
            seller_name: self.committed.user_name(product.auction.terms.seller_id)?,
            leader,
            anonymous_bidders: product.anonymous_bidders,
            original_end: row.original_end,
            created_at: product.created_at,
            cancel_reason: row.cancel_reason.clone(),
        })
    }

    /// The whole log of an auction, oldest first.
    pub fn log(&self, product_id: ProductId) -> impl DoubleEndedIterator<Item = &LogEntry> {
        let log = self.committed.log(product_id);
        log.into_iter().flat_map(|log| log.entries.values().map(Arc::as_ref))
    }

    /// The events of an auction above a seq, oldest first.
    pub fn events(
        &self,
        product_id: ProductId,
        after_seq: i64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let entries = self.log(product_id).filter(|entry| entry.seq.is_some());
        let entries = entries.filter(|entry| entry.seq > Some(after_seq));
        let mut events: Vec<_> = entries.map(event).collect::<Result<_, _>>()?;
        events.sort_by_key(|event| event.seq);
        events.truncate(rows(limit));
        Ok(events)
    }

    /// The events of an auction that placed bids, newest first, from a seq (that event included)
    /// downwards.
    pub fn bid_events(
        &self,
        product_id: ProductId,
        from_seq: Option<i64>,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let mut events = self.events(product_id, i64::MIN, i64::MAX)?;
        let from = from_seq.unwrap_or(i64::MAX);
        events.retain(|event| event.kind == "bid_placed" && event.seq <= from);
        events.reverse();
        events.truncate(rows(limit));
        Ok(events)
    }

    /// The part of a log above a position that a void replays, at most so many entries of it.
    pub fn history(
        &self,
        product_id: ProductId,
        after: i64,
        limit: i64,
    ) -> Result<History, StoreError> {
        self.committed.history(product_id, after, rows(limit))
    }

    /// Which of some bids of an auction were struck, automatic answers included.
    pub fn voided_among(&self, product_id: ProductId, bid_ids: &[EntryId]) -> HashSet<EntryId> {
        let voided = self.committed.voided.get(&product_id);
        let is_struck = |id: &EntryId| voided.is_some_and(|voided| voided.contains(id));
        bid_ids.iter().copied().filter(is_struck).collect()
    }

    /// How a user has taken part in an auction; `None` without a bid.
    pub fn bidder(&self, product_id: ProductId, user_id: UserId) -> Option<BidderRow> {
        self.committed.bidder(product_id, user_id).map(bidder_row)
    }

    /// How some users have taken part in an auction, as far as that changed above a position of its
    /// log.
    pub fn parts_since(
        &self,
        product_id: ProductId,
        after: i64,
        user_ids: &[UserId],
    ) -> Vec<(UserId, BidderRow)> {
        let bidders = self.committed.bidders.get(&product_id);
        let bidders = bidders.into_iter().flat_map(|bidders| bidders.iter());
        let wanted = bidders.filter(|(id, row)| row.last_position > after && user_ids.contains(id));
        wanted.map(|(user_id, row)| (*user_id, bidder_row(row))).collect()
    }

    /// How far the logs of some products have come.
    pub fn positions(&self, product_ids: &[ProductId]) -> Vec<LogEnd> {
        let wanted = self.committed.products.iter().filter(|(id, _)| product_ids.contains(id));
        let end = |(product_id, row): (&ProductId, &Arc<ProductRow>)| {
            let state = &row.product.auction.state;
            LogEnd { product_id: *product_id, position: state.position, seq: state.seq }
        };
        wanted.map(end).collect()
    }

    /// Openings and closings that are due until a moment, longest due first, behind the last of the
    /// page before.
    pub fn due_products(
        &self,
        until: Timestamp,
        after: Option<(Timestamp, ProductId)>,
        limit: i64,
    ) -> Vec<Due> {
        let after = after.unwrap_or((Timestamp::from_micros(i64::MIN), Uuid::nil()));
        let due = |(product_id, row): (&ProductId, &Arc<ProductRow>)| {
            let (due_at, status) = (row.due_at?, row.product.auction.state.status);
            (due_at <= until && (due_at, *product_id) > after).then_some(Due {
                product_id: *product_id,
                due_at,
                status,
            })
        };
        let mut page: Vec<_> = self.committed.products.iter().filter_map(due).collect();
        page.sort_by_key(|due| (due.due_at, due.product_id));
        page.truncate(rows(limit));
        page
    }

    /// Which of the sessions are alive: neither ended nor expired nor idle for too long, and not of
    /// a suspended user.
    pub fn sessions_alive(&self, keys: &[SessionKey], now: Timestamp) -> Vec<SessionKey> {
        let has_user = |session: &NewSession| {
            let user = self.committed.users.get(&session.user_id);
            user.is_some_and(|row| !row.is_suspended)
        };
        let sessions = self.committed.sessions.values();
        let alive = sessions.filter(|session| is_alive(session, now) && has_user(session));
        alive.map(|session| session.key).filter(|key| keys.contains(key)).collect()
    }
}

fn event(entry: &LogEntry) -> Result<StoredEvent, StoreError> {
    let (Some(seq), Some(public)) = (entry.seq, &entry.public) else {
        return Err(corrupt("auction_log", "an entry with a seq has no public part"));
    };
    Ok(StoredEvent {
        entry_id: entry.entry_id,
        position: entry.position,
        seq,
        kind: entry.kind.to_owned(),
        actor_id: entry.actor_id,
        at: Timestamp::from_micros(entry.at),
        public: public.clone(),
    })
}

fn bidder_row(row: &BidderChange) -> BidderRow {
    let kind = |offer: Offered| match offer {
        Offered::Maximum(amount) => Offered::Maximum(amount),
        Offered::Firm(amount) | Offered::Purchase(amount) => Offered::Firm(amount),
    };
    BidderRow { number: row.number, offer: row.offer.map(kind), last_position: row.last_position }
}
