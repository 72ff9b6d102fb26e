//! What a lane decides, without I/O: from what came of one step to the next step.
//!
//! A driver does the steps, one at a time, and tells what came of each. So the same decisions run
//! in the server and under a simulator. What is decided while the result of a COMMIT is not known
//! stands in `core/resolve.rs`.

mod resolve;

use std::sync::Arc;
use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_store::LockMode;

use super::admission::Pace;
use super::judge::{self, Gate};
use super::judged::{Judged, Verdict};
use super::phase::{After, Phase, Reading, Resolving, Work};
use super::plan::Plan;
use super::queue::{Attempt, Manner, Queue, Queued, Task};
use super::step::{Done, Output, Step};
use crate::clock::{self, Moment};
use crate::hub::answer::Answer;

/// The most commands that wait inside; what is more waits outside, in the lane's channel.
pub(crate) const WAITING: usize = 4096;
/// How soon a connection is opened again that could not be, the first time and at most.
const REOPEN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// The decisions of one lane.
#[derive(Debug, Default)]
pub(crate) struct Core {
    queue: Queue,
    phase: Phase,
    outputs: Vec<Output>,
    connected: bool,
    reopen_at: Option<Moment>,
    reopen_backoff: Duration,
    pace: Pace,
    /// Since when the attempt is made that is under way, and how much it has got done.
    began: Option<Moment>,
    got_done: usize,
}

impl Core {
    /// Whether another command may come in.
    pub(crate) fn has_room(&self) -> bool {
        self.queue.len() < WAITING
    }

    /// How many commands may be under way in the lane, by how fast it is.
    pub(crate) fn places(&self) -> usize {
        self.pace.places()
    }

    /// A command comes in.
    pub(crate) fn submit(&mut self, command: Queued) {
        self.queue.push(command);
    }

    /// Gives up whatever waits and may not be judged any more; in the middle of a step, too.
    pub(crate) fn lapse(&mut self, now: Moment) {
        let mut lapsed = self.queue.take_lapsed(now);
        if let Some(attempt) = self.phase.unjudged() {
            lapsed.extend(attempt.commands.extract_if(.., |c| c.stamp.has_lapsed(now)));
        }
        self.outputs.extend(lapsed.iter().map(not_judged));
    }

    /// When the next of what waits lapses.
    pub(crate) fn next_lapse(&self) -> Option<Moment> {
        let tried = match &self.phase {
            _ if planted::is(Bug::LapseUntold) => None,
            Phase::Locking(attempt) | Phase::RollingBack(After::Retry(attempt)) => {
                attempt.commands.iter().map(|c| c.stamp.lapses_at()).min()
            }
            _ => None,
        };
        self.queue.next_lapse().into_iter().chain(tried).min()
    }

    /// What is to be told, since the last time.
    pub(crate) fn outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// Whether nothing is under way and nothing waits.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle) && self.queue.is_empty()
    }

    /// What to do next.
    pub(crate) fn step(&mut self, now: Moment) -> Step {
        match self.phase {
            Phase::Idle => self.begin(now),
            Phase::Resolving(..) => self.lapse(now),
            _ => {}
        }
        match &self.phase {
            Phase::Idle => Step::Wait(self.next_wake()),
            Phase::Opening => Step::Open,
            Phase::Locking(attempt) => Step::Lock(attempt.products(), attempt.lock_mode()),
            Phase::Reading(reading) => Step::Read(reading.plan.lookups(), reading.now),
            Phase::Recording(work) => Step::Record(Arc::clone(&work.batch)),
            Phase::Committing(_) => Step::Commit,
            Phase::RollingBack(_) => Step::Rollback,
            Phase::Resolving(work, _, stage) => match stage {
                Resolving::Opening => match self.reopen_at.filter(|at| *at > now) {
                    Some(at) => Step::Wait(self.queue.next_lapse().into_iter().chain([at]).min()),
                    None => Step::Open,
                },
                Resolving::Locking => Step::Lock(work.attempt.products(), LockMode::Wait),
                Resolving::Reading => Step::EntriesAbove(work.positions_read()),
            },
        }
    }

    /// Tells what came of the last step. `gate` says whether a close may be judged.
    pub(crate) fn done(&mut self, done: Done, now: Moment, gate: &Gate<'_>) {
        match done {
            Done::Opened => {
                self.connected = true;
                self.reopen_at = None;
                self.reopen_backoff = REOPEN.0;
            }
            Done::Lost => self.disconnect(now),
            _ => {}
        }
        self.phase = match std::mem::take(&mut self.phase) {
            Phase::Idle | Phase::Opening => Phase::Idle,
            Phase::Locking(attempt) => self.locked(attempt, done, now),
            Phase::Reading(reading) => self.read(reading, done, now, gate),
            Phase::Recording(work) => match done {
                Done::Recorded(true) => {
                    if planted::is(Bug::AcknowledgeBeforeCommit) {
                        self.outputs.extend(work.judged.answers.iter().cloned().map(told));
                    }
                    if planted::is(Bug::PublishBeforeCommit) {
                        let announcements = work.judged.announcements.iter().cloned();
                        self.outputs.extend(announcements.map(Box::new).map(Output::Announce));
                    }
                    Phase::Committing(work)
                }
                Done::Lost => self.retry(work.attempt, now),
                _ => Phase::RollingBack(After::Retry(work.attempt)),
            },
            Phase::Committing(work) => match done {
                Done::Committed => self.deliver(work),
                Done::Lost if planted::is(Bug::UnknownTakenForDone) => self.deliver(work),
                Done::Lost if planted::is(Bug::UnknownTakenForFailed) => {
                    self.retry(work.attempt, now)
                }
                Done::Lost => Phase::Resolving(work, now, Resolving::Opening),
                // The connection lives, and so may the transaction: look from it.
                _ => Phase::RollingBack(After::Resolve(work, now)),
            },
            Phase::RollingBack(after) => self.rolled_back(after, now),
            Phase::Resolving(work, since, stage) => self.resolve(work, since, stage, done, now),
        };
        if matches!(self.phase, Phase::Idle)
            && let Some(began) = self.began.take()
        {
            self.pace.done(std::mem::take(&mut self.got_done), now.since(began));
        }
    }

    /// Takes up the next commands, if there are any and a connection.
    fn begin(&mut self, now: Moment) {
        self.lapse(now);
        if self.queue.is_empty() {
            return;
        }
        if self.connected {
            self.phase = self.queue.take(now).map_or(Phase::Idle, Phase::Locking);
            self.began = Some(now).filter(|_| matches!(self.phase, Phase::Locking(_)));
        } else if self.reopen_at.is_none_or(|at| at <= now) {
            self.phase = Phase::Opening;
        }
    }

    fn next_wake(&self) -> Option<Moment> {
        let next = if self.connected {
            self.queue.next_retry()
        } else {
            self.reopen_at.filter(|_| !self.queue.is_empty())
        };
        self.queue.next_lapse().into_iter().chain(next).min()
    }

    fn locked(&mut self, mut attempt: Attempt, done: Done, now: Moment) -> Phase {
        let (locked, clock, asked, had) = match done {
            Done::Locked { locked, now, asked, had } => (locked, now, asked, had),
            Done::Lost => return self.retry(attempt, now),
            _ if planted::is(Bug::RollbackForgotten) => return self.retry(attempt, now),
            _ => return Phase::RollingBack(After::Retry(attempt)),
        };
        if attempt.manner == Manner::WithoutLocked {
            let has = |command: &Queued| locked.has(command.product_id);
            let (got, skipped): (Vec<_>, Vec<_>) = attempt.commands.into_iter().partition(has);
            self.set_aside(skipped, now);
            attempt.commands = got;
        }
        let mut disagrees = false;
        attempt.commands.retain(|command| {
            let stamp = command.stamp;
            let agrees = clock::agrees(stamp.received_at, stamp.moment, asked, had, clock)
                || planted::is(Bug::ClocksNotCompared);
            let judged = agrees && !command.is_too_late(now);
            disagrees |= !agrees;
            if !judged {
                self.outputs.push(not_judged(command));
            }
            judged
        });
        if disagrees {
            self.outputs.push(Output::ClockDisagrees);
        }
        let plan = Plan::of(&attempt.commands, &locked);
        Phase::Reading(Reading { attempt, locked, now: clock, plan })
    }

    fn read(&mut self, reading: Reading, done: Done, now: Moment, gate: &Gate<'_>) -> Phase {
        let Reading { attempt, locked, now: clock, plan } = reading;
        let found = match done {
            Done::Read(found) => found,
            Done::Lost => return self.retry(attempt, now),
            _ => return Phase::RollingBack(After::Retry(attempt)),
        };
        let judged = judge::judge(&attempt.commands, locked, &plan, &found, (clock, now), gate);
        let work = Work::new(attempt, judged);
        if work.batch.entries.is_empty() {
            Phase::RollingBack(After::Deliver(work))
        } else {
            Phase::Recording(work)
        }
    }

    fn rolled_back(&mut self, after: After, now: Moment) -> Phase {
        match after {
            After::Deliver(work) => self.deliver(work),
            After::Retry(attempt) => self.retry(attempt, now),
            After::Conclude(work, there) => self.conclude(work, Some(there), now),
            After::Resolve(work, since) => Phase::Resolving(work, since, self.resolving_from()),
        }
    }

    /// An attempt failed before its COMMIT: the next one locks less.
    fn retry(&mut self, mut attempt: Attempt, now: Moment) -> Phase {
        match attempt.manner {
            Manner::Alone(product_id) => self.queue.back_off(product_id, attempt.commands, now),
            _ if attempt.commands.is_empty() => {}
            _ if !self.connected => self.queue.put_back(attempt.commands),
            Manner::WithoutLocked => self.set_aside(attempt.commands, now),
            Manner::Together => {
                attempt.manner = Manner::WithoutLocked;
                return Phase::Locking(attempt);
            }
        }
        Phase::Idle
    }

    fn set_aside(&mut self, commands: Vec<Queued>, now: Moment) {
        if !commands.is_empty() {
            let attempt = Attempt { commands, manner: Manner::WithoutLocked };
            self.outputs.push(Output::SetAside(attempt.products().len()));
            self.queue.set_aside(attempt.commands, now);
        }
    }

    /// Everything a batch led to is durable, or needs not be: tell it.
    fn deliver(&mut self, work: Work) -> Phase {
        self.went_through(work.attempt.manner);
        let Judged { answers, done, announcements, touched, .. } = work.judged;
        self.got_done = work.attempt.commands.len();
        self.outputs.push(Output::Batch(self.got_done));
        self.outputs.extend(announcements.into_iter().map(Box::new).map(Output::Announce));
        self.outputs.extend(answers.into_iter().map(told));
        self.outputs.extend(done.into_iter().map(Output::Finished));
        self.outputs.extend(touched.into_iter().map(|(id, end)| Output::Touched(id, end)));
        Phase::Idle
    }

    fn went_through(&mut self, manner: Manner) {
        if let Manner::Alone(product_id) = manner {
            self.queue.welcome_back(product_id);
        }
    }

    fn disconnect(&mut self, now: Moment) {
        self.connected = false;
        self.reopen_at = Some(now.plus(self.reopen_backoff));
        self.reopen_backoff = (self.reopen_backoff * 2).clamp(REOPEN.0, REOPEN.1);
    }
}

/// The answer to a command whose batch is durable, or needs not be.
fn told((id, verdict): (u64, Verdict)) -> Output {
    let (Verdict::Settled(answer) | Verdict::Recorded(answer) | Verdict::Judged(answer)) = verdict;
    Output::Answer(id, answer)
}

fn not_judged(command: &Queued) -> Output {
    match &command.task {
        Task::Bid(..) | Task::Order(..) => {
            Output::Answer(command.stamp.id, Answer::not_recorded(command.stamp.received_at))
        }
        Task::Due => Output::Finished(command.stamp.id),
    }
}

#[cfg(test)]
pub(super) mod tests;
