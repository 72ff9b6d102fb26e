//! The newest events of an auction: those that one frame may carry.

use std::collections::VecDeque;

use serde_json::value::RawValue;

/// How many events are kept at most.
pub(super) const EVENTS: usize = 1000;
/// How many bytes they have at most, as the wire has them: all of them may go into one frame, and
/// what waits for a socket must stay small.
pub(super) const BYTES: usize = 128 * 1024;

/// The newest events, oldest first, without a gap. A single event that is larger than all of them
/// may be leaves none.
#[derive(Debug, Default)]
pub(super) struct Ring {
    events: VecDeque<Recent>,
    bytes: usize,
}

#[derive(Debug)]
struct Recent {
    seq: i64,
    json: Box<RawValue>,
}

impl Ring {
    /// Forgets all of them, when an event does not follow: what lies between is too long ago.
    pub(super) fn make_way(&mut self, seq: i64) {
        if self.events.back().is_some_and(|last| seq > last.seq + 1) {
            *self = Self::default();
        }
    }

    /// Adds the next event behind the others, and forgets the oldest ones as need be.
    pub(super) fn push(&mut self, seq: i64, json: &str) {
        if let Ok(json) = RawValue::from_string(json.to_owned()) {
            let recent = Recent { seq, json };
            self.bytes += recent.bytes();
            self.events.push_back(recent);
        }
        while self.events.len() > kept() || self.bytes > BYTES {
            let Some(oldest) = self.events.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }

    /// The seq of the oldest event.
    pub(super) fn first_seq(&self) -> Option<i64> {
        self.events.front().map(|recent| recent.seq)
    }

    /// The events above a seq, oldest first.
    pub(super) fn after(&self, seq: i64) -> Vec<Box<RawValue>> {
        let events = self.events.iter().filter(|recent| recent.seq > seq);
        events.map(|recent| recent.json.clone()).collect()
    }
}

/// How many events are kept.
#[cfg(not(test))]
const fn kept() -> usize {
    EVENTS
}

#[cfg(test)]
pub(crate) use few::{keep, kept};

/// So that a simulator sees what happens when few events are kept, its rooms may keep fewer.
#[cfg(test)]
mod few {
    use std::cell::Cell;

    thread_local! {
        static KEPT: Cell<usize> = const { Cell::new(super::EVENTS) };
    }

    pub(crate) fn keep(events: usize) {
        KEPT.set(events);
    }

    pub(crate) fn kept() -> usize {
        KEPT.get()
    }
}

impl Recent {
    /// What it takes in a frame, with the comma.
    fn bytes(&self) -> usize {
        self.json.get().len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seqs of what is kept of events of so many bytes each, numbered from 1. Such an event is
    /// its number, with zeros behind the point.
    fn kept(sizes: &[usize]) -> Vec<i64> {
        let mut ring = Ring::default();
        for (seq, size) in (1..).zip(sizes) {
            ring.push(seq, &format!("{seq}.{}", "0".repeat(size - 2)));
        }
        let kept = ring.after(0);
        let seq = |json: &RawValue| json.get().split('.').next().unwrap().parse().unwrap();
        let seqs: Vec<i64> = kept.iter().map(|json| seq(json)).collect();
        assert_eq!(ring.first_seq(), seqs.first().copied());
        seqs
    }

    #[test]
    fn the_newest_are_kept_that_one_frame_may_carry() {
        assert_eq!(kept(&[10; EVENTS + 5]).len(), EVENTS);
        assert_eq!(kept(&[BYTES / 4 - 1; 6]), [3, 4, 5, 6]);
        assert_eq!(kept(&[10, 10, BYTES, 10]), [4], "what is behind a large one follows nothing");
        assert_eq!(kept(&[10, BYTES]), [0_i64; 0]);
    }

    #[test]
    fn what_follows_a_gap_begins_anew() {
        let mut ring = Ring::default();
        for seq in [1, 2, 5, 6] {
            ring.make_way(seq);
            ring.push(seq, &seq.to_string());
        }
        assert_eq!(ring.first_seq(), Some(5));
        assert_eq!(ring.after(5).len(), 1);
    }
}
