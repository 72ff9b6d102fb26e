//! The ends of an outbox that are not the writer's.

use std::hint::black_box;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use gobid_auction::RequestId;
use gobid_auction::planted::{self, Bug};

use super::wire::Written;
use super::{Delivery, Ending, FRAMES, Outgoing, Shared, Waiting, wake_later, wake_writer};
use crate::hub::answer::Answer;
use crate::hub::room::Frame;

/// The end of the task that reads.
#[derive(Debug)]
pub(crate) struct ReaderEnd(pub(super) Arc<Shared>);

/// The room's end of a socket's outbox. Dropped, it tells the socket that its room has ended.
#[derive(Debug)]
pub(crate) struct RoomEnd(pub(super) Arc<Shared>);

/// A way to end a socket.
#[derive(Debug)]
pub(crate) struct Ender(pub(super) Arc<Shared>);

/// A place that is kept for the answer to one frame; given back when dropped.
#[derive(Debug)]
pub(crate) struct AnswerPlace {
    shared: Arc<Shared>,
    answer: Option<Outgoing>,
    /// Whether it is written here, if the task that writes rests.
    at_once: bool,
}

/// What became of a frame that a room has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It was written, or waits for the socket.
    Whole,
    /// There was no place for it: the socket will say so.
    LeftOut,
    /// The socket is gone.
    ToNobody,
}

impl ReaderEnd {
    /// A place for an answer, of those that [`Self::poll_place`] says there are: nobody else takes
    /// any.
    pub(crate) fn place(&self) -> AnswerPlace {
        self.0.locked().awaited += 1;
        AnswerPlace { shared: Arc::clone(&self.0), answer: None, at_once: false }
    }

    /// Is ready when there is a place for an answer, or, as an error, when the socket has to end.
    /// The task is woken for either.
    pub(crate) fn poll_place(&self, context: &Context<'_>) -> Poll<Result<(), Ending>> {
        let mut waiting = self.0.locked();
        wake_later(&mut waiting.reader, context);
        match waiting.ending {
            Some(ending) => Poll::Ready(Err(ending)),
            None if waiting.has_place() => Poll::Ready(Ok(())),
            None => Poll::Pending,
        }
    }

    /// Ends the socket, unless it has to end already.
    pub(crate) fn end(&self, ending: Ending) {
        self.0.end(ending);
    }
}

impl RoomEnd {
    /// Has the processor fetch what [`Self::send`] looks at. It waits neither for the memory nor for
    /// the lock, so that several of these are fetched at the same time.
    pub(crate) fn prefetch(&self) {
        black_box(self.0.0.is_poisoned());
    }

    /// Whether nobody takes what is sent.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.locked().socket_is_gone
    }

    /// Sends a frame, at once while the task that writes rests; in the last place, that something is
    /// left out.
    pub(crate) fn send(&self, frame: &Frame) -> Sent {
        let mut waiting = self.0.locked();
        let sent = match waiting.turn.write(frame) {
            Written::Whole => return Sent::Whole,
            Written::InPart => Sent::Whole,
            Written::Nothing => waiting.keep(frame.clone()),
        };
        wake_writer(waiting);
        sent
    }
}

impl Drop for RoomEnd {
    fn drop(&mut self) {
        self.0.end(Ending::ServerStops);
    }
}

impl Ender {
    /// Ends the socket, unless it has to end already.
    pub(crate) fn end(&self, ending: Ending) {
        self.0.end(ending);
    }
}

impl AnswerPlace {
    /// Puts the hub's answer to a command into its place.
    pub(crate) fn answer(self, request_id: RequestId, answer: Answer) {
        self.put(Outgoing::Answer(request_id, answer));
    }

    /// Puts a frame into its place.
    pub(crate) fn reply(self, frame: Bytes) {
        self.put(Outgoing::Reply(frame));
    }

    /// Writes a frame at once while the task that writes rests; else it goes into its place.
    pub(crate) fn write(mut self, frame: Bytes) {
        self.at_once = true;
        self.reply(frame);
    }

    fn put(mut self, next: Outgoing) {
        self.answer = Some(next);
    }
}

impl Drop for AnswerPlace {
    /// In one go: were the answer there while its place is still kept, it would take two.
    fn drop(&mut self) {
        let answer = self.answer.take();
        let mut waiting = self.shared.locked();
        let was_full = !waiting.has_place();
        waiting.awaited -= 1;
        let written = match &answer {
            Some(Outgoing::Reply(frame)) if self.at_once => waiting.turn.write_answer(frame),
            _ => Written::Nothing,
        };
        match answer.filter(|_| written == Written::Nothing && !waiting.socket_is_gone) {
            // It is free again when the answer was taken.
            Some(answer) => waiting.answers.push_back(answer),
            None if was_full => waiting.wake_reader(),
            None => {}
        }
        if written != Written::Whole {
            wake_writer(waiting);
        }
    }
}

impl Waiting {
    /// Puts a frame behind the others.
    fn keep(&mut self, frame: Frame) -> Sent {
        let has_place = self.frames.len() + 1 < FRAMES;
        if self.socket_is_gone {
            Sent::ToNobody
        } else if has_place {
            self.frames.push_back(Delivery::Frame(frame));
            Sent::Whole
        } else if planted::is(Bug::LeftOutUntold) {
            Sent::Whole
        } else {
            self.frames.push_back(Delivery::LeftOut);
            Sent::LeftOut
        }
    }
}
