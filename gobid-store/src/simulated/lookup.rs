//! What is read of the tables under a lock, and of a log by whoever replays it.

use std::cmp::Reverse;
use std::collections::HashSet;

use gobid_auction::{Amount, EntryId, Offered, Past, PastChange, ProductId, SealedBid, Timestamp};

use super::tables::Tables;
use crate::error::corrupt;
use crate::sessions::IDLE_LIMIT;
use crate::{
    AcceptedBid, Bidder, BidderChange, Found, History, LogEntry, Lookup, More, NamedSealedBid,
    NewSession, Private, StoreError, Wants,
};

impl Tables {
    /// What a lookup finds, with the sessions that are alive at this time.
    pub(super) fn found(&self, lookup: &Lookup, now: Timestamp) -> Result<Found, StoreError> {
        let Lookup { product_id, user_id, request_id, session, .. } = *lookup;
        let user = self.users.get(&user_id);
        let bidder = self.bidder(product_id, user_id);
        let log = self.log(product_id);
        let session = session.and_then(|key| self.sessions.get(&key));
        let accepted = log.zip(request_id).and_then(|(log, id)| log.of_request(user_id, id));
        Ok(Found {
            user_name: user.map(|row| row.user.user_name.clone()),
            is_suspended: user.is_some_and(|row| row.is_suspended),
            is_admin: user.is_some_and(|row| row.user.is_admin),
            session_alive: session.is_some_and(|it| it.user_id == user_id && is_alive(it, now)),
            number: bidder.map(|row| row.number),
            sealed: bidder.and_then(sealed_amount),
            accepted: accepted.and_then(accepted_bid),
            more: self.more(lookup)?,
        })
    }

    fn more(&self, lookup: &Lookup) -> Result<More, StoreError> {
        let product_id = lookup.product_id;
        Ok(match lookup.wants {
            Wants::Nothing => More::Nothing,
            Wants::Description => {
                let product = self.products.get(&product_id);
                More::Description(
                    product.map(|row| row.product.description.clone()).unwrap_or_default(),
                )
            }
            Wants::History(after) => More::History(self.history(product_id, after, usize::MAX)?),
            Wants::Bidder(user_id) => {
                let row = self.bidder(product_id, user_id);
                More::Bidder(row.map(|row| (row.number, sealed_amount(row))))
            }
            Wants::BestSealed(limit) => More::BestSealed(self.best_sealed(product_id, rows(limit))),
        })
    }

    fn best_sealed(&self, product_id: ProductId, limit: usize) -> Vec<NamedSealedBid> {
        let bidders = self.bidders.get(&product_id);
        let mut best: Vec<_> = bidders
            .into_iter()
            .flat_map(|bidders| bidders.values())
            .filter_map(|row| self.named_sealed_bid(row))
            .collect();
        best.sort_by_key(|named| (Reverse(named.bid.amount), named.bid.position));
        best.truncate(limit);
        best
    }

    fn named_sealed_bid(&self, row: &BidderChange) -> Option<NamedSealedBid> {
        let bid = SealedBid {
            bid_id: self.log(row.product_id)?.entries.get(&row.last_position)?.entry_id,
            bidder: row.user_id,
            number: row.number,
            amount: sealed_amount(row)?,
            position: row.last_position,
        };
        Some(NamedSealedBid { bid, user_name: self.user_name(row.user_id)? })
    }

    /// The part of a log above a position that a void replays, at most so many entries of it.
    pub(super) fn history(
        &self,
        product_id: ProductId,
        after: i64,
        limit: usize,
    ) -> Result<History, StoreError> {
        let mut history = History { until: after, ..History::default() };
        let entries = self.log(product_id).into_iter().flat_map(|log| log.entries.values());
        for entry in entries.filter(|entry| entry.position > after).take(limit) {
            history.until = entry.position;
            let Some(change) = change(entry)? else { continue };
            if let PastChange::Bid { bidder, number, .. } = change
                && let Some(user_name) = self.user_name(bidder)
            {
                history.bidders.push(Bidder { user_id: bidder, user_name, number });
            }
            let LogEntry { position, seq, entry_id, .. } = **entry;
            history.log.push(Past { position, seq, entry_id, change });
        }
        Ok(history)
    }

    pub(super) fn entries_above(&self, positions: &[(ProductId, i64)]) -> HashSet<EntryId> {
        let above = |(product_id, position): &(ProductId, i64)| {
            let entries = self.log(*product_id).into_iter().flat_map(|log| log.entries.values());
            let position = *position;
            entries.filter(move |entry| entry.position > position).map(|entry| entry.entry_id)
        };
        positions.iter().flat_map(above).collect()
    }
}

/// Whether a session is neither expired nor idle for too long.
pub(super) fn is_alive(session: &NewSession, now: Timestamp) -> bool {
    let used = session.remember || session.created_at > now.minus(IDLE_LIMIT);
    session.expires_at > now && used
}

/// A limit of a statement, as a number of rows.
pub(super) fn rows(limit: i64) -> usize {
    usize::try_from(limit).unwrap_or(0)
}

fn sealed_amount(row: &BidderChange) -> Option<Amount> {
    row.offer.filter(|_| row.is_sealed).map(Offered::amount)
}

fn accepted_bid(entry: &LogEntry) -> Option<AcceptedBid> {
    Some(AcceptedBid {
        entry_id: entry.entry_id,
        request_digest: entry.request_digest.clone()?,
        offer: entry.offer,
        seq_after: entry.seq_after,
        leader: entry.leader,
        price: entry.price,
        minimum: entry.minimum,
        auction_end: entry.auction_end,
        received_at: entry.received_at,
    })
}

fn change(entry: &LogEntry) -> Result<Option<PastChange>, StoreError> {
    let private = || {
        let private = entry.private.clone();
        private.ok_or_else(|| corrupt("auction_log", "an entry has no private part"))
    };
    Ok(match entry.kind {
        "bid_placed" | "raised" => Some(bid(entry, &private()?)?),
        "reserve_changed" => {
            let private = private()?;
            Some(PastChange::Reserve { before: private.reserve_before, reserve: private.reserve })
        }
        "bids_voided" => {
            let private = private()?;
            Some(PastChange::Voided { bids: private.struck_rows, entries: private.struck })
        }
        _ => None,
    })
}

fn bid(entry: &LogEntry, private: &Private) -> Result<PastChange, StoreError> {
    let amount = entry.offer.and_then(Amount::new);
    let (Some(bidder), Some(number), Some(amount)) =
        (entry.actor_id, private.bidder_number, amount)
    else {
        return Err(corrupt("auction_log", "a bid has no bidder or no amount"));
    };
    let (offer, automatic) = (private.offer.with(amount), private.automatic);
    Ok(PastChange::Bid { bidder, number, offer, automatic })
}
