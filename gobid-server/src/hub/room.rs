//! A room: what a watched product looks like now, and everybody who watches it.
//!
//! One task owns it. It encodes what happened once, and every watcher's socket sends the same
//! bytes. It never goes back: what it is told twice, or late, it knows already; where something is
//! missing it reads the store.

mod view;
mod watchers;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use gobid_auction::{ProductId, UserId};
use gobid_store::{BidderRow, Database, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;
use tracing::warn;

use super::lane::Announcement;
use super::rooms::Rooms;
use crate::clock::{Clock, Moment};
use view::{Read, View};
use watchers::Watchers;
pub(crate) use watchers::{Delivery, Frame, Joined, WatcherId};

/// Updates are joined: at most one in this time.
const JOIN_FOR: Duration = Duration::from_millis(20);
/// A heartbeat goes out when nothing else did for this long.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// An empty room is kept this long.
const KEEP_EMPTY_FOR: Duration = Duration::from_secs(10);
/// How soon the store is asked again, when it did not answer.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// From where a watcher wants to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resume {
    /// The last seq that the watcher has.
    pub(crate) after_seq: i64,
    /// The epoch it belongs to.
    pub(crate) epoch: Option<String>,
}

/// A watcher who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The user.
    pub(crate) user_id: UserId,
    /// The user's name.
    pub(crate) user_name: String,
}

/// Why nobody was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinError {
    /// There is no such product.
    NotFound,
    /// Too much is going on, or the database is away.
    Busy,
}

/// What a room is told.
#[derive(Debug)]
pub(crate) enum Note {
    /// Somebody wants to come in.
    Join {
        /// Who; `None` for one who is not logged in.
        member: Option<Member>,
        /// From where to go on.
        resume: Option<Resume>,
        /// Gets the place, or why there is none.
        reply: oneshot::Sender<Result<Joined, JoinError>>,
    },
    /// How a watcher who is logged in has taken part, by the store, read after he came in.
    Introduced(WatcherId, Option<BidderRow>),
    /// A watcher has sent everything there was for him, and something was left out.
    CaughtUp(WatcherId),
    /// A watcher has gone.
    Left(WatcherId),
    /// A lane of this server has committed something.
    Announced(Box<Announcement>),
    /// The log has come this far.
    StoreIsAt(i64),
}

/// The task of a room.
pub(crate) struct Room {
    product_id: ProductId,
    database: Database,
    clock: Clock,
    epoch: String,
    notes_in: mpsc::WeakSender<Note>,
    notes: mpsc::Receiver<Note>,
    is_behind: Arc<AtomicBool>,
    rooms: Arc<Rooms>,
    view: Option<View>,
    watchers: Watchers,
    /// Notes that are answered with the whole state, as soon as everybody was told the news.
    put_off: Vec<Note>,
    /// When the next update may go out, and when the last frame for all went out.
    update_at: Moment,
    last_frame: Moment,
    empty_since: Moment,
    read_at: Option<Moment>,
}

impl Room {
    pub(crate) fn new(
        product_id: ProductId,
        (database, clock, epoch): (Database, Clock, String),
        (notes_in, notes, is_behind): (
            mpsc::WeakSender<Note>,
            mpsc::Receiver<Note>,
            Arc<AtomicBool>,
        ),
        rooms: Arc<Rooms>,
    ) -> Self {
        let now = clock.moment();
        Self {
            product_id,
            database,
            clock,
            epoch,
            notes_in,
            notes,
            is_behind,
            rooms,
            view: None,
            watchers: Watchers::default(),
            put_off: Vec::new(),
            update_at: now,
            last_frame: now,
            empty_since: now,
            read_at: None,
        }
    }

    pub(crate) async fn run(mut self) {
        loop {
            let wake = self.clock.instant(self.next_wake());
            tokio::select! {
                note = self.notes.recv() => match note {
                    Some(note) => self.take(note).await,
                    None => return,
                },
                () = sleep_until(wake) => {}
            }
            if self.is_behind.swap(false, Relaxed) {
                self.read_at.get_or_insert(self.clock.moment());
            }
            let now = self.clock.moment();
            if self.read_at.is_some_and(|at| at <= now) {
                self.read().await;
            }
            self.flush(self.clock.moment());
            if !self.has_news() {
                for note in std::mem::take(&mut self.put_off) {
                    self.take(note).await;
                }
            }
            if self.watchers.is_empty()
                && now.since(self.empty_since) >= KEEP_EMPTY_FOR
                && self.rooms.close_if_unused(self.product_id, &self.notes)
            {
                return;
            }
        }
    }

    fn next_wake(&self) -> Moment {
        let idle = if self.watchers.is_empty() {
            self.empty_since.plus(KEEP_EMPTY_FOR)
        } else {
            self.last_frame.plus(HEARTBEAT_EVERY)
        };
        let update = self.has_news().then_some(self.update_at);
        [Some(idle), update, self.read_at].into_iter().flatten().min().unwrap_or(idle)
    }

    fn has_news(&self) -> bool {
        self.view.as_ref().is_some_and(View::has_news)
    }

    async fn take(&mut self, note: Note) {
        match note {
            // The first frame has all there is: everybody else must have it, too.
            Note::Join { .. } | Note::CaughtUp(_) if self.has_news() => self.put_off.push(note),
            Note::Join { member, resume, reply } => {
                let joined = self.join(member, resume).await;
                // Whoever has gone in the meantime is noticed at the next frame.
                let _ = reply.send(joined);
            }
            Note::Introduced(watcher, bidder) => {
                if let Some(view) = &mut self.view {
                    self.watchers.introduce(watcher, bidder, view);
                }
            }
            Note::CaughtUp(watcher) => self.resend(watcher),
            Note::Left(watcher) => self.leave(watcher),
            Note::Announced(announcement) => {
                let in_order = self.view.as_mut().is_none_or(|view| view.announce(*announcement));
                if !in_order {
                    self.read().await;
                }
            }
            Note::StoreIsAt(position) => {
                if self.view.as_ref().is_some_and(|view| view.position() < position) {
                    self.read().await;
                }
            }
        }
    }

    /// Lets a watcher in: he is registered before the snapshot is taken.
    async fn join(
        &mut self,
        member: Option<Member>,
        resume: Option<Resume>,
    ) -> Result<Joined, JoinError> {
        let ahead =
            |view: &View| resume.as_ref().is_some_and(|resume| resume.after_seq > view.seq());
        if self.view.as_ref().is_none_or(ahead) {
            self.read().await;
            // A room that could not read must not send anybody back.
            if self.read_at.is_some() {
                return Err(JoinError::Busy);
            }
        }
        self.tell_news(self.clock.moment());
        let view = self.view.as_ref().ok_or(JoinError::NotFound)?;
        let notes = self.notes_in.upgrade().ok_or(JoinError::Busy)?;
        let joined = self.watchers.add(member, notes);
        let server_time = self.clock.now();
        let first = match &resume {
            Some(resume) => view.resume(resume, &self.epoch, server_time, self.watchers.len()),
            None => None,
        };
        let frame = first.unwrap_or_else(|| {
            view.snapshot(&self.epoch, resume.is_some(), server_time, self.watchers.len())
        });
        self.watchers.send_to(joined.id, frame);
        Ok(joined)
    }

    /// Sends a watcher who was too slow the whole state.
    fn resend(&mut self, watcher: WatcherId) {
        if let Some(view) = &self.view {
            let frame = view.snapshot(&self.epoch, true, self.clock.now(), self.watchers.len());
            self.watchers.resend(watcher, frame, view);
        }
    }

    fn leave(&mut self, watcher: WatcherId) {
        self.watchers.remove(watcher);
        if self.watchers.is_empty() {
            self.empty_since = self.clock.moment();
        }
    }

    /// Reads what the store has beyond the view.
    async fn read(&mut self) {
        self.read_at = None;
        match View::read(&self.database, self.product_id, self.view.as_mut()).await {
            Ok(Read::View(view)) => self.view = Some(*view),
            Ok(Read::Gap) => self.read_parts().await,
            Ok(Read::CaughtUp | Read::NoProduct) => {}
            Err(error) => self.try_later(&error),
        }
    }

    /// More was written elsewhere than a room keeps: how its watchers have taken part in that is
    /// read anew.
    async fn read_parts(&mut self) {
        for user_id in self.watchers.users() {
            let row = self.database.bidder(self.product_id, user_id).await;
            match (row, self.view.as_mut()) {
                (Ok(row), Some(view)) => view.part_was_read(user_id, row),
                (Err(error), _) => self.try_later(&error),
                (Ok(_), None) => {}
            }
        }
    }

    fn try_later(&mut self, error: &StoreError) {
        warn!(%error, product_id = %self.product_id, "a room could not read the store");
        self.read_at = Some(self.clock.moment().plus(READ_AGAIN_AFTER));
    }

    /// Sends what is due to everybody.
    fn flush(&mut self, now: Moment) {
        if self.update_at <= now {
            self.tell_news(now);
        }
        if now.since(self.last_frame) >= HEARTBEAT_EVERY
            && let Some(view) = &self.view
        {
            let frame = view.heartbeat(self.clock.now(), self.watchers.len());
            self.watchers.send_to_all(&frame);
            self.last_frame = now;
        }
        if self.watchers.forget_gone() && self.watchers.is_empty() {
            self.empty_since = now;
        }
    }

    /// Sends the news to everybody, if there are any, and to some how they stand since.
    fn tell_news(&mut self, now: Moment) {
        let Some(view) = self.view.as_mut().filter(|view| view.has_news()) else {
            return;
        };
        let (update, moved) = view.take_news(self.clock.now());
        self.watchers.send_to_all(&update);
        self.watchers.send_you(&moved, view);
        self.update_at = now.plus(JOIN_FOR);
        self.last_frame = now;
    }
}
