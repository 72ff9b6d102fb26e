//! A lane at work: it does the steps that are decided on at its desk, and brings back what came of
//! them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_store::{Backend, Database, LaneConnection, StoreError};
use tokio::task::yield_now;
use tokio::time::{sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::desk::{Desk, Next, STEP_DEADLINE};
use super::step::{Done, Step};
use crate::clock::{Clock, Moment};

/// How often a lane with nothing to do looks whether it may end, once the stop has begun.
const STOP_CHECK: Duration = Duration::from_millis(10);

/// Who does the steps of a lane.
pub(super) struct Driver {
    pub(super) desk: Arc<Desk>,
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) stop: CancellationToken,
}

/// The connection, while there is one, and the backend of the one that was lost before.
#[derive(Default)]
struct Link {
    connection: Option<LaneConnection>,
    lost: Option<Backend>,
}

impl Driver {
    pub(super) async fn run(self) {
        let mut link = Link::default();
        while !self.desk.is_closed() {
            match self.desk.next() {
                Next::End => return,
                Next::Wait(until) => self.wait(until).await,
                Next::Step(step) => {
                    let done = self.perform(step, &mut link).await;
                    if !self.desk.papers().done(done) {
                        link.connection = None;
                    }
                }
            }
        }
    }

    /// Does a step. While the database is at work elsewhere, or others have their turn, whatever came of
    /// the batch before is told, at the latest while this one is committed; then commands are taken in,
    /// and what lapses is told so. While SQLite works in this thread, all that is the deputy's.
    async fn perform(&self, step: Step, link: &mut Link) -> Done {
        let mut performing = pin!(perform(step, link, &self.database, &self.clock));
        if let Poll::Ready(done) = poll_fn(|cx| Poll::Ready(performing.as_mut().poll(cx))).await {
            return done;
        }
        let mut look_at = self.desk.papers().next_look(self.clock.moment());
        loop {
            let has_untold = self.desk.papers().teller.has_untold();
            tokio::select! {
                biased;
                done = &mut performing => return done,
                // Between two of these the thread looks at what has come from the database.
                () = yield_now(), if has_untold => self.desk.papers().teller.tell_few(),
                () = at(&self.clock, Some(look_at)) => look_at = self.desk.papers().look(),
            }
        }
    }

    async fn wait(&self, until: Option<Moment>) {
        tokio::select! {
            () = poll_fn(|cx| self.desk.papers().poll_arrival(cx)) => {}
            () = at(&self.clock, until) => {}
            () = sleep(STOP_CHECK), if self.stop.is_cancelled() => {}
            () = self.stop.cancelled(), if !self.stop.is_cancelled() => {}
        }
    }
}

/// However it ends.
impl Drop for Driver {
    fn drop(&mut self) {
        self.desk.close();
    }
}

/// Waits for a moment; for ever when there is none.
pub(super) async fn at(clock: &Clock, moment: Option<Moment>) {
    match moment {
        Some(moment) => sleep_until(clock.instant(moment)).await,
        None => std::future::pending().await,
    }
}

/// Does one step, and gives up on it after a while.
async fn perform(step: Step, link: &mut Link, database: &Database, clock: &Clock) -> Done {
    let (is_record, is_commit) = (matches!(step, Step::Record(_)), matches!(step, Step::Commit));
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
            if is_record {
                warn!(%error, "a lane could not write what it has judged");
            } else {
                debug!(%error, "the database refused a step of a lane");
            }
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
        Step::Lock(products, mode) => {
            let asked = clock.moment();
            let locked = connection.lock(&products, mode).await?;
            let now = locked.clock.unwrap_or_else(|| clock.now());
            Done::Locked { locked, now, asked, had: clock.moment() }
        }
        Step::Read(lookups, now) => Done::Read(connection.read(&lookups, now).await?),
        Step::Record(batch) => Done::Recorded(connection.record(&batch).await?),
        Step::Commit => {
            connection.commit().await?;
            Done::Committed
        }
        Step::Rollback => {
            connection.rollback().await?;
            Done::RolledBack
        }
        Step::EntriesAbove(positions) => Done::Entries(connection.entries_above(&positions).await?),
    })
}
