//! The frames that watchers were sent. All watchers of a product are sent the same bytes, so each
//! frame is read once, and whoever gets it again only compares.

use std::collections::VecDeque;

use serde::Deserialize;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use uuid::Uuid;

/// How many texts are kept: a watcher who is further behind has his read anew.
const KEPT: usize = 256;

/// The frames so far.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The newest last; the last one has the place `read.len() - 1`.
    texts: VecDeque<Utf8Bytes>,
    read: Vec<Update>,
}

/// What an update says.
#[derive(Clone, Debug, Default)]
pub(super) struct Update {
    /// What it shows, oldest first: the number of each event, and the bid it is about.
    pub(super) events: Vec<(i64, Option<Uuid>)>,
    /// How many events before them it leaves out.
    pub(super) skipped: i64,
}

/// As much of the whole state as counts here.
#[derive(Debug, Deserialize)]
pub(super) struct Snapshot<'a> {
    pub(super) epoch: &'a str,
    pub(super) seq: i64,
}

#[derive(Deserialize)]
struct Read {
    events: Vec<Event>,
    skipped: i64,
}

#[derive(Deserialize)]
struct Event {
    seq: i64,
    #[serde(default)]
    bids: Vec<Bid>,
}

#[derive(Deserialize)]
struct Bid {
    bid_id: Uuid,
}

impl Frames {
    /// The place of an update; `expected` is where it is if this watcher misses none.
    pub(super) fn place(&mut self, expected: usize, text: Utf8Bytes) -> usize {
        let first = self.read.len() - self.texts.len();
        let is_same = |known: &Utf8Bytes| known.as_bytes() == text.as_bytes();
        let likely =
            expected.checked_sub(first).filter(|at| self.texts.get(*at).is_some_and(is_same));
        if let Some(at) = likely.or_else(|| self.texts.iter().rposition(is_same)) {
            return first + at;
        }
        self.read.push(Update::read(&text));
        self.texts.push_back(text);
        if self.texts.len() > KEPT {
            self.texts.pop_front();
        }
        self.read.len() - 1
    }

    pub(super) fn get(&self, place: usize) -> Option<&Update> {
        self.read.get(place)
    }

    pub(super) fn all(&self) -> &[Update] {
        &self.read
    }
}

impl Update {
    /// An update that cannot be read shows nothing, and so breaks the promise that all was shown.
    fn read(text: &str) -> Self {
        let Ok(Read { events, skipped }) = serde_json::from_str(text) else {
            return Self::default();
        };
        let events =
            events.into_iter().map(|event| (event.seq, event.bids.first().map(|bid| bid.bid_id)));
        Self { events: events.collect(), skipped }
    }

    /// The last event that it shows.
    pub(super) fn last(&self) -> Option<i64> {
        self.events.last().map(|(seq, _)| *seq)
    }
}
