//! A database in memory, and a driver that plays a lane's steps against it.

use std::collections::{BTreeMap, HashSet};

use gobid_auction::{
    Amount, Auction, EntryId, Format, Increment, ProductId, Status, Terms, Timestamp,
};
use gobid_store::{AcceptedBid, Batch, Found, Locked, LockedAuction, Lookup, More, Wants};

use super::super::*;
use super::{Fault, MINUTE, id};

/// A database that does what it is told to, one step after the other.
#[derive(Default)]
pub(in crate::hub::lane) struct Fake {
    pub(super) auctions: BTreeMap<ProductId, LockedAuction>,
    accepted: Vec<(Lookup, AcceptedBid)>,
    pub(in crate::hub::lane) entries: HashSet<EntryId>,
    uncommitted: Option<Arc<Batch>>,
    /// Products whose rows somebody else holds.
    pub(super) held: HashSet<ProductId>,
    pub(in crate::hub::lane) now: Moment,
}

fn auction(product_id: ProductId) -> LockedAuction {
    let terms = Terms {
        product_id,
        seller_id: id(1),
        format: Format::English,
        currency: "USD".parse().unwrap(),
        baseprice: Amount::new(100).unwrap(),
        increment: Increment::flat(Amount::new(10).unwrap()),
        buy_now_price: None,
        soft_close: Duration::ZERO,
        hard_end: None,
        dutch: None,
        auction_start: Timestamp::from_micros(0),
        starts_later: false,
    };
    let (end, created_at) = (Timestamp::from_micros(MINUTE), Timestamp::from_micros(0));
    let mut auction = Auction::new(terms, None, end, created_at);
    auction.state.status = Status::Open;
    LockedAuction { auction, anonymous_bidders: false }
}

impl Fake {
    pub(in crate::hub::lane) fn with(products: &[u128]) -> Self {
        let auctions = products.iter().map(|product| (id(*product), auction(id(*product))));
        Self { auctions: auctions.collect(), ..Self::default() }
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_micros(i64::try_from(self.now.as_millis()).unwrap() * 1000)
    }

    pub(in crate::hub::lane) fn perform(&mut self, step: Step) -> Done {
        match step {
            Step::Wait(_) => panic!("nothing to do"),
            Step::Open => Done::Opened,
            Step::Lock(products, mode) => self.lock(&products, mode),
            Step::Read(lookups, _) => Done::Read(lookups.iter().map(|l| self.find(l)).collect()),
            Step::Record(batch) => {
                self.uncommitted = Some(batch);
                Done::Recorded(true)
            }
            Step::Commit => self.commit(),
            Step::Rollback => Done::RolledBack,
            Step::EntriesAbove(_) => Done::Entries(self.entries.clone()),
        }
    }

    pub(super) fn lock(&self, products: &[ProductId], mode: LockMode) -> Done {
        let held = |product: &&ProductId| self.held.contains(*product);
        if mode != LockMode::SkipLocked && products.iter().any(|product| held(&product)) {
            return Done::Refused;
        }
        let free = products.iter().filter(|product| !held(product));
        let auctions = free.filter_map(|product| self.auctions.get(product).cloned()).collect();
        let locked = Locked { auctions, clock: None };
        Done::Locked { locked, now: self.time(), asked: self.now, had: self.now }
    }

    fn find(&self, lookup: &Lookup) -> Found {
        let same = |other: &Lookup| {
            (other.product_id, other.user_id, other.request_id)
                == (lookup.product_id, lookup.user_id, lookup.request_id)
        };
        let accepted = self.accepted.iter().find(|(other, _)| same(other));
        Found {
            user_name: Some(format!("user {}", lookup.user_id.as_u128())),
            is_suspended: false,
            is_admin: false,
            session_alive: true,
            number: Some(1),
            sealed: None,
            accepted: accepted.map(|(_, accepted)| accepted.clone()),
            more: More::Nothing,
        }
    }

    fn commit(&mut self) -> Done {
        let batch = self.uncommitted.take().unwrap();
        for change in &batch.products {
            let auction = &mut self.auctions.get_mut(&change.product_id).unwrap().auction;
            assert_eq!(auction.state.position, change.position_read);
            auction.state = change.state.clone();
        }
        for entry in &batch.entries {
            assert!(self.entries.insert(entry.entry_id), "an entry was written twice");
            let lookup = Lookup {
                product_id: entry.product_id,
                user_id: entry.actor_id.unwrap_or_default(),
                request_id: entry.request_id,
                session: None,
                wants: Wants::Nothing,
            };
            self.accepted.push((lookup, crate::hub::record::accepted(entry)));
        }
        Done::Committed
    }

    /// Plays until there is nothing to do, with faults at steps that a test names; gives what was
    /// told.
    pub(super) fn play(&mut self, core: &mut Core, fault: impl Fn(&Step) -> Fault) -> Vec<Output> {
        let mut told = Vec::new();
        for _ in 0..100 {
            let step = core.step(self.now);
            if let Step::Wait(until) = step {
                told.extend(core.outputs());
                match until {
                    Some(until) if !core.is_idle() => self.now = self.now.max(until),
                    _ => return told,
                }
                continue;
            }
            let done = match fault(&step) {
                Fault::None => self.perform(step),
                Fault::Refused => Done::Refused,
                Fault::Lost => Done::Lost,
                Fault::AnswerLost => {
                    self.perform(step);
                    Done::Lost
                }
            };
            core.done(done, self.now, &|_, _, _| true);
            told.extend(core.outputs());
        }
        panic!("it never ends");
    }
}
