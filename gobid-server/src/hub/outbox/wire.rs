//! Whose turn it is to write to a socket: that of its task, or, while that one rests, of whoever has
//! something for it, which is its room and a lane.

use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;

use super::Delivery;
use crate::hub::room::Frame;

/// The connection to the other end.
pub(crate) trait Wire: Debug + Send + Sync {
    /// Writes as much as is taken at once, and says how many bytes that is. What went wrong is found
    /// by the task that writes the rest.
    fn write_at_once(&self, bytes: &[u8]) -> usize;
}

/// Whose turn it is to write. In this order, what is always looked at comes first.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct Turn {
    wire: Option<Arc<dyn Wire>>,
    /// Whether the task that writes has written everything that ever waited, and waits itself.
    task_rests: bool,
    /// Whether the last frame said that the auction is over; the task must learn it, and when that
    /// changes.
    is_over: bool,
    /// What is left of a frame that another has begun to write. Nothing may come before it.
    rest: Option<Bytes>,
}

/// How much of a frame was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Whole,
    InPart,
    Nothing,
}

impl Turn {
    pub(super) fn set_wire(&mut self, wire: Arc<dyn Wire>) {
        self.wire = Some(wire);
    }

    /// The task has nothing to write.
    pub(super) fn rest(&mut self) {
        self.task_rests = true;
    }

    /// The task has, or may have, something to write.
    pub(super) fn work(&mut self) {
        self.task_rests = false;
    }

    /// The task takes this, and writes it.
    pub(super) fn takes(&mut self, delivery: &Delivery) {
        if let Delivery::Frame(frame) = delivery {
            self.is_over = frame.is_last;
        }
    }

    /// Writes as much of a frame as need not wait; what is left of it is the task's.
    pub(super) fn write(&mut self, frame: &Frame) -> Written {
        if frame.is_last || self.is_over {
            return Written::Nothing;
        }
        self.write_bytes(frame.frame.as_bytes(), || frame.frame.bytes())
    }

    /// The same for an answer.
    pub(super) fn write_answer(&mut self, frame: &Bytes) -> Written {
        self.write_bytes(frame, || frame.clone())
    }

    fn write_bytes(&mut self, bytes: &[u8], shared: impl FnOnce() -> Bytes) -> Written {
        let Some(wire) = self.wire.as_ref().filter(|_| self.task_rests) else {
            return Written::Nothing;
        };
        match wire.write_at_once(bytes) {
            0 => Written::Nothing,
            all if all == bytes.len() => Written::Whole,
            part => {
                self.rest = Some(shared().slice(part..));
                Written::InPart
            }
        }
    }

    pub(super) fn has_rest(&self) -> bool {
        self.rest.is_some()
    }

    /// What the task has to write before anything else.
    pub(super) fn take_rest(&mut self) -> Option<Bytes> {
        self.rest.take()
    }
}
