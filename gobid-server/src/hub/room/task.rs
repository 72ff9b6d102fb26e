//! The task of a room: it reads the store for it, waits, and tells it what came.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use gobid_auction::ProductId;
use gobid_store::Database;
use tokio::sync::mpsc;
use tokio::task::{block_in_place, yield_now};
use tokio::time::sleep_until;
use tracing::warn;

use super::{Next, Note, Room, fetch};
use crate::clock::Clock;
use crate::hub::rooms::Rooms;

/// After so many notes others have their turn.
const AT_ONCE: usize = 128;

/// The task of a room.
pub(crate) struct Task {
    pub(crate) product_id: ProductId,
    pub(crate) room: Room,
    pub(crate) notes: mpsc::Receiver<Note>,
    /// Something found no place among the notes.
    pub(crate) is_behind: Arc<AtomicBool>,
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) rooms: Arc<Rooms>,
}

impl Task {
    pub(crate) async fn run(mut self) {
        loop {
            if self.is_behind.swap(false, Relaxed) {
                self.room.is_behind(self.clock.moment());
            }
            let next = self.step();
            let wake = match next {
                Next::Read(wanted) => {
                    let read = fetch(&self.database, &wanted).await;
                    let read = read.inspect_err(|error| {
                        let product_id = self.product_id;
                        warn!(%error, %product_id, "a room could not read the store");
                    });
                    self.room.was_read(read.ok(), self.clock.moment());
                    continue;
                }
                Next::Gather(until) => {
                    sleep_until(self.clock.instant(until)).await;
                    self.take_all().await;
                    continue;
                }
                Next::Wait(wake) => self.clock.instant(wake),
                Next::End if self.rooms.close_if_unused(self.product_id, &self.notes) => return,
                Next::End => self.clock.instant(self.clock.moment()),
            };
            tokio::select! {
                biased;
                note = self.notes.recv() => {
                    let Some(note) = note else { return };
                    self.room.take(note, self.clock.moment());
                    // Whatever has come with it, while the room wrote to its watchers, is one piece of
                    // news.
                    self.take_all().await;
                }
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Takes the notes that are there.
    async fn take_all(&mut self) {
        for nth in 1..=self.notes.len() {
            if let Ok(note) = self.notes.try_recv() {
                self.room.take(note, self.clock.moment());
            }
            if nth % AT_ONCE == 0 {
                yield_now().await;
            }
        }
    }

    /// Lets the room go on. While it writes to thousands of sockets, or lets hundreds in, other tasks of
    /// its thread move to another one.
    fn step(&mut self) -> Next {
        let (moment, now) = (self.clock.moment(), self.clock.now());
        if self.room.is_long(moment) {
            block_in_place(|| self.room.step(moment, now))
        } else {
            self.room.step(moment, now)
        }
    }
}
