//! A lane at work: what `hub/lane/driver.rs` does in the server, on simulated lines.

use std::collections::{BTreeMap, VecDeque};

use gobid_auction::{Auction, Timestamp};
use gobid_store::simulated::ConnectionId;

use super::client::CopyId;
use super::event::{Event, Process, Task};
use super::server::Running;
use super::step::Stepping;
use super::world::World;
use crate::clock::Moment;
use crate::hub::answer::Answer;
use crate::hub::lane::{self, Core, Output, Queued, Step};
use crate::hub::tickets::Ticket;

/// How many bids, and how many openings and closings wait for a lane.
const QUEUE: usize = 4096;
const HOUSE_QUEUE: usize = 256;

/// A lane.
#[derive(Default)]
pub(super) struct Lane {
    pub(super) core: Core,
    bids: VecDeque<Submission>,
    house: VecDeque<Submission>,
    /// Whoever waits for an answer; the ticket ends with it.
    pub(super) waiting: BTreeMap<u64, (Ticket, CopyId)>,
    pub(super) connection: Option<ConnectionId>,
    pub(super) step: Option<Stepping>,
    pub(super) steps: u64,
    pub(super) submitted: u64,
    /// How many commands it had taken in when it asked for the locks of its attempt, and what it has
    /// done with those since.
    pub(super) asked_with: u64,
    pub(super) hold: Hold,
    /// The same of the attempt before, and when that was over.
    pub(super) held: Option<(u64, Hold, Timestamp)>,
    wakes_at: Option<Timestamp>,
}

/// Whether the commands that are tried are held past their time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hold {
    /// They lapse as those do that wait.
    #[default]
    No,
    /// They are judged: what they lead to is read, written or rolled back.
    Judged,
    /// A COMMIT is out, or looked for.
    Commit,
    /// What became of it was learnt.
    Resolved,
}

/// A command on its way into the lane.
struct Submission {
    ticket: Ticket,
    task: lane::Task,
    copy: CopyId,
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
        let lane = crate::hub::lane_of(ticket.product_id, self.plan.lanes);
        let Some(running) = self.running(process) else { return };
        let (is_house, received_at) = (matches!(task, lane::Task::Due), ticket.stamp.received_at);
        let at = &mut running.lanes[lane];
        let submission = Submission { ticket, task, copy };
        if is_house && at.house.len() < HOUSE_QUEUE {
            at.house.push_back(submission);
        } else if !is_house && at.bids.len() < QUEUE {
            at.bids.push_back(submission);
        } else if !is_house {
            drop(submission);
            self.answered(copy, Answer::not_recorded(received_at));
        }
        self.run_lane(process, lane);
    }

    /// Lets a lane go on, until it waits for something.
    pub(super) fn run_lane(&mut self, process: Process, lane: usize) {
        self.take_in(process, lane);
        let moment = self.moment(process);
        let Some(running) = self.running(process) else { return };
        let at = &mut running.lanes[lane];
        let mut wake = None;
        if at.step.is_none() {
            let step = at.core.step(moment);
            self.deliver(process, lane);
            match step {
                Step::Wait(until) => wake = until,
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

    /// Tells what a lane has to tell.
    pub(super) fn deliver(&mut self, process: Process, lane: usize) {
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
                self.reached.largest_batch = self.reached.largest_batch.max(size);
            }
            Output::SetAside(products) => self.reached.set_aside += products,
            Output::Resolved(there) => {
                if let Some(running) = self.running(process) {
                    running.lanes[lane].hold = Hold::Resolved;
                }
                match there {
                    Some(true) => self.reached.unknown_found += 1,
                    Some(false) => self.reached.unknown_absent += 1,
                    None => self.reached.unknown_for_ever += 1,
                }
            }
        }
    }
}
