//! The tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use gobid_auction::{Auction, EntryId, ProductId, RequestId, State, Timestamp, UserId};

use crate::{
    BidderChange, Edit, LogEntry, NewProductRow, NewSession, NewUser, ProductChange, SessionKey,
};

/// The tables as they stand at one moment. A copy is cheap: it shares what does not change.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    pub(super) users: Arc<BTreeMap<UserId, UserRow>>,
    pub(super) sessions: Arc<BTreeMap<SessionKey, NewSession>>,
    pub(super) products: BTreeMap<ProductId, Arc<ProductRow>>,
    pub(super) logs: BTreeMap<ProductId, Arc<Log>>,
    pub(super) bidders: BTreeMap<ProductId, Arc<BTreeMap<UserId, BidderChange>>>,
    pub(super) voided: BTreeMap<ProductId, Arc<BTreeSet<EntryId>>>,
}

/// A row of `users`.
#[derive(Clone, Debug)]
pub(super) struct UserRow {
    pub(super) user: NewUser,
    pub(super) is_suspended: bool,
}

/// A row of `products`.
#[derive(Clone, Debug)]
pub(super) struct ProductRow {
    pub(super) product: NewProductRow,
    pub(super) original_end: Timestamp,
    pub(super) due_at: Option<Timestamp>,
    pub(super) cancel_reason: Option<String>,
}

/// The rows of `auction_log` of one product, by their positions.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) entries: BTreeMap<i64, Arc<LogEntry>>,
    seqs: BTreeSet<i64>,
    requests: BTreeMap<(UserId, RequestId), i64>,
}

/// A row that is written.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Entry(Arc<LogEntry>),
    Bidder(BidderChange),
    Product(ProductChange),
    Edit(Edit),
    Voided(ProductId, EntryId),
}

impl Tables {
    /// These tables, changed by what one transaction has written.
    pub(super) fn with(&self, writes: &[Write]) -> Self {
        let mut changed = self.clone();
        for write in writes {
            changed.apply(write);
        }
        changed
    }

    pub(super) fn apply(&mut self, write: &Write) {
        match write {
            Write::Entry(entry) => {
                let log = self.logs.entry(entry.product_id).or_default();
                Arc::make_mut(log).append(entry);
            }
            Write::Bidder(change) => {
                let bidders = self.bidders.entry(change.product_id).or_default();
                let bidders = Arc::make_mut(bidders);
                let number = bidders.get(&change.user_id).map_or(change.number, |row| row.number);
                bidders.insert(change.user_id, BidderChange { number, ..*change });
            }
            Write::Product(change) => {
                if let Some(row) = self.products.get_mut(&change.product_id) {
                    Arc::make_mut(row).change(change);
                }
            }
            Write::Edit(edit) => {
                if let Some(row) = self.products.get_mut(&edit.product_id) {
                    Arc::make_mut(row).edit(edit);
                }
            }
            Write::Voided(product_id, bid_id) => {
                let voided = self.voided.entry(*product_id).or_default();
                Arc::make_mut(voided).insert(*bid_id);
            }
        }
    }

    pub(super) fn log(&self, product_id: ProductId) -> Option<&Log> {
        self.logs.get(&product_id).map(Arc::as_ref)
    }

    pub(super) fn bidder(&self, product_id: ProductId, user_id: UserId) -> Option<&BidderChange> {
        self.bidders.get(&product_id)?.get(&user_id)
    }

    pub(super) fn user_name(&self, user_id: UserId) -> Option<String> {
        self.users.get(&user_id).map(|row| row.user.user_name.clone())
    }

    /// Whether the row of a product is another one than in earlier tables.
    pub(super) fn is_newer(&self, earlier: &Self, product_id: ProductId) -> bool {
        let rows = self.products.get(&product_id).zip(earlier.products.get(&product_id));
        rows.is_none_or(|(new, old)| !Arc::ptr_eq(new, old))
    }

    /// Whether a row with the primary key of a written one is there.
    pub(super) fn has_row_of(&self, write: &Write) -> bool {
        match write {
            Write::Entry(entry) => {
                let log = self.log(entry.product_id);
                log.is_some_and(|log| log.entries.contains_key(&entry.position))
            }
            Write::Bidder(row) => self.bidder(row.product_id, row.user_id).is_some(),
            Write::Voided(product_id, bid_id) => {
                self.voided.get(product_id).is_some_and(|voided| voided.contains(bid_id))
            }
            Write::Product(_) | Write::Edit(_) => false,
        }
    }

    /// Whether another row is there that has what only one may have of a written one.
    pub(super) fn has_rival_of(&self, write: &Write) -> bool {
        match write {
            Write::Entry(entry) => {
                self.log(entry.product_id).is_some_and(|log| log.has_rival_of(entry))
            }
            Write::Bidder(new) => {
                let mut rows =
                    self.bidders.get(&new.product_id).into_iter().flat_map(|it| it.values());
                rows.any(|row| row.number == new.number && row.user_id != new.user_id)
            }
            Write::Product(_) | Write::Edit(_) | Write::Voided(..) => false,
        }
    }
}

impl Write {
    /// Whether the row of a product is another one since.
    pub(super) fn changes_row_of(&self, id: ProductId) -> bool {
        match self {
            Self::Product(change) => change.product_id == id,
            Self::Edit(edit) => edit.product_id == id,
            Self::Entry(_) | Self::Bidder(_) | Self::Voided(..) => false,
        }
    }
}

impl ProductRow {
    /// The row as an insert makes it.
    pub(super) fn new(product: &NewProductRow) -> Self {
        let mut product = product.clone();
        let Auction { terms, state } = &mut product.auction;
        terms.soft_close = Duration::from_secs(terms.soft_close.as_secs());
        terms.starts_later = terms.auction_start > product.created_at;
        *state = State {
            reserve_fixed: false,
            ended_early: false,
            annulled: false,
            revision: 1,
            ..state.clone()
        };
        let (original_end, due_at) = (state.auction_end, product.auction.due_at());
        Self { product, original_end, due_at, cancel_reason: None }
    }

    pub(super) fn position(&self) -> i64 {
        self.product.auction.state.position
    }

    /// What every batch writes; the columns that seldom change are no part of it.
    fn change(&mut self, change: &ProductChange) {
        let state = &mut self.product.auction.state;
        *state = State {
            reserve: state.reserve,
            reserve_fixed: state.reserve_fixed,
            ended_early: state.ended_early,
            annulled: state.annulled,
            revision: state.revision,
            ..change.state.clone()
        };
        self.due_at = change.due_at;
    }

    fn edit(&mut self, edit: &Edit) {
        let state = &mut self.product.auction.state;
        state.reserve = edit.state.reserve;
        state.reserve_fixed = edit.state.reserve_fixed;
        state.ended_early = edit.state.ended_early;
        state.annulled = edit.state.annulled;
        state.revision = edit.state.revision;
        if let Some(description) = &edit.description {
            self.product.description.clone_from(description);
        }
        if edit.cancel_reason.is_some() {
            self.cancel_reason.clone_from(&edit.cancel_reason);
        }
    }
}

impl Log {
    fn append(&mut self, entry: &Arc<LogEntry>) {
        self.seqs.extend(entry.seq);
        self.requests.extend(entry.actor_id.zip(entry.request_id).map(|key| (key, entry.position)));
        self.entries.insert(entry.position, Arc::clone(entry));
    }

    /// The entry that a command of a user's led to, by what the user named it.
    pub(super) fn of_request(&self, user_id: UserId, request_id: RequestId) -> Option<&LogEntry> {
        let position = self.requests.get(&(user_id, request_id))?;
        self.entries.get(position).map(Arc::as_ref)
    }

    fn has_rival_of(&self, entry: &LogEntry) -> bool {
        let request = entry.actor_id.zip(entry.request_id);
        entry.seq.is_some_and(|seq| self.seqs.contains(&seq))
            || request.is_some_and(|request| self.requests.contains_key(&request))
    }
}
