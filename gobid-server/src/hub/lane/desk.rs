//! A lane's desk: all of a lane but its database. Commands come in here, here is decided what is done
//! with them, and from here is told what came of it.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::admission::Admission;
use super::core::Core;
use super::queue::{Queued, Task};
use super::step::{Done, Step};
use super::teller::Teller;
use super::{AnsweredBy, Submission};
use crate::clock::{Clock, Moment};
use crate::hub::answer::Answer;
use crate::hub::counters::{Counters, StepKind};
use crate::hub::tickets::Tickets;

/// A step that takes longer is given up, and its connection with it.
pub(super) const STEP_DEADLINE: Duration = Duration::from_secs(10);
/// A lock that took longer than this was waited for.
const LOCK_WAIT: Duration = Duration::from_millis(5);
/// How often somebody looks at what has arrived while a step is under way: not with each command,
/// since none can be judged before the step is done.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A desk, at which the driver works, and its deputy while the driver's thread stands still.
pub(super) struct Desk {
    papers: Mutex<Papers>,
    /// The driver waits for the papers: the deputy is to let go of them.
    is_wanted: AtomicBool,
    /// Calls the deputy.
    call: Notify,
    is_closed: AtomicBool,
}

/// What lies on the desk.
pub(super) struct Papers {
    pub(super) core: Core,
    pub(super) bids: mpsc::Receiver<Submission>,
    pub(super) house: mpsc::Receiver<Submission>,
    pub(super) clock: Clock,
    pub(super) tickets: Arc<Tickets>,
    pub(super) teller: Teller,
    pub(super) counters: Arc<Counters>,
    /// Told how much the lane takes.
    pub(super) admission: Admission,
    /// Once it is cancelled, the lane ends as soon as nothing waits and no ticket is out.
    pub(super) stop: CancellationToken,
    pub(super) steps: Steps,
}

/// The steps of a lane, as its deputy sees them.
#[derive(Debug)]
pub(super) struct Steps {
    /// Of what kind the one is that is under way, and since when.
    under_way: Option<(StepKind, Moment)>,
    /// It was given up: whatever comes of it is nobody's concern any more.
    is_given_up: bool,
    /// Whether there was one since the deputy has looked.
    any: bool,
    /// The deputy waits for a call, and does not look by himself.
    is_unseen: bool,
}

impl Default for Steps {
    fn default() -> Self {
        Self { under_way: None, is_given_up: false, any: false, is_unseen: true }
    }
}

/// What the driver does next.
pub(super) enum Next {
    /// A step.
    Step(Step),
    /// Wait for a command, or until a moment.
    Wait(Option<Moment>),
    /// The lane has ended.
    End,
}

impl Desk {
    pub(super) fn new(papers: Papers) -> Self {
        Self {
            papers: Mutex::new(papers),
            is_wanted: AtomicBool::new(false),
            call: Notify::new(),
            is_closed: AtomicBool::new(false),
        }
    }

    /// What the driver does next. The deputy is called when there is something to tell meanwhile, and
    /// when he does not look by himself.
    pub(super) fn next(&self) -> Next {
        let (next, is_called) = self.papers().next();
        if is_called {
            self.call.notify_one();
        }
        next
    }

    /// The papers, for the driver, who comes first.
    pub(super) fn papers(&self) -> MutexGuard<'_, Papers> {
        self.is_wanted.store(true, SeqCst);
        let papers = self.papers_for_deputy();
        self.is_wanted.store(false, SeqCst);
        papers
    }

    /// The papers, for the deputy.
    pub(super) fn papers_for_deputy(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells a few things for the driver, unless he wants the papers himself; whether there is more.
    pub(super) fn tell_few(&self) -> bool {
        !self.is_wanted.load(SeqCst) && {
            let mut papers = self.papers_for_deputy();
            papers.teller.tell_few();
            papers.teller.has_untold()
        }
    }

    /// Resolves when the deputy is called.
    pub(super) async fn called(&self) {
        self.call.notified().await;
    }

    /// Whoever works here has ended: nothing comes in any more, and the other one ends, too.
    pub(super) fn close(&self) {
        self.is_closed.store(true, SeqCst);
        self.call.notify_one();
        let mut papers = self.papers_for_deputy();
        papers.bids.close();
        papers.house.close();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(SeqCst)
    }
}

impl Papers {
    /// Takes in what has arrived, and decides what to do next; whether to call the deputy for it.
    fn next(&mut self) -> (Next, bool) {
        self.take_in();
        let step = self.core.step(self.clock.moment());
        self.teller.take(self.core.outputs());
        if let Step::Wait(until) = step {
            self.teller.tell_all_at_leisure();
            let is_over = self.core.is_idle() && self.stop.is_cancelled();
            let is_over = is_over && self.tickets.none_out();
            return (if is_over { Next::End } else { Next::Wait(until) }, false);
        }
        self.steps.under_way = Some((kind(&step), self.clock.moment()));
        self.steps.any = true;
        let is_called = std::mem::take(&mut self.steps.is_unseen) || self.teller.has_untold();
        (Next::Step(step), is_called)
    }

    /// Takes what came of the step that is under way; `false` when it was given up meanwhile, and its
    /// connection must not be used any more.
    #[must_use]
    pub(super) fn done(&mut self, done: Done) -> bool {
        if let Some((kind, began)) = self.steps.under_way.take() {
            self.counters.step(kind, self.clock.moment().since(began));
            if !matches!(kind, StepKind::Lock | StepKind::Read | StepKind::Record) {
                self.teller.tell_all();
            }
        }
        if std::mem::take(&mut self.steps.is_given_up) {
            return false;
        }
        self.count(&done);
        self.decide(done, self.clock.moment());
        true
    }

    fn decide(&mut self, done: Done, now: Moment) {
        let (tickets, counters) = (&self.tickets, &self.counters);
        let gate = |product_id, end, before: &[u64]| {
            let may_close = tickets.may_close(product_id, end, before, now);
            counters.closes_held_back.fetch_add(usize::from(!may_close), Relaxed);
            may_close
        };
        self.core.done(done, now, &gate);
        self.admission.set_places(self.core.places());
    }

    /// Takes in whatever has arrived, as far as there is room.
    fn take_in(&mut self) {
        while let Ok(submission) = self.house.try_recv() {
            self.submit(submission);
        }
        while self.core.has_room()
            && let Ok(submission) = self.bids.try_recv()
        {
            self.submit(submission);
        }
    }

    /// Takes in the next command that arrives.
    pub(super) fn poll_arrival(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let arrived = match self.house.poll_recv(context) {
            Poll::Pending if self.core.has_room() => ready!(self.bids.poll_recv(context)),
            arrived => ready!(arrived),
        };
        if let Some(submission) = arrived {
            self.submit(submission);
        }
        Poll::Ready(())
    }

    fn submit(&mut self, submission: Submission) {
        let Submission { ticket, task, reply } = submission;
        if !self.clock.is_fresh() {
            if !matches!(task, Task::Due) {
                let answer = Answer::not_recorded(ticket.stamp.received_at);
                reply.send(answer, AnsweredBy::Socket);
            }
            return;
        }
        let command =
            Queued { product_id: ticket.product_id, stamp: ticket.stamp, ids: ticket.ids, task };
        self.teller.expect(ticket, reply);
        self.core.submit(command);
    }

    /// Looks after what comes in while a step is under way, if it is for so long already, and after
    /// what lapses; when to look again.
    pub(super) fn look(&mut self) -> Moment {
        let now = self.clock.moment();
        let began = self.steps.under_way.map_or(now, |(_, began)| began);
        if now.since(began) >= LOOK_EVERY {
            self.take_in();
        }
        self.core.lapse(now);
        self.teller.take(self.core.outputs());
        self.next_look(now)
    }

    /// When to look, after this.
    pub(super) fn next_look(&self, now: Moment) -> Moment {
        let look_at = now.plus(LOOK_EVERY);
        self.core.next_lapse().map_or(look_at, |lapse| lapse.min(look_at))
    }

    /// Looks for the deputy, who also gives up a step that takes too long; nothing when he may wait
    /// until he is called.
    pub(super) fn look_for_driver(&mut self) -> Option<Moment> {
        let now = self.clock.moment();
        let Some((_, began)) = self.steps.under_way else {
            self.steps.is_unseen = !std::mem::take(&mut self.steps.any);
            return (!self.steps.is_unseen).then(|| self.next_look(now));
        };
        if self.steps.is_given_up {
            // Until the driver is back there is no connection, and none that can be opened.
            if !matches!(self.core.step(now), Step::Wait(_)) {
                self.decide(Done::Lost, now);
            }
        } else if now.since(began) >= STEP_DEADLINE {
            warn!("the database did not answer a lane in time");
            self.steps.is_given_up = true;
            self.decide(Done::Lost, now);
        }
        Some(self.look())
    }

    fn count(&self, done: &Done) {
        if let Done::Locked { asked, had, locked, .. } = done {
            if had.since(*asked) > LOCK_WAIT {
                self.counters.lock_waits.fetch_add(1, Relaxed);
            }
            if let Some(database) = locked.clock {
                self.clock.sample(*asked, *had, database);
            }
        }
    }
}

const fn kind(step: &Step) -> StepKind {
    match step {
        Step::Lock(..) => StepKind::Lock,
        Step::Read(..) => StepKind::Read,
        Step::Record(_) => StepKind::Record,
        Step::Commit => StepKind::Commit,
        Step::Wait(_) | Step::Open | Step::Rollback | Step::EntriesAbove(_) => StepKind::Other,
    }
}

#[cfg(test)]
mod tests;
