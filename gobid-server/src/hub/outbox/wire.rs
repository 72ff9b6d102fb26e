//! Whose turn it is to write to a socket: that of its task, or, while that one rests, the room's.

use std::fmt::Debug;
use std::sync::Arc;

use super::Delivery;
use crate::hub::room::Frame;

/// The connection to the other end.
pub(crate) trait Wire: Debug + Send + Sync {
    /// Writes as much as is taken at once, and says how many bytes that is. What went wrong is found
    /// by the task that writes the rest.
    fn try_write(&self, bytes: &[u8]) -> usize;
}

/// Whose turn it is to write.
#[derive(Debug, Default)]
pub(super) struct Turn {
    wire: Option<Arc<dyn Wire>>,
    /// Whether the task that writes has written everything that ever waited, and waits itself.
    task_rests: bool,
    /// Whether the last frame said that the auction is over; the task must learn it, and when that
    /// changes.
    is_over: bool,
}

impl Turn {
    pub(super) fn set_wire(&mut self, wire: Option<Arc<dyn Wire>>) {
        self.wire = wire;
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

    /// Writes as much of a frame as need not wait; true when that is all of it.
    pub(super) fn write(&self, frame: &mut Frame) -> bool {
        let wire = self.wire.as_ref().filter(|_| self.task_rests);
        let Some(wire) = wire.filter(|_| !frame.is_last && !self.is_over) else {
            return false;
        };
        let written = wire.try_write(frame.frame.as_bytes());
        frame.frame.advance(written);
        frame.frame.as_bytes().is_empty()
    }
}
