//! The task of a room: it reads the store for it, waits, and tells it what came.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use gobid_auction::ProductId;
use gobid_store::Database;
use tokio::sync::mpsc;
use tokio::task::block_in_place;
use tokio::time::sleep_until;
use tracing::warn;

use super::{Next, Note, Room, fetch};
use crate::clock::Clock;
use crate::hub::rooms::Rooms;

/// How many notes are taken before the room goes on: as many as may come while it writes to thousands,
/// and not so many that what they lead to takes long.
const AT_ONCE: usize = 128;

/// How often a room that joins updates looks at what has come: before so much has that it finds no place.
const LOOK_EVERY: Duration = Duration::from_millis(20);

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
        let mut taken = Vec::new();
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
                Next::Wait(wake) => self.clock.instant(wake),
                Next::End if self.rooms.close_if_unused(self.product_id, &self.notes) => return,
                Next::End => self.clock.instant(self.clock.moment()),
            };
            // Whatever comes while updates are joined goes out with them, and need not wake the room.
            if self.room.has_news() && self.notes.is_empty() {
                let look = self.clock.instant(self.clock.moment().plus(LOOK_EVERY));
                sleep_until(wake.min(look)).await;
            }
            // Whatever has come while the room wrote to its watchers is one piece of news, and goes out
            // with what is due now.
            tokio::select! {
                biased;
                count = self.notes.recv_many(&mut taken, AT_ONCE) => if count == 0 { return },
                () = sleep_until(wake) => {}
            }
            for note in taken.drain(..) {
                self.room.take(note, self.clock.moment());
            }
        }
    }

    /// Lets the room go on. While it writes to thousands of sockets, other tasks of its thread move
    /// to another one.
    fn step(&mut self) -> Next {
        let (moment, now) = (self.clock.moment(), self.clock.now());
        if self.room.is_long(moment) {
            block_in_place(|| self.room.step(moment, now))
        } else {
            self.room.step(moment, now)
        }
    }
}
