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
    /// The lookups of commands that are known before their products are locked; those of their plan
    /// begin with them, unless some of the products are not there.
    pub(super) fn ahead(commands: &[Queued]) -> Arc<[Lookup]> {
        commands.iter().filter_map(of_caller).collect()
    }

    /// The lookups for commands whose products are locked, as far as they exist.
    pub(super) fn of(commands: &[Queued], locked: &Locked) -> Self {
        let auctions: HashMap<ProductId, &Auction> = locked
            .auctions
            .iter()
            .map(|locked| (locked.auction.terms.product_id, &locked.auction))
            .collect();
        let auction_of = |command: &Queued| auctions.get(&command.product_id).copied();
        let mut lookups = Vec::with_capacity(commands.len());
        let mut own = vec![None; commands.len()];
        let mut leaders = HashMap::new();
        for (own, command) in own.iter_mut().zip(commands) {
            if let (Some(auction), Some(of_caller)) = (auction_of(command), of_caller(command)) {
                *own = Some(lookups.len());
                lookups.push(Lookup { wants: wants(command, auction), ..of_caller });
            }
        }
        for (own, command) in own.iter_mut().zip(commands) {
            let Some(auction) = auction_of(command) else { continue };
            if let Some(of_closing) = of_closing(command, auction) {
                *own = Some(lookups.len());
                lookups.push(of_closing);
            }
            let leader = auction.state.leader.filter(|_| may_name_leader(command, auction));
            if let Some(leader) = leader {
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

/// Of a bid its request id, session and bidder; of an order its session and user.
fn of_caller(command: &Queued) -> Option<Lookup> {
    let (Caller { user_id, session, .. }, request_id) = match &command.task {
        Task::Bid(caller, bid) => (*caller, Some(bid.request_id)),
        Task::Order(caller, _) => (*caller, None),
        Task::Due => return None,
    };
    let of_user = Lookup::of_user(command.product_id, user_id);
    Some(Lookup { request_id, session: Some(session), ..of_user })
}

/// What else is to be read for an order.
fn wants(command: &Queued, auction: &Auction) -> Wants {
    let Task::Order(_, task) = &command.task else { return Wants::Nothing };
    match &task.order {
        Order::Edit { description: Some(_), .. } => Wants::Description,
        Order::Void { target, .. } if auction.terms.format.is_sealed() => match target {
            VoidTarget::Bidder { user_id, .. } => Wants::Bidder(*user_id),
            VoidTarget::Bid(_) => Wants::Nothing,
        },
        Order::Void { .. } => Wants::History(task.history.until),
        _ => Wants::Nothing,
    }
}

/// Of a closing the best sealed amounts.
fn of_closing(command: &Queued, auction: &Auction) -> Option<Lookup> {
    let is_wanted = matches!(command.task, Task::Due) && auction.terms.format.is_sealed();
    is_wanted.then(|| {
        let read = i64::try_from(SEALED_READ).unwrap_or(i64::MAX);
        let seller = Lookup::of_user(command.product_id, auction.terms.seller_id);
        Lookup { wants: Wants::BestSealed(read), ..seller }
    })
}

/// Whether a command may lead to an event that names the leader there is: the house bids for one
/// whose maximum is above the price, and every event but a bid leaves the leader.
fn may_name_leader(command: &Queued, auction: &Auction) -> bool {
    let is_bid = matches!(command.task, Task::Bid(..));
    !is_bid || auction.state.maximum > auction.state.price
}
