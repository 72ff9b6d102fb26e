//! The closer: puts openings and closings into the lanes when they are due.
//!
//! A timer serves what is due soon, a sweep finds everything else: what became due while no server
//! ran, what other servers moved, what found no place. Duplicates are harmless. What is done when
//! is decided without I/O (`closer/agenda.rs`); here is the task that does it.

mod agenda;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use gobid_auction::{Auction, ProductId, Timestamp};
use gobid_store::{Database, Due, StoreError};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::warn;

use super::lane::{Lane, Reply, Submission, Task};
use super::lane_of;
use super::tickets::Tickets;
use crate::clock::Clock;
use crate::shutdown::Tasks;
pub(crate) use agenda::{Agenda, Page, SWEEP_EVERY, next_judged};

/// How many notes wait for the closer; a note that is lost is found by the sweep.
const NOTES: usize = 4096;
/// A closer that has not swept for this long makes no progress.
const STUCK_AFTER: Duration = Duration::from_secs(30);

/// The way to the closer.
#[derive(Clone, Debug)]
pub(crate) struct Closer {
    notes: mpsc::Sender<(Timestamp, ProductId)>,
    /// When the last sweep had done its work, in microseconds.
    swept_at: Arc<AtomicI64>,
}

/// The closer's task.
pub(crate) struct Work {
    agenda: Agenda,
    notes: mpsc::Receiver<(Timestamp, ProductId)>,
    /// Closes that a ticket held back, and that may be tried again.
    released: mpsc::Receiver<ProductId>,
    swept_at: Arc<AtomicI64>,
    database: Database,
    clock: Clock,
    tickets: Arc<Tickets>,
    lanes: Vec<Lane>,
}

impl Closer {
    /// A closer, and where its notes arrive.
    pub(crate) fn new() -> (Self, mpsc::Receiver<(Timestamp, ProductId)>) {
        let (notes, taken) = mpsc::channel(NOTES);
        (Self { notes, swept_at: Arc::default() }, taken)
    }

    /// An auction is as it is now: its next opening or closing may be due soon.
    pub(crate) fn changed(&self, product_id: ProductId, auction: &Auction) {
        if let Some(at) = next_judged(auction) {
            self.submit_at(product_id, at);
        }
    }

    /// Something of a product is to be put into its lane then.
    pub(crate) fn submit_at(&self, product_id: ProductId, at: Timestamp) {
        // Full is fine: the sweep finds what is due.
        let _ = self.notes.try_send((at, product_id));
    }

    /// Whether the sweep makes progress.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        let swept_at = Timestamp::from_micros(self.swept_at.load(Relaxed));
        now.since(swept_at) < STUCK_AFTER
    }

    /// Starts the closer's task.
    pub(crate) fn start(
        &self,
        notes: mpsc::Receiver<(Timestamp, ProductId)>,
        released: mpsc::Receiver<ProductId>,
        (database, clock, tickets): (Database, Clock, Arc<Tickets>),
        lanes: Vec<Lane>,
        tasks: &Tasks,
    ) {
        let swept_at = Arc::clone(&self.swept_at);
        swept_at.store(clock.now().as_micros(), Relaxed);
        let agenda = Agenda::default();
        let work = Work { agenda, notes, released, swept_at, database, clock, tickets, lanes };
        let stop = tasks.token().clone();
        tasks.spawn(async move { stop.run_until_cancelled(work.run()).await });
    }
}

impl Work {
    async fn run(mut self) {
        let mut sweeps = interval(SWEEP_EVERY);
        sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut reading = None;
        loop {
            let quiet_for = self.agenda.quiet_for(self.clock.now());
            tokio::select! {
                _ = sweeps.tick(), if reading.is_none() => {
                    reading = Some(self.read(Agenda::first_page(self.clock.now())));
                }
                found = read(&mut reading) => reading = self.swept(found),
                Some((at, product_id)) = self.notes.recv() => {
                    self.agenda.note(at, product_id, self.clock.now());
                }
                Some(product_id) = self.released.recv() => self.submit(product_id),
                () = sleep(quiet_for) => self.submit_due(),
            }
        }
    }

    fn submit_due(&mut self) {
        for product_id in self.agenda.take_due(self.clock.now()) {
            self.submit(product_id);
        }
    }

    /// Reads a page of the sweep; meanwhile timers go on.
    fn read(&self, page: Page) -> Reading {
        let database = self.database.clone();
        Box::pin(async move { database.due(page.until, page.after, page.limit).await })
    }

    /// Takes in a page, and reads the next one, if there is any.
    fn swept(&mut self, found: Result<Vec<Due>, StoreError>) -> Option<Reading> {
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                warn!(%error, "the sweep for what is due failed; the next one tries again");
                return None;
            }
        };
        let next = self.agenda.take_page(&found, self.clock.now());
        self.submit_due();
        if next.is_none() {
            self.swept_at.store(self.clock.now().as_micros(), Relaxed);
        }
        next.map(|page| self.read(page))
    }

    fn submit(&self, product_id: ProductId) {
        let lane = self.lanes.get(lane_of(product_id, self.lanes.len()));
        if let (Some(lane), Some(ticket)) = (lane, self.tickets.stamp(product_id)) {
            lane.submit_house(Submission { ticket, task: Task::Due, reply: Reply::Nobody });
        }
    }
}

/// A page of the sweep that is being read.
type Reading = Pin<Box<dyn Future<Output = Result<Vec<Due>, StoreError>> + Send>>;

/// What the page brought that is being read; waits for ever when none is.
async fn read(reading: &mut Option<Reading>) -> Result<Vec<Due>, StoreError> {
    match reading {
        Some(reading) => reading.await,
        None => std::future::pending().await,
    }
}
