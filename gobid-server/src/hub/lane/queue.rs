//! What waits for a lane: in the order of arrival, product by product.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_auction::{EntryIds, Order, ProductId};
use gobid_store::{History, LockMode};

use crate::clock::Moment;
use crate::hub::answer::{Caller, PlaceBid};
use crate::hub::tickets::Stamp;

/// The most commands of one transaction.
pub(super) const BATCH: usize = 256;
/// The most openings and closings of one transaction; they have places of their own.
const HOUSE_BATCH: usize = 32;
/// How long a batch waits for rows that somebody holds before it goes on without them: longer than
/// another server needs for one of its own.
const PATIENCE: Duration = Duration::from_millis(200);
/// How long a product that was set aside may make its lane wait, when it is tried alone.
const BRIEFLY: Duration = Duration::from_millis(20);
/// How soon a product that was set aside is tried again, the first time and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// How long a product stays aside of which nothing waits any more: the next command to it must not
/// make its lane find out anew that its row is held.
const REMEMBERED: Duration = Duration::from_mins(1);

/// A command that waits to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queued {
    /// The product it is for.
    pub(crate) product_id: ProductId,
    /// When it was received, and the id it is answered by.
    pub(crate) stamp: Stamp,
    /// The ids of the entries it may lead to.
    pub(crate) ids: EntryIds,
    /// What is to be done.
    pub(crate) task: Task,
}

/// What a lane is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Judge a bid.
    Bid(Caller, PlaceBid),
    /// Judge what a seller or an admin orders.
    Order(Caller, Arc<OrderTask>),
    /// Open or close an auction that is due.
    Due,
}

/// What a seller or an admin orders.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OrderTask {
    /// The order.
    pub(crate) order: Order,
    /// Of a void, the log as far as it was read before the command entered its lane.
    pub(crate) history: History,
}

/// Without the order: a reserve is secret.
impl fmt::Debug for OrderTask {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "OrderTask({:?})", self.history)
    }
}

/// Some commands that are tried together, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// The commands, in the order in which they are judged.
    pub(crate) commands: Vec<Queued>,
    /// How it is made.
    pub(crate) manner: Manner,
}

/// How an attempt is made; where one fails, the next is made in a manner that holds up less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// All that waits, as far as its rows are soon to be had.
    Together,
    /// The same, without the products whose rows somebody holds.
    WithoutLocked,
    /// One product that was set aside.
    Alone(ProductId),
}

/// What waits for a lane.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Queued>,
    /// Openings and closings.
    house: VecDeque<Queued>,
    /// Products whose rows somebody else holds, or that fail: each is tried alone.
    aside: BTreeMap<ProductId, Aside>,
    /// Whether the last attempt was one of those: the others come between.
    was_aside: bool,
    /// Nothing of what waits lapses earlier.
    no_lapse_before: Option<Moment>,
}

#[derive(Debug)]
struct Aside {
    commands: VecDeque<Queued>,
    /// Whether some of its commands are being tried.
    is_tried: bool,
    try_at: Moment,
    backoff: Duration,
}

impl Queued {
    /// Whether the command may not be judged any more, now that it could be.
    pub(super) fn is_too_late(&self, now: Moment) -> bool {
        self.stamp.has_lapsed(now) && !planted::is(Bug::LapseNotLookedAt)
    }
}

impl Attempt {
    /// The products, each once, in the order of their ids.
    pub(crate) fn products(&self) -> Vec<ProductId> {
        let mut products: Vec<_> = self.commands.iter().map(|c| c.product_id).collect();
        products.sort_unstable();
        products.dedup();
        products
    }

    /// How it waits for its rows.
    pub(super) const fn lock_mode(&self) -> LockMode {
        match self.manner {
            Manner::Together => LockMode::Briefly(PATIENCE),
            Manner::WithoutLocked => LockMode::SkipLocked,
            Manner::Alone(_) => LockMode::Briefly(BRIEFLY),
        }
    }
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        let aside = self.aside.values().all(|aside| aside.commands.is_empty());
        self.waiting.is_empty() && self.house.is_empty() && aside
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.aside.values().map(|aside| aside.commands.len()).sum::<usize>()
    }

    pub(super) fn push(&mut self, command: Queued) {
        self.expect_lapse(command.stamp);
        if let Some(aside) = self.aside.get_mut(&command.product_id) {
            aside.commands.push_back(command);
        } else if !matches!(command.task, Task::Due) {
            self.waiting.push_back(command);
        } else {
            self.house.push_back(command);
        }
    }

    /// Puts commands back that were tried in vain: before whatever came later.
    pub(super) fn put_back(&mut self, commands: Vec<Queued>) {
        if planted::is(Bug::PutBackBehind) {
            return commands.into_iter().for_each(|command| self.push(command));
        }
        for command in commands.into_iter().rev() {
            self.expect_lapse(command.stamp);
            if let Some(aside) = self.aside.get_mut(&command.product_id) {
                aside.commands.push_front(command);
            } else if !matches!(command.task, Task::Due) {
                self.waiting.push_front(command);
            } else {
                self.house.push_front(command);
            }
        }
    }

    /// Sets the commands of a product aside, and with them whatever of it waits.
    pub(super) fn set_aside(&mut self, commands: Vec<Queued>, now: Moment) {
        for command in commands.into_iter().rev() {
            self.expect_lapse(command.stamp);
            let (waiting, house) = (&mut self.waiting, &mut self.house);
            let aside = self.aside.entry(command.product_id).or_insert_with(|| Aside {
                commands: take_product(waiting, house, command.product_id),
                is_tried: false,
                try_at: now.plus(BACKOFF.0),
                backoff: BACKOFF.0,
            });
            aside.commands.push_front(command);
        }
    }

    /// A product that had been set aside was tried and failed again.
    pub(super) fn back_off(&mut self, product_id: ProductId, commands: Vec<Queued>, now: Moment) {
        if let Some(aside) = self.aside.get_mut(&product_id) {
            aside.is_tried = false;
            aside.backoff = (aside.backoff * 2).min(BACKOFF.1);
            aside.try_at = now.plus(aside.backoff);
        }
        self.put_back(commands);
    }

    /// A product that had been set aside was tried and went through.
    pub(super) fn welcome_back(&mut self, product_id: ProductId) {
        let aside = self.aside.remove(&product_id);
        if let Some(aside) = aside.filter(|_| !planted::is(Bug::AsideForgotten)) {
            self.put_back(aside.commands.into());
        }
    }

    /// The next commands to try together.
    pub(super) fn take(&mut self, now: Moment) -> Option<Attempt> {
        let alone = if self.was_aside { None } else { self.take_aside(now) };
        self.was_aside = alone.is_some();
        alone.or_else(|| self.take_waiting()).or_else(|| self.take_aside(now))
    }

    /// Takes out whatever may not be judged any more.
    pub(super) fn take_lapsed(&mut self, now: Moment) -> Vec<Queued> {
        let mut lapsed = Vec::new();
        if self.no_lapse_before.is_some_and(|moment| moment <= now) {
            let asides = self.aside.values_mut().map(|aside| &mut aside.commands);
            for queue in asides.chain([&mut self.waiting, &mut self.house]) {
                lapsed.extend(take_out(queue, |command| command.stamp.has_lapsed(now)));
            }
            let asides = self.aside.values().flat_map(|aside| &aside.commands);
            let all = asides.chain(&self.waiting).chain(&self.house);
            self.no_lapse_before = all.map(|command| command.stamp.lapses_at()).min();
        }
        self.aside.retain(|_, aside| {
            let is_wanted = aside.is_tried || !aside.commands.is_empty();
            is_wanted || now.since(aside.try_at) < REMEMBERED
        });
        lapsed
    }

    /// When a product that was set aside is tried again.
    pub(super) fn next_retry(&self) -> Option<Moment> {
        let wanted = self.aside.values().filter(|aside| !aside.commands.is_empty());
        wanted.map(|aside| aside.try_at).min()
    }

    /// When the first of the commands that wait may not be judged any more, or earlier: what has been
    /// taken out since may have been the first.
    pub(super) fn next_lapse(&self) -> Option<Moment> {
        self.no_lapse_before.filter(|_| !self.is_empty())
    }

    fn expect_lapse(&mut self, stamp: Stamp) {
        let lapses_at = stamp.lapses_at();
        self.no_lapse_before = Some(self.no_lapse_before.map_or(lapses_at, |m| m.min(lapses_at)));
    }

    fn take_aside(&mut self, now: Moment) -> Option<Attempt> {
        let wanted = self.aside.iter_mut().filter(|(_, aside)| !aside.commands.is_empty());
        let due = wanted.filter(|(_, aside)| aside.try_at <= now);
        let (product_id, aside) = due.min_by_key(|(_, aside)| aside.try_at)?;
        aside.is_tried = true;
        let most = aside.commands.len().min(BATCH);
        let commands = aside.commands.drain(..most).collect();
        Some(Attempt { commands, manner: Manner::Alone(*product_id) })
    }

    fn take_waiting(&mut self) -> Option<Attempt> {
        let most = self.house.len().min(HOUSE_BATCH);
        let mut commands: Vec<_> = self.house.drain(..most).collect();
        commands.extend(self.take_bids(BATCH - commands.len()));
        (!commands.is_empty()).then_some(Attempt { commands, manner: Manner::Together })
    }

    /// The next bids: at most half of the batch from one product, while others wait.
    fn take_bids(&mut self, most: usize) -> Vec<Queued> {
        let first = self.waiting.front().map(|command| command.product_id);
        let alone = self.waiting.iter().all(|command| Some(command.product_id) == first);
        let most_of_one = if alone { most } else { most / 2 };
        let mut counts: HashMap<ProductId, usize> = HashMap::new();
        let mut taken = Vec::with_capacity(most.min(self.waiting.len()));
        let mut left = Vec::new();
        while taken.len() < most
            && let Some(command) = self.waiting.pop_front()
        {
            let count = counts.entry(command.product_id).or_default();
            if *count < most_of_one {
                *count += 1;
                taken.push(command);
            } else {
                left.push(command);
            }
        }
        left.into_iter().rev().for_each(|command| self.waiting.push_front(command));
        taken
    }
}

/// Everything of one product that waits: the bids, then what the house wants of it.
fn take_product(
    waiting: &mut VecDeque<Queued>,
    house: &mut VecDeque<Queued>,
    product_id: ProductId,
) -> VecDeque<Queued> {
    let mut taken = VecDeque::new();
    for queue in [waiting, house] {
        taken.extend(take_out(queue, |command| command.product_id == product_id));
    }
    taken
}

/// Takes some commands out of a queue; the others keep their order.
fn take_out(queue: &mut VecDeque<Queued>, wanted: impl Fn(&Queued) -> bool) -> VecDeque<Queued> {
    let (taken, left) = queue.drain(..).partition(wanted);
    *queue = left;
    taken
}
