//! A lane at work: what `hub/lane/driver.rs` does in the server, on simulated lines.

use std::collections::{BTreeMap, VecDeque};

use gobid_auction::{Auction, Timestamp};
use gobid_store::simulated::{ConnectionId, Outcome, Statement};
use gobid_store::{LockMode, Locked};

use super::client::CopyId;
use super::event::{Call, Event, Process, Task};
use super::link::{Attempt, Reply};
use super::server::Running;
use super::trace::note;
use super::world::World;
use crate::clock::Moment;
use crate::hub::answer::Answer;
use crate::hub::lane::{self, Core, Done, Output, Queued, Step};
use crate::hub::tickets::Ticket;

/// How many openings and closings wait for a lane.
const HOUSE_QUEUE: usize = 256;

/// A lane.
#[derive(Default)]
pub(super) struct Lane {
    core: Core,
    bids: VecDeque<Submission>,
    house: VecDeque<Submission>,
    /// Whoever waits for an answer; the ticket ends with it.
    waiting: BTreeMap<u64, (Ticket, CopyId)>,
    connection: Option<ConnectionId>,
    step: Option<Stepping>,
    steps: u64,
    submitted: u64,
    wakes_at: Option<Timestamp>,
}

/// A command on its way into the lane.
struct Submission {
    ticket: Ticket,
    task: lane::Task,
    copy: CopyId,
}

/// The step that is being done.
struct Stepping {
    number: u64,
    asked: Moment,
    asked_at: Timestamp,
}

impl Lane {
    /// Whether nothing waits, is under way, or is owed an answer.
    pub(super) fn is_idle(&self) -> bool {
        let nothing_waits = self.bids.is_empty() && self.house.is_empty();
        self.core.is_idle() && self.waiting.is_empty() && nothing_waits
    }
}

impl World {
    /// Puts a command into a lane, if there is a place.
    pub(super) fn put_in(
        &mut self,
        process: Process,
        ticket: Ticket,
        task: lane::Task,
        copy: CopyId,
    ) {
        let queue = self.plan.queue;
        let lane = crate::hub::lane_of(ticket.product_id, self.plan.lanes);
        let Some(running) = self.running(process) else { return };
        let (is_house, received_at) = (matches!(task, lane::Task::Due), ticket.stamp.received_at);
        let at = &mut running.lanes[lane];
        let submission = Submission { ticket, task, copy };
        if is_house && at.house.len() < HOUSE_QUEUE {
            at.house.push_back(submission);
        } else if !is_house && at.bids.len() < queue {
            at.bids.push_back(submission);
        } else {
            drop(submission);
            if !is_house {
                self.reached.queue_full += 1;
                self.answered(copy, Answer::not_recorded(received_at));
            }
            return;
        }
        self.run_lane(process, lane);
    }

    /// Lets a lane go on, until it waits for something.
    fn run_lane(&mut self, process: Process, lane: usize) {
        self.take_in(process, lane);
        let moment = self.moment(process);
        let Some(running) = self.running(process) else { return };
        let at = &mut running.lanes[lane];
        let mut wake = None;
        if at.step.is_none() {
            match at.core.step(moment) {
                Step::Wait(until) => {
                    wake = until;
                    self.deliver(process, lane);
                }
                step => self.perform(process, lane, step),
            }
        }
        self.wake_later(process, lane, wake);
    }

    /// What waits inside lapses in the middle of a step, too.
    fn wake_later(&mut self, process: Process, lane: usize, wake: Option<Moment>) {
        let server = &self.servers[process.server];
        let Some(running) = server.running.as_ref() else { return };
        let at = &running.lanes[lane];
        let lapse = at.step.as_ref().and_then(|_| at.core.next_lapse());
        let next = wake.into_iter().chain(lapse).map(|moment| server.time_of(moment)).min();
        let Some(next) = next.filter(|next| at.wakes_at.is_none_or(|other| *next < other)) else {
            return;
        };
        if let Some(running) = self.running(process) {
            running.lanes[lane].wakes_at = Some(next);
        }
        self.at(next, Event::Server(process, Task::WakeLane(lane)));
    }

    pub(super) fn wake_lane(&mut self, process: Process, lane: usize) {
        let moment = self.moment(process);
        let Some(running) = self.running(process) else { return };
        let at = &mut running.lanes[lane];
        at.wakes_at = None;
        if at.step.is_some() {
            at.core.lapse(moment);
            self.deliver(process, lane);
        }
        self.run_lane(process, lane);
    }

    fn take_in(&mut self, process: Process, lane: usize) {
        let mut refused = Vec::new();
        let Some(Running { clock, lanes, .. }) = self.running(process) else { return };
        let at = &mut lanes[lane];
        let mut submitted = Vec::new();
        loop {
            let next = match at.house.pop_front() {
                Some(house) => Some(house),
                None if at.core.has_room() => at.bids.pop_front(),
                None => None,
            };
            let Some(Submission { ticket, task, copy }) = next else { break };
            let (product_id, stamp, ids) = (ticket.product_id, ticket.stamp, ticket.ids);
            if !clock.is_fresh() {
                if !matches!(task, lane::Task::Due) {
                    refused.push((copy, Answer::not_recorded(stamp.received_at)));
                }
                continue;
            }
            at.submitted += 1;
            submitted.push((copy, at.submitted));
            at.waiting.insert(stamp.id, (ticket, copy));
            at.core.submit(Queued { product_id, stamp, ids, task });
        }
        for (copy, place) in submitted {
            self.copies[copy.0].submitted = Some(place);
        }
        for (copy, answer) in refused {
            self.reached.clock_not_fresh += 1;
            self.answered(copy, answer);
        }
    }

    fn perform(&mut self, process: Process, lane: usize, step: Step) {
        let (now, moment) = (self.now, self.moment(process));
        let Some(running) = self.running(process) else { return };
        let at = &mut running.lanes[lane];
        at.steps += 1;
        at.step = Some(Stepping { number: at.steps, asked: moment, asked_at: now });
        let (call, connection) = (Call { lane, number: at.steps }, at.connection);
        note!(self, "server {} lane {lane}: {}", process.server, named(&step));
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
        match connection {
            Some(connection) => self.send_statement(process, call, connection, statement),
            None => {
                let lost = Task::Stepped(call, Reply::Lost);
                self.at(now, Event::Server(process, lost));
            }
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
        let done = self.done(process, call, &step, reply);
        note!(self, "server {} lane {}: … {}", process.server, call.lane, told(&done));
        let moment = self.moment(process);
        let Some(Running { lanes, tickets, .. }) = self.running(process) else { return };
        let mut held_back = 0;
        let held_back_now = std::cell::Cell::new(0);
        let gate = |product_id, end, before: &[u64]| {
            let may_close = tickets.may_close(product_id, end, before);
            held_back_now.set(held_back_now.get() + usize::from(!may_close));
            may_close
        };
        lanes[call.lane].core.done(done, moment, &gate);
        held_back += held_back_now.get();
        self.reached.close_held_back += held_back;
        self.deliver(process, call.lane);
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
                connection.into_iter().for_each(|connection| self.hang_up(connection));
                self.reached.connection_lost += 1;
                Done::Lost
            }
            Reply::Said(Outcome::Locked(locked)) => {
                let connection = at.connection;
                if let Some(database) = locked.clock {
                    running.clock.sample(step.asked, moment, database);
                }
                let clock = locked.clock.unwrap_or_else(|| running.clock.now());
                let times = (step.asked_at, now, moment);
                let attempt = Attempt::new(process, call.lane, times, &locked);
                connection.into_iter().for_each(|it| self.links.has_locks(it, attempt));
                Done::Locked { locked, now: clock, asked: step.asked, had: moment }
            }
            Reply::Said(Outcome::Read(found)) => Done::Read(found),
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

    /// Tells what a lane has to tell.
    fn deliver(&mut self, process: Process, lane: usize) {
        let Some(running) = self.running(process) else { return };
        for output in running.lanes[lane].core.outputs() {
            self.tell(process, lane, output);
        }
    }

    fn tell(&mut self, process: Process, lane: usize, output: Output) {
        match output {
            Output::Answer(id, answer) => {
                let Some(running) = self.running(process) else { return };
                if let Some((ticket, copy)) = running.lanes[lane].waiting.remove(&id) {
                    drop(ticket);
                    self.answered(copy, answer);
                }
            }
            Output::Finished(id) => {
                if let Some(running) = self.running(process) {
                    running.lanes[lane].waiting.remove(&id);
                }
            }
            Output::Announce(announcement) => {
                self.check_announcement(&announcement);
                self.closer_is_told(process, announcement.product_id, &announcement.auction);
                self.announce(process, announcement);
            }
            Output::Touched(product_id, end) => {
                self.reached.close_on_touch += 1;
                self.submit_at(process, product_id, end.plus(Auction::SETTLE));
            }
            Output::ClockDisagrees => {
                self.reached.clock_disagreed += 1;
                if let Some(running) = self.running(process) {
                    running.clock.distrust();
                }
            }
            Output::Batch(size) => {
                self.reached.largest_batch = self.reached.largest_batch.max(size)
            }
            Output::SetAside(products) => self.reached.set_aside += products,
            Output::Resolved(there) => match there {
                Some(true) => self.reached.unknown_found += 1,
                Some(false) => self.reached.unknown_absent += 1,
                None => self.reached.unknown_for_ever += 1,
            },
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
