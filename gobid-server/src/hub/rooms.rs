//! The rooms that are open: one for each product that somebody watches on this server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gobid_auction::ProductId;
use gobid_store::Database;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use super::lane::Announcement;
use super::outbox::RoomEnd;
use super::room::{self, JoinError, Joined, Member, Note, Resume, Room};
use crate::clock::Clock;
use crate::shutdown::Tasks;

/// How often rooms are compared with the store, which finds what other servers wrote.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// How many notes wait for a room. When an announcement finds no place, the room reads the store.
const NOTES: usize = 1024;

/// The rooms that are open.
#[derive(Debug)]
pub(crate) struct Rooms {
    database: Database,
    clock: Clock,
    epoch: String,
    tasks: Tasks,
    open: Mutex<HashMap<ProductId, Handle>>,
}

/// The way into a room.
#[derive(Clone, Debug)]
struct Handle {
    notes: mpsc::Sender<Note>,
    /// Something found no place among the notes: the store knows it.
    is_behind: Arc<AtomicBool>,
}

impl Rooms {
    pub(crate) fn new(database: Database, clock: Clock, epoch: String, tasks: Tasks) -> Arc<Self> {
        Arc::new(Self { database, clock, epoch, tasks, open: Mutex::default() })
    }

    /// Lets somebody in, and opens the room if need be.
    pub(crate) async fn join(
        self: &Arc<Self>,
        product_id: ProductId,
        member: Option<Member>,
        resume: Option<Resume>,
        outbox: RoomEnd,
    ) -> Result<Joined, JoinError> {
        let (reply, answer) = oneshot::channel();
        let note = Note::Join { member, resume, outbox, reply };
        {
            let mut open = self.locked();
            let handle = open.entry(product_id).or_insert_with(|| self.open_room(product_id));
            if handle.notes.is_closed() {
                // Its task has failed.
                *handle = self.open_room(product_id);
            }
            handle.notes.try_send(note).map_err(|_full| JoinError::Busy)?;
        }
        answer.await.map_err(|_gone| JoinError::Busy)?
    }

    /// Tells a room what happened, if there is one.
    pub(crate) fn announce(&self, announcement: Box<Announcement>) {
        let open = self.locked();
        if let Some(handle) = open.get(&announcement.product_id)
            && handle.notes.try_send(Note::Announced(announcement)).is_err()
        {
            handle.is_behind.store(true, Relaxed);
        }
    }

    /// Compares the rooms with the store, again and again.
    pub(crate) async fn check_positions(self: Arc<Self>) {
        let mut ticks = interval(CHECK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let products: Vec<_> = self.locked().keys().copied().collect();
            if products.is_empty() {
                continue;
            }
            match self.database.positions(&products).await {
                Ok(ends) => {
                    let open = self.locked();
                    for end in ends {
                        if let Some(handle) = open.get(&end.product_id) {
                            // A room that is too busy now is asked again in a second.
                            let _ = handle.notes.try_send(Note::StoreIsAt(end.position));
                        }
                    }
                }
                Err(error) => warn!(%error, "the rooms could not be compared with the store"),
            }
        }
    }

    /// Closes a room that is empty, unless somebody is on the way in.
    pub(super) fn close_if_unused(
        &self,
        product_id: ProductId,
        notes: &mpsc::Receiver<Note>,
    ) -> bool {
        let mut open = self.locked();
        let unused = notes.is_empty();
        if unused {
            open.remove(&product_id);
        }
        unused
    }

    fn open_room(self: &Arc<Self>, product_id: ProductId) -> Handle {
        let (notes, taken) = mpsc::channel(NOTES);
        let is_behind = Arc::new(AtomicBool::new(false));
        let (epoch, notes_in) = (self.epoch.clone(), notes.clone().downgrade());
        let room = room::Task {
            product_id,
            room: Room::new(product_id, epoch, notes_in, self.clock.moment()),
            notes: taken,
            is_behind: Arc::clone(&is_behind),
            database: self.database.clone(),
            clock: self.clock.clone(),
            rooms: Arc::clone(self),
        };
        let stop = self.tasks.token().clone();
        self.tasks.spawn(async move { stop.run_until_cancelled(room.run()).await });
        Handle { notes, is_behind }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ProductId, Handle>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
