//! A room: what a watched product looks like now, and everybody who watches it.
//!
//! It encodes what happened once, and every watcher's socket sends the same bytes. It never goes
//! back: what it is told twice, or late, it knows already; where something is missing it reads the
//! store. It decides without I/O, but for what its watchers' outboxes write at once: its task
//! (`room/task.rs`) reads for it, waits and tells it what came, and a simulator can do the same.

mod fetch;
mod note;
mod ring;
mod task;
mod view;
mod watchers;

use std::time::Duration;

use gobid_auction::planted::{self, Bug};
use gobid_auction::{ProductId, Timestamp};
use tokio::sync::mpsc;

use super::outbox::RoomEnd;
use crate::clock::Moment;
#[cfg(test)]
pub(crate) use fetch::Source;
pub(crate) use fetch::{Fetched, Known, Wanted, fetch};
pub(crate) use note::{JoinError, Member, Next, Note, Resume};
#[cfg(test)]
pub(crate) use ring::keep as keep_events;
pub(crate) use task::Task;
use view::{News, View};
use watchers::Watchers;
pub(crate) use watchers::{Frame, Joined, WatcherId};

/// Updates are joined: at most one in this time.
const JOIN_FOR: Duration = Duration::from_millis(20);
/// With many watchers they are joined for longer, so long for each of them: writing what was sent
/// last to all sockets takes about as long, and frames that come faster only wait.
const JOIN_FOR_EACH: Duration = Duration::from_micros(15);
const JOIN_AT_MOST: Duration = Duration::from_millis(250);
/// How long notes gather at most while updates are joined: not so long that some find no place.
const GATHER_AT_MOST: Duration = Duration::from_millis(20);
/// A heartbeat goes out when nothing else did for this long.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// Sending something to more watchers than this takes too long to do it in passing; such a room needs
/// a runtime of several threads.
const MANY: usize = 2_000;
/// Letting in more than this at once takes too long as well: each gets a first frame of his own.
const MANY_JOIN: usize = 128;
/// An empty room is kept this long.
const KEEP_EMPTY_FOR: Duration = Duration::from_secs(10);
/// How soon the store is asked again, when it did not answer.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// How soon the store is asked again, when it said of somebody what the room has not come to: so
/// long that everybody is told the news between two readings.
const READ_ON_AFTER: Duration = Duration::from_millis(50);

/// A room.
#[derive(Debug)]
pub(crate) struct Room {
    product_id: ProductId,
    epoch: String,
    notes_in: mpsc::WeakSender<Note>,
    view: Option<View>,
    watchers: Watchers,
    /// Notes that wait: until everybody was told the news, or until the store was read.
    put_off: Vec<PutOff>,
    /// When the store is to be read.
    read_at: Option<Moment>,
    /// When the next update may go out, and when the last frame for all went out.
    update_at: Moment,
    last_frame: Moment,
    empty_since: Moment,
}

/// A note that waits.
#[derive(Debug)]
struct PutOff {
    note: Note,
    /// Whether the store was read since it came.
    is_read: bool,
}

impl Room {
    pub(crate) fn new(
        product_id: ProductId,
        epoch: String,
        notes_in: mpsc::WeakSender<Note>,
        now: Moment,
    ) -> Self {
        Self {
            product_id,
            epoch,
            notes_in,
            view: None,
            watchers: Watchers::default(),
            put_off: Vec::new(),
            read_at: None,
            update_at: now,
            last_frame: now,
            empty_since: now,
        }
    }

    /// Takes a note.
    pub(crate) fn take(&mut self, note: Note, now: Moment) {
        match note {
            // The first frame has all there is: everybody else must have it, too.
            Note::Join { .. } | Note::CaughtUp(_) => {
                self.put_off.push(PutOff { note, is_read: false });
            }
            Note::Introduced(watcher, bidder) => {
                if let Some(view) = &mut self.view {
                    self.watchers.introduce(watcher, bidder, view);
                }
                if self.is_awaited() {
                    self.is_behind(now);
                }
            }
            Note::Left(watcher) => self.leave(watcher, now),
            Note::Announced(announcement) => {
                let in_order = self.view.as_mut().is_none_or(|view| view.announce(*announcement));
                if !in_order {
                    self.is_behind(now);
                }
            }
            Note::StoreIsAt(position) => {
                let is_behind = self.view.as_ref().is_some_and(|view| view.position() < position);
                if is_behind && !planted::is(Bug::CheckIgnored) {
                    self.is_behind(now);
                }
            }
        }
    }

    /// Something happened that the room was not told: the store knows it.
    pub(crate) fn is_behind(&mut self, now: Moment) {
        self.read_at.get_or_insert(now);
    }

    /// Whether a step now sends something to so many, or lets so many in, that it takes a while.
    pub(crate) fn is_long(&self, now: Moment) -> bool {
        let sends = self.is_update_due(now) || self.is_heartbeat_due(now);
        (sends && self.watchers.len() > MANY) || self.put_off.len() > MANY_JOIN
    }

    /// Sends what is due, and says what comes next.
    pub(crate) fn step(&mut self, now: Moment, server_time: Timestamp) -> Next {
        if self.read_at.is_none_or(|at| at > now) {
            self.flush(now, server_time);
            self.take_up(now, server_time);
        }
        if self.read_at.is_some_and(|at| at <= now) {
            return Next::Read(self.wanted());
        }
        let is_unused = self.watchers.is_empty() && self.put_off.is_empty();
        if is_unused && now.since(self.empty_since) >= KEEP_EMPTY_FOR {
            return Next::End;
        }
        if self.has_news() {
            return Next::Gather(self.next_wake().min(now.plus(GATHER_AT_MOST)));
        }
        Next::Wait(self.next_wake())
    }

    /// Takes in what the store said; `None` when it did not answer.
    pub(crate) fn was_read(&mut self, fetched: Option<Fetched>, now: Moment) {
        self.read_at = None;
        let Some(mut fetched) = fetched else {
            self.read_at = Some(now.plus(READ_AGAIN_AFTER));
            self.refuse_joins();
            return;
        };
        for put_off in &mut self.put_off {
            put_off.is_read = true;
        }
        match (&mut self.view, fetched.product.take()) {
            (Some(view), Some(product)) => view.catch_up(product, fetched),
            (None, Some(product)) => self.view = Some(View::of(product, fetched)),
            (_, None) => {}
        }
        if self.is_awaited() {
            self.read_at = Some(now.plus(READ_ON_AFTER));
        }
    }

    fn wanted(&self) -> Wanted {
        let known = self.view.as_ref().map(|view| Known {
            position: view.position(),
            seq: view.seq(),
            members: self.watchers.users(),
        });
        Wanted { product_id: self.product_id, known }
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

    /// Whether something waits to be told, with whatever comes until it is due.
    fn has_news(&self) -> bool {
        self.view.as_ref().is_some_and(View::has_news)
    }

    /// Whether somebody cannot be told how he stands before the room has read on.
    fn is_awaited(&self) -> bool {
        self.view.as_ref().is_some_and(View::is_awaited)
    }

    /// Takes up the notes that waited, once everybody was told the news.
    fn take_up(&mut self, now: Moment, server_time: Timestamp) {
        if self.has_news() && !planted::is(Bug::JoinedBeforeNews) {
            return;
        }
        for PutOff { note, is_read } in std::mem::take(&mut self.put_off) {
            match note {
                Note::Join { ref resume, .. } if !is_read && self.must_read(resume.as_ref()) => {
                    self.is_behind(now);
                    self.put_off.push(PutOff { note, is_read });
                }
                Note::Join { member, resume, outbox, reply } => {
                    let joined = self.join(member, resume.as_ref(), outbox, server_time);
                    // Whoever has gone in the meantime is noticed at the next frame.
                    let _ = reply.send(joined);
                }
                Note::CaughtUp(watcher) => self.resend(watcher, server_time),
                note => self.take(note, now),
            }
        }
    }

    /// Whether the store must be read before one can come in who has seen so much.
    fn must_read(&self, resume: Option<&Resume>) -> bool {
        let ahead = |view: &View| resume.is_some_and(|resume| resume.after_seq > view.seq());
        self.view.as_ref().is_none_or(|view| ahead(view) && !planted::is(Bug::ResumeWithoutStore))
    }

    /// A room that could not read must not send anybody back.
    fn refuse_joins(&mut self) {
        for put_off in std::mem::take(&mut self.put_off) {
            match put_off.note {
                Note::Join { ref resume, .. } if !self.must_read(resume.as_ref()) => {
                    self.put_off.push(put_off);
                }
                Note::Join { reply, .. } => drop(reply.send(Err(JoinError::Busy))),
                _ => self.put_off.push(put_off),
            }
        }
    }

    /// Lets a watcher in: he is registered before the snapshot is taken.
    fn join(
        &mut self,
        member: Option<Member>,
        resume: Option<&Resume>,
        outbox: RoomEnd,
        server_time: Timestamp,
    ) -> Result<Joined, JoinError> {
        let view = self.view.as_ref().ok_or(JoinError::NotFound)?;
        let notes = self.notes_in.upgrade().ok_or(JoinError::Busy)?;
        let joined = self.watchers.add(member, outbox, notes);
        let first = match resume {
            Some(resume) => view.resume(resume, &self.epoch, server_time, self.watchers.len()),
            None => None,
        };
        let frame = first.unwrap_or_else(|| {
            view.snapshot(&self.epoch, resume.is_some(), server_time, self.watchers.len())
        });
        self.watchers.send_to(joined.id, &frame);
        Ok(joined)
    }

    /// Sends a watcher who was too slow the whole state.
    fn resend(&mut self, watcher: WatcherId, server_time: Timestamp) {
        if let Some(view) = &self.view {
            let frame = view.snapshot(&self.epoch, true, server_time, self.watchers.len());
            self.watchers.resend(watcher, &frame, view);
        }
    }

    fn leave(&mut self, watcher: WatcherId, now: Moment) {
        self.watchers.remove(watcher);
        if self.watchers.is_empty() {
            self.empty_since = now;
        }
    }

    /// Sends what is due to everybody, and tells some how they stand since.
    fn flush(&mut self, now: Moment, server_time: Timestamp) {
        let waits = self.has_news() && !self.is_update_due(now);
        if let Some(view) = self.view.as_mut().filter(|_| !waits) {
            if let Some(news) = view.take_news(server_time) {
                match news {
                    News::Update(update) => self.watchers.send_to_all(&update),
                    News::TooLarge => {
                        let watchers = self.watchers.len();
                        let frame = view.snapshot(&self.epoch, true, server_time, watchers);
                        self.watchers.begin_anew(&frame, view);
                    }
                }
                self.update_at = now.plus(join_for(self.watchers.len()));
                self.last_frame = now;
            }
            let moved = view.take_moved();
            if planted::is(Bug::LeakInFrame) && !moved.is_empty() {
                self.watchers.send_to_all(&view.heartbeat(server_time, self.watchers.len()));
            }
            self.watchers.send_you(&moved, view);
        }
        if self.is_heartbeat_due(now)
            && let Some(view) = &self.view
        {
            let frame = view.heartbeat(server_time, self.watchers.len());
            self.watchers.send_to_all(&frame);
            self.last_frame = now;
        }
        if self.watchers.forget_gone() && self.watchers.is_empty() {
            self.empty_since = now;
        }
    }

    fn is_update_due(&self, now: Moment) -> bool {
        self.has_news() && self.update_at <= now
    }

    fn is_heartbeat_due(&self, now: Moment) -> bool {
        now.since(self.last_frame) >= HEARTBEAT_EVERY
    }
}

/// For how long updates are joined when so many watch.
fn join_for(watchers: usize) -> Duration {
    let watchers = u32::try_from(watchers).unwrap_or(u32::MAX);
    JOIN_FOR_EACH.saturating_mul(watchers).clamp(JOIN_FOR, JOIN_AT_MOST)
}

#[cfg(test)]
mod tests;
