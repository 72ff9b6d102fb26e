//! A lane at work: it does the steps that its core decides on, and tells what came of them.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_store::{Backend, Database, LaneConnection, StoreError};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::Submission;
use super::admission::Admission;
use super::core::Core;
use super::queue::{Queued, Task};
use super::step::{Done, Step};
use super::teller::Teller;
use crate::clock::{Clock, Moment};
use crate::hub::answer::Answer;
use crate::hub::counters::{Counters, StepKind};
use crate::hub::tickets::Tickets;

/// A step that takes longer is given up, and its connection with it.
const STEP_DEADLINE: Duration = Duration::from_secs(10);
/// A lock that took longer than this was waited for.
const LOCK_WAIT: Duration = Duration::from_millis(5);
/// How often a lane looks at what has arrived while a step is under way: not with each command, since
/// none can be judged before the step is done.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How often a lane with nothing to do looks whether it may end, once the stop has begun.
const STOP_CHECK: Duration = Duration::from_millis(10);

/// A lane, and all it needs to do its work.
pub(super) struct Driver {
    pub(super) core: Core,
    pub(super) bids: mpsc::Receiver<Submission>,
    pub(super) house: mpsc::Receiver<Submission>,
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) tickets: Arc<Tickets>,
    pub(super) teller: Teller,
    pub(super) counters: Arc<Counters>,
    /// Told how much the lane takes.
    pub(super) admission: Admission,
    /// Once it is cancelled, the lane ends as soon as nothing waits and no ticket is out.
    pub(super) stop: CancellationToken,
}

/// The connection, while there is one, and the backend of the one that was lost before.
#[derive(Default)]
struct Link {
    connection: Option<LaneConnection>,
    lost: Option<Backend>,
}

impl Driver {
    pub(super) async fn run(mut self) {
        let mut link = Link::default();
        loop {
            self.take_in();
            let step = self.core.step(self.clock.moment());
            self.teller.take(self.core.outputs());
            if let Step::Wait(until) = step {
                self.teller.tell_all();
                if self.core.is_idle() && self.stop.is_cancelled() && self.tickets.none_out() {
                    return;
                }
                self.wait(until).await;
                continue;
            }
            let done = self.perform(step, &mut link).await;
            self.count(&done);
            let (tickets, counters) = (&self.tickets, &self.counters);
            let now = self.clock.moment();
            let gate = |product_id, end, before: &[u64]| {
                let may_close = tickets.may_close(product_id, end, before, now);
                counters.closes_held_back.fetch_add(usize::from(!may_close), Relaxed);
                may_close
            };
            self.core.done(done, now, &gate);
            self.admission.set_places(self.core.places());
        }
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

    /// Does a step. Once the database is at work, whatever came of the batch before is told, at the
    /// latest while this one is committed; then commands are taken in, and what lapses is told so.
    async fn perform(&mut self, step: Step, link: &mut Link) -> Done {
        let (database, clock) = (self.database.clone(), self.clock.clone());
        let (kind, began) = (kind(&step), clock.moment());
        let mut performing = pin!(perform(step, link, &database, &clock));
        let mut look_at = began.plus(LOOK_EVERY);
        let done = loop {
            let next = self.core.next_lapse().map_or(look_at, |lapse| lapse.min(look_at));
            tokio::select! {
                biased;
                done = &mut performing => break done,
                // Between two of these the thread looks at what has come from the database.
                () = yield_now(), if self.teller.has_untold() => self.teller.tell_few(),
                () = at(&clock, Some(next)) => {
                    let now = clock.moment();
                    if look_at <= now {
                        look_at = now.plus(LOOK_EVERY);
                        self.take_in();
                    }
                    self.core.lapse(now);
                    self.teller.take(self.core.outputs());
                }
            }
        };
        self.counters.step(kind, clock.moment().since(began));
        if !matches!(kind, StepKind::Lock | StepKind::Read | StepKind::Record) {
            self.teller.tell_all();
        }
        done
    }

    async fn wait(&mut self, until: Option<Moment>) {
        let arrived = tokio::select! {
            arrived = self.house.recv() => arrived,
            arrived = self.bids.recv(), if self.core.has_room() => arrived,
            () = at(&self.clock, until) => None,
            () = sleep(STOP_CHECK), if self.stop.is_cancelled() => None,
            () = self.stop.cancelled(), if !self.stop.is_cancelled() => None,
        };
        if let Some(submission) = arrived {
            self.submit(submission);
        }
    }

    fn submit(&mut self, submission: Submission) {
        let Submission { ticket, task, reply } = submission;
        if !self.clock.is_fresh() {
            if !matches!(task, Task::Due) {
                reply.send(Answer::not_recorded(ticket.stamp.received_at));
            }
            return;
        }
        let command =
            Queued { product_id: ticket.product_id, stamp: ticket.stamp, ids: ticket.ids, task };
        self.teller.expect(ticket, reply);
        self.core.submit(command);
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

/// Waits for a moment; for ever when there is none.
async fn at(clock: &Clock, moment: Option<Moment>) {
    match moment {
        Some(moment) => sleep_until(clock.instant(moment)).await,
        None => std::future::pending().await,
    }
}

/// Does one step, and gives up on it after a while.
async fn perform(step: Step, link: &mut Link, database: &Database, clock: &Clock) -> Done {
    let is_commit = matches!(step, Step::Commit);
    let Link { connection, lost } = link;
    let attempt = async {
        if matches!(step, Step::Open) {
            if connection.is_some() && planted::is(Bug::LostConnectionKept) {
                return Ok(Done::Opened);
            }
            *connection = Some(LaneConnection::open_instead(database, lost.as_ref()).await?);
            *lost = None;
            return Ok(Done::Opened);
        }
        match connection.as_mut() {
            Some(connection) => perform_on(step, connection, clock).await,
            None => Ok(Done::Lost),
        }
    };
    let done = match timeout(STEP_DEADLINE, attempt).await {
        Ok(Ok(done)) => done,
        Ok(Err(error)) if connection.is_some() && error.spares_connection() => {
            debug!(%error, "the database refused a step of a lane");
            Done::Refused
        }
        Ok(Err(error)) => {
            warn!(%error, "a lane has lost its connection");
            Done::Lost
        }
        Err(_elapsed) => {
            warn!("the database did not answer a lane in time");
            Done::Lost
        }
    };
    if matches!(done, Done::Lost) && !planted::is(Bug::LostConnectionKept) {
        // Never used again: what it still does must not mix with what comes after. A COMMIT may
        // still be on its way: that backend is left to do it, or to lose its locks by silence.
        let backend = connection.take().and_then(|connection| connection.backend());
        *lost = backend.filter(|_| !is_commit).or(lost.take());
    }
    done
}

async fn perform_on(
    step: Step,
    connection: &mut LaneConnection,
    clock: &Clock,
) -> Result<Done, StoreError> {
    Ok(match step {
        Step::Wait(_) | Step::Open => Done::Opened,
        Step::Lock(products, mode, ahead) => {
            let asked = clock.moment();
            let locked = connection.lock(&products, mode, &ahead).await?;
            let now = locked.clock.unwrap_or_else(|| clock.now());
            Done::Locked { locked, now, asked, had: clock.moment() }
        }
        Step::Read(lookups, now) => Done::Read(connection.read(&lookups, now).await?),
        Step::Record(batch) => Done::Recorded(connection.record(&batch).await?),
        Step::Commit => {
            if connection.commit().await? {
                Done::Committed
            } else {
                Done::Recorded(false)
            }
        }
        Step::Rollback => {
            connection.rollback().await?;
            Done::RolledBack
        }
        Step::EntriesAbove(positions) => Done::Entries(connection.entries_above(&positions).await?),
    })
}
