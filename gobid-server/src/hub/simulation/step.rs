//! The steps of a lane: each is sent to the database, and some time later it is known what came of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use gobid_auction::{ProductId, Timestamp};
use gobid_store::simulated::{Outcome, Statement};
use gobid_store::{LockMode, Locked};

use super::client::CopyId;
use super::event::{Call, Event, Process, Task};
use super::lane::{Hold, Lane};
use super::link::{Attempt, Reply};
use super::server::Running;
use super::trace::note;
use super::world::World;
use crate::clock::Moment;
use crate::hub::lane::{Done, Step};

/// The most commands of one product in a batch, while others wait.
const HALF: usize = 128;
/// So long a process may stand still and have its locks all the same.
const KEEPS_LOCKS: Duration = Duration::from_millis(1_900);

/// The step that is being done.
pub(super) struct Stepping {
    number: u64,
    asked: Moment,
    asked_at: Timestamp,
}

impl World {
    pub(super) fn perform(&mut self, process: Process, lane: usize, step: Step) {
        let (now, moment) = (self.now, self.moment(process));
        let Some(running) = self.running(process) else { return };
        let at = &mut running.lanes[lane];
        at.steps += 1;
        at.holds(&step);
        at.step = Some(Stepping { number: at.steps, asked: moment, asked_at: now });
        let (call, connection) = (Call { lane, number: at.steps }, at.connection);
        note!(self, "server {} lane {lane}: {}", process.server, named(&step));
        self.count_step(process, lane, &step);
        let statement = match step {
            Step::Wait(_) | Step::Open => return self.open_connection(process, call),
            Step::Lock(products, mode) => {
                if mode == LockMode::Wait {
                    self.lock_backwards(&products);
                }
                Statement::Lock(products, mode)
            }
            Step::Read(lookups, now) => Statement::Read(lookups, now),
            Step::Record(batch) => Statement::Record(batch),
            Step::Commit => Statement::Commit,
            Step::Rollback => Statement::Rollback,
            Step::EntriesAbove(positions) => Statement::EntriesAbove(positions),
        };
        if let Some(connection) = connection {
            self.send_statement(process, call, connection, statement);
        } else {
            let lost = Task::Stepped(call, Reply::Lost);
            self.at(now, Event::Server(process, lost));
        }
    }

    /// Looks at a step before it is done: whether it is one of those that are to be reached, and
    /// whether this is the worst moment for its process to stand still.
    fn count_step(&mut self, process: Process, lane: usize, step: &Step) {
        if let Step::Read(lookups, _) = step {
            let mut counts: BTreeMap<ProductId, usize> = BTreeMap::new();
            for lookup in lookups.iter() {
                *counts.entry(lookup.product_id).or_default() += 1;
            }
            let is_halved = counts.len() > 1 && counts.values().any(|count| *count >= HALF);
            self.reached.batch_halved += usize::from(is_halved);
            let full = counts.into_iter().find(|(_, count)| *count >= HALF);
            let is_left = full.is_some_and(|(product_id, count)| {
                self.waiting_for_batch(process, lane, product_id) > count
            });
            self.reached.batch_left_behind += usize::from(is_left);
        }
        let can_stall = self.plan.rates.server_stalls > 0 && !self.is_calm;
        if can_stall && matches!(step, Step::Lock(..) | Step::Read(..)) {
            self.stall_over_lapse(process, lane);
        }
    }

    /// How many commands of a product a lane had taken in when it asked for its locks.
    fn waiting_for_batch(&mut self, process: Process, lane: usize, product_id: ProductId) -> usize {
        let Some(running) = self.running(process) else { return 0 };
        let at = &running.lanes[lane];
        let of_product = at.waiting.values().filter(|(ticket, _)| ticket.product_id == product_id);
        let copies: Vec<_> = of_product.map(|(_, copy)| *copy).collect();
        let asked_with = at.asked_with;
        let was_there =
            |copy: &&CopyId| self.copies[copy.0].submitted.is_some_and(|place| place <= asked_with);
        copies.iter().filter(was_there).count()
    }

    /// A process may stand still just until something has lapsed whose step is under way.
    fn stall_over_lapse(&mut self, process: Process, lane: usize) {
        let moment = self.moment(process);
        let Some(running) = self.running(process) else { return };
        let waiting = running.lanes[lane].waiting.values();
        let lapse = waiting.map(|(ticket, _)| ticket.stamp.lapses_at()).min();
        let left = lapse.map_or(Duration::MAX, |lapse| lapse.since(moment));
        if left < KEEPS_LOCKS && self.random.one_in(3) {
            let span = left + self.random.micros(0, 50_000);
            self.stand_still(process.server, span, false);
        }
    }

    /// A step is done, or will never be.
    pub(super) fn stepped(&mut self, process: Process, call: Call, reply: Reply) {
        let Some(running) = self.running(process) else { return };
        let at = &mut running.lanes[call.lane];
        let is_awaited = at.step.as_ref().is_some_and(|step| step.number == call.number);
        let Some(step) = at.step.take_if(|_| is_awaited) else {
            if let Reply::Opened(connection) = reply {
                self.hang_up(connection);
            }
            return;
        };
        let now = self.now;
        let done = self.done(process, call, &step, reply);
        note!(self, "server {} lane {}: … {}", process.server, call.lane, told(&done));
        let moment = self.moment(process);
        let Some(Running { lanes, tickets, .. }) = self.running(process) else { return };
        let asked = RefCell::new(Vec::new());
        let gate = |product_id, end, before: &[u64]| {
            let may_close = tickets.may_close(product_id, end, before, moment);
            asked.borrow_mut().push((product_id, may_close, before.to_vec()));
            may_close
        };
        let is_over = matches!(done, Done::Lost | Done::RolledBack | Done::Committed);
        let is_committed = matches!(done, Done::Committed);
        lanes[call.lane].core.done(done, moment, &gate);
        for (product_id, may_close, before) in asked.into_inner() {
            self.reached.close_held_back += usize::from(!may_close);
            self.judged_before.insert((process, product_id), before);
        }
        self.deliver(process, call.lane);
        if let Some(running) = self.running(process) {
            running.lanes[call.lane].lets_go(is_over, is_committed, now);
        }
        self.run_lane(process, call.lane);
    }

    fn done(&mut self, process: Process, call: Call, step: &Stepping, reply: Reply) -> Done {
        let moment = self.moment(process);
        let now = self.now;
        let Some(running) = self.running(process) else { return Done::Lost };
        let at = &mut running.lanes[call.lane];
        match reply {
            Reply::Opened(connection) => {
                at.connection = Some(connection);
                Done::Opened
            }
            Reply::Lost | Reply::Said(Outcome::Killed) => {
                let connection = at.connection.take();
                if let Some(connection) = connection {
                    self.hang_up(connection);
                }
                self.reached.connection_lost += 1;
                Done::Lost
            }
            Reply::Said(Outcome::Locked(locked)) => {
                let connection = at.connection;
                if let Some(database) = locked.clock {
                    running.clock.sample(step.asked, moment, database);
                }
                let clock = locked.clock.unwrap_or_else(|| running.clock.now());
                let times = (step.asked_at, now);
                let attempt = Attempt::new(process, times, &locked);
                if let Some(connection) = connection {
                    self.links.has_locks(connection, attempt);
                }
                Done::Locked { locked, now: clock, asked: step.asked, had: moment }
            }
            Reply::Said(Outcome::Read(found)) => {
                if let Some(connection) = at.connection {
                    self.links.judges(connection, moment);
                }
                Done::Read(found)
            }
            Reply::Said(Outcome::Recorded(guarded)) => Done::Recorded(guarded),
            Reply::Said(Outcome::Committed) => Done::Committed,
            Reply::Said(Outcome::RolledBack) => Done::RolledBack,
            Reply::Said(Outcome::Entries(entries)) => Done::Entries(entries),
            Reply::Said(Outcome::Refused) => {
                self.reached.statement_refused += 1;
                Done::Refused
            }
        }
    }
}

impl Lane {
    /// What a step does with the commands that are tried.
    const fn holds(&mut self, step: &Step) {
        match step {
            Step::Lock(_, LockMode::Briefly(_) | LockMode::SkipLocked) => {
                self.asked_with = self.submitted;
                self.hold = Hold::No;
            }
            Step::Read(..) => self.hold = Hold::Judged,
            Step::Commit => self.hold = Hold::Commit,
            _ => {}
        }
    }

    /// A step is done, and everybody was told what came of it.
    const fn lets_go(&mut self, is_over: bool, is_committed: bool, now: Timestamp) {
        let lets_go = match self.hold {
            Hold::No => false,
            Hold::Judged => is_over,
            Hold::Commit => is_committed,
            Hold::Resolved => true,
        };
        if lets_go {
            self.held = Some((self.asked_with, self.hold, now));
            self.hold = Hold::No;
        }
    }
}

/// A step in a few words.
fn named(step: &Step) -> String {
    match step {
        Step::Lock(products, mode) => format!("lock {} rows, {mode:?}", products.len()),
        Step::Read(lookups, _) => format!("read {} lookups", lookups.len()),
        Step::Record(batch) => format!("record {} entries", batch.entries.len()),
        step => format!("{step:?}"),
    }
}

/// What came of it in a few words.
fn told(done: &Done) -> String {
    match done {
        Done::Locked { locked: Locked { auctions, .. }, .. } => {
            let states = auctions.iter().map(|locked| &locked.auction.state);
            format!("locked at {:?}", states.map(|state| state.position).collect::<Vec<_>>())
        }
        Done::Read(_) => "read".to_owned(),
        Done::Entries(entries) => format!("{} entries", entries.len()),
        done => format!("{done:?}"),
    }
}
