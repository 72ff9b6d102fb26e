//! What waits for a socket: the answers to its commands, and what its room sends.
//!
//! Lanes, rooms and the stop of the server put something in and never wait for the other end; the task
//! that writes to the socket takes it out. While that task rests, since nothing waits, a room writes its frames
//! itself (`outbox/wire.rs`), without waking one task for each of thousands of sockets, and a lane that has
//! nothing else to do its answers, without the time that it takes to wake one.
//!
//! It is bounded: an answer has a place before its command is read, so that a socket without places
//! is not read; of frames there are so many, and past them the room leaves out what follows.

mod ends;
mod wire;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use gobid_auction::RequestId;

use super::answer::Answer;
use super::room::Frame;
pub(crate) use ends::{AnswerPlace, Ender, ReaderEnd, RoomEnd, Sent};
use wire::Turn;
pub(crate) use wire::Wire;

/// How many answers may wait; while none can, the socket is not read.
const ANSWERS: usize = 32;
/// How many frames wait before the watcher is too slow; one place is for saying so.
const FRAMES: usize = 64;

/// The end of the task that writes. Dropped, it tells the room that the socket is gone.
#[derive(Debug)]
pub(crate) struct Outbox(Arc<Shared>);

/// What a room puts into a watcher's outbox.
#[derive(Clone, Debug)]
pub(crate) enum Delivery {
    /// A frame to send.
    Frame(Frame),
    /// From here on something was left out, because the socket was too slow.
    LeftOut,
}

/// What a socket says next.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// The hub's answer to a command.
    Answer(RequestId, Answer),
    /// A frame: any other answer, the hub's when it was to be written at once and could not be, or the
    /// rest of one that another has begun to write.
    Reply(Bytes),
    /// What its room sends.
    Delivery(Delivery),
}

/// Why a socket has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The auction is over, and nothing is said any more.
    Over,
    /// The server stops.
    ServerStops,
    /// The session has ended.
    SessionEnded,
    /// The other end has sent too much that it must not.
    Violations,
    /// The other end has sent a frame that is too big.
    TooBig,
    /// The other end has closed it, with this code.
    Closed(u16),
    /// Nothing can be read any more.
    Gone,
}

/// A room comes to those of all its watchers with each frame: what it needs for that is in one line of
/// the processor's cache.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Shared(Mutex<Waiting>);

/// On Linux the lock before it has eight bytes of the line.
const _: () = assert!(size_of::<Turn>() <= 64 - 8);

/// What is looked at first comes first.
#[derive(Debug, Default)]
#[repr(C)]
struct Waiting {
    turn: Turn,
    /// Without deliveries.
    answers: VecDeque<Outgoing>,
    /// Answers that will come.
    awaited: usize,
    frames: VecDeque<Delivery>,
    /// Whether the first frame was taken: nothing comes before it.
    has_begun: bool,
    ending: Option<Ending>,
    socket_is_gone: bool,
    /// The task that writes, when it waits.
    writer: Option<Waker>,
    /// The task that reads, when it waits.
    reader: Option<Waker>,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// Others may write to this while the task that writes rests.
    pub(crate) fn set_wire(&self, wire: Arc<dyn Wire>) {
        self.0.locked().turn.set_wire(wire);
    }

    /// The task has something of its own to write: nobody else writes until it rests again. Gives the
    /// rest of what another has begun to write, before which nothing may come.
    #[must_use]
    pub(crate) fn take_over(&self) -> Option<Bytes> {
        let mut waiting = self.0.locked();
        waiting.turn.work();
        waiting.turn.take_rest()
    }

    /// The end that a room gets.
    pub(crate) fn room_end(&self) -> RoomEnd {
        RoomEnd(Arc::clone(&self.0))
    }

    /// A way to end the socket.
    pub(crate) fn ender(&self) -> Ender {
        Ender(Arc::clone(&self.0))
    }

    /// The end of the task that reads.
    pub(crate) fn reader_end(&self) -> ReaderEnd {
        ReaderEnd(Arc::clone(&self.0))
    }

    /// Whether every answer was taken.
    pub(crate) fn is_answered(&self) -> bool {
        let waiting = self.0.locked();
        waiting.awaited == 0 && !waiting.has_answer()
    }

    /// Why the socket has to end, if it has to.
    #[cfg(test)]
    pub(crate) fn ending(&self) -> Option<Ending> {
        self.0.locked().ending
    }

    /// What comes next: the rest of what another has begun to write; or the room's first frame, then
    /// answers before frames.
    pub(crate) fn next(&self) -> Option<Outgoing> {
        let mut waiting = self.0.locked();
        if waiting.has_begun
            && let Some(answer) = waiting.next_answer()
        {
            return Some(answer);
        }
        let delivery = waiting.frames.pop_front()?;
        waiting.has_begun = true;
        waiting.turn.takes(&delivery);
        Some(Outgoing::Delivery(delivery))
    }

    /// The next answer, whatever the room sends; first the rest of what another has begun to write.
    pub(crate) fn next_answer(&self) -> Option<Outgoing> {
        self.0.locked().next_answer()
    }

    /// Is ready when the socket has to end, and when there is something to take. Until then others
    /// may write, since the task has written everything, and the task is woken whenever anything else
    /// changes.
    pub(crate) fn poll(&self, context: &Context<'_>) -> Poll<Option<Ending>> {
        let mut waiting = self.0.locked();
        let has_answer = waiting.has_begun && waiting.has_answer();
        if has_answer || !waiting.frames.is_empty() || waiting.ending.is_some() {
            waiting.turn.work();
            return Poll::Ready(waiting.ending);
        }
        if waiting.has_begun {
            waiting.turn.rest();
        }
        wake_later(&mut waiting.writer, context);
        Poll::Pending
    }

    /// Is ready when the socket has to end.
    pub(crate) fn poll_ending(&self, context: &Context<'_>) -> Poll<Ending> {
        let mut waiting = self.0.locked();
        if let Some(ending) = waiting.ending {
            return Poll::Ready(ending);
        }
        wake_later(&mut waiting.writer, context);
        Poll::Pending
    }

    /// Is ready when an answer can be taken, or none will come any more.
    pub(crate) fn poll_answers(&self, context: &Context<'_>) -> Poll<()> {
        let mut waiting = self.0.locked();
        if waiting.awaited == 0 || waiting.has_answer() {
            return Poll::Ready(());
        }
        wake_later(&mut waiting.writer, context);
        Poll::Pending
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        let mut waiting = self.0.locked();
        waiting.socket_is_gone = true;
        // What waits is let go of now: whoever holds another end may be long in coming.
        (waiting.answers, waiting.frames) = Default::default();
        (waiting.writer, waiting.reader, waiting.turn) = Default::default();
    }
}

impl Shared {
    fn end(&self, ending: Ending) {
        self.change(|waiting| {
            waiting.ending = waiting.ending.or(Some(ending));
            waiting.wake_reader();
        });
    }

    /// Changes something, and wakes the task that writes.
    fn change<T>(&self, change: impl FnOnce(&mut Waiting) -> T) -> T {
        let mut waiting = self.locked();
        let changed = change(&mut waiting);
        wake_writer(waiting);
        changed
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn has_place(&self) -> bool {
        self.kept() < ANSWERS
    }

    /// How many places are kept: for answers that wait, and for those that will come.
    fn kept(&self) -> usize {
        self.answers.len() + self.awaited
    }

    /// Whether there is something to take that comes before frames.
    fn has_answer(&self) -> bool {
        self.turn.has_rest() || !self.answers.is_empty()
    }

    fn next_answer(&mut self) -> Option<Outgoing> {
        if let Some(rest) = self.turn.take_rest() {
            return Some(Outgoing::Reply(rest));
        }
        let was_full = !self.has_place();
        let answer = self.answers.pop_front()?;
        if was_full {
            self.wake_reader();
        }
        Some(answer)
    }

    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }
}

/// Wakes the task that writes, once the others may go on.
fn wake_writer(mut waiting: MutexGuard<'_, Waiting>) {
    waiting.turn.work();
    let waker = waiting.writer.take();
    drop(waiting);
    if let Some(waker) = waker {
        waker.wake();
    }
}

fn wake_later(place: &mut Option<Waker>, context: &Context<'_>) {
    match place {
        Some(waker) => waker.clone_from(context.waker()),
        None => *place = Some(context.waker().clone()),
    }
}

#[cfg(test)]
mod tests;
