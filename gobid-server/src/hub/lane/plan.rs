//! What must be read under the lock before a batch can be judged, and for whom.

use std::collections::HashMap;
use std::sync::Arc;

use gobid_auction::{Auction, Order, ProductId, VoidTarget};
use gobid_store::{Found, Locked, Lookup, Wants};

use super::queue::{BATCH, Queued, Task};
use crate::hub::answer::Caller;

/// How many amounts of a sealed auction its closing tells.
pub(super) const SEALED_TOLD: usize = 100;
/// How many are read: those that the commands of the same batch may strike or raise on top.
const SEALED_READ: usize = SEALED_TOLD + BATCH;

/// The lookups of a batch.
#[derive(Debug)]
pub(crate) struct Plan {
    lookups: Arc<[Lookup]>,
    /// For each command, which lookup is its own.
    own: Vec<Option<usize>>,
    /// For each product whose leader may have to be named, which lookup is the leader's.
    leaders: HashMap<ProductId, usize>,
}

impl Plan {
    /// The lookups for commands whose products are locked, as far as they exist.
    pub(super) fn of(commands: &[Queued], locked: &Locked) -> Self {
        let auctions: HashMap<ProductId, &Auction> = locked
            .auctions
            .iter()
            .map(|locked| (locked.auction.terms.product_id, &locked.auction))
            .collect();
        let mut lookups = Vec::with_capacity(commands.len());
        let mut own = Vec::with_capacity(commands.len());
        let mut leaders = HashMap::new();
        for command in commands {
            let auction = auctions.get(&command.product_id).copied();
            let lookup = auction.and_then(|auction| own_lookup(command, auction));
            own.push(lookup.is_some().then_some(lookups.len()));
            lookups.extend(lookup);
            let named = auction.filter(|auction| may_name_leader(command, auction));
            if let Some(leader) = named.and_then(|auction| auction.state.leader) {
                leaders.entry(command.product_id).or_insert_with(|| {
                    lookups.push(Lookup::of_user(command.product_id, leader));
                    lookups.len() - 1
                });
            }
        }
        Self { lookups: lookups.into(), own, leaders }
    }

    /// What is to be read.
    pub(super) fn lookups(&self) -> Arc<[Lookup]> {
        Arc::clone(&self.lookups)
    }

    /// What was read for a command, by its place in the batch.
    pub(super) fn own<'a>(&self, command: usize, found: &'a [Found]) -> Option<&'a Found> {
        found.get((*self.own.get(command)?)?)
    }

    /// What was read of a product's leader.
    pub(super) fn leader<'a>(
        &self,
        product_id: ProductId,
        found: &'a [Found],
    ) -> Option<&'a Found> {
        found.get(*self.leaders.get(&product_id)?)
    }
}

/// Of a bid its request id, session and bidder; of an order its session and user, and whatever it
/// is about; of a closing the best sealed amounts.
fn own_lookup(command: &Queued, auction: &Auction) -> Option<Lookup> {
    let product_id = command.product_id;
    let by = |caller: Caller, request_id, wants| {
        let Caller { user_id, session, .. } = caller;
        Some(Lookup { product_id, user_id, request_id, session: Some(session), wants })
    };
    match &command.task {
        Task::Bid(caller, bid) => by(*caller, Some(bid.request_id), Wants::Nothing),
        Task::Order(caller, task) => {
            let wants = match &task.order {
                Order::Edit { description: Some(_), .. } => Wants::Description,
                Order::Void { target, .. } if auction.terms.format.is_sealed() => match target {
                    VoidTarget::Bidder { user_id, .. } => Wants::Bidder(*user_id),
                    VoidTarget::Bid(_) => Wants::Nothing,
                },
                Order::Void { .. } => Wants::History(task.history.until),
                _ => Wants::Nothing,
            };
            by(*caller, None, wants)
        }
        Task::Due => auction.terms.format.is_sealed().then(|| {
            let read = i64::try_from(SEALED_READ).unwrap_or(i64::MAX);
            let seller = Lookup::of_user(product_id, auction.terms.seller_id);
            Lookup { wants: Wants::BestSealed(read), ..seller }
        }),
    }
}

/// Whether a command may lead to an event that names the leader there is: the house bids for one
/// whose maximum is above the price, and every event but a bid leaves the leader.
fn may_name_leader(command: &Queued, auction: &Auction) -> bool {
    let is_bid = matches!(command.task, Task::Bid(..));
    !is_bid || auction.state.maximum > auction.state.price
}
