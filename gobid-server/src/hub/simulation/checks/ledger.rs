//! What is known of a log: its entries as they were committed, who is answerable for each, and how
//! the auction stands after each by the reference model.

use std::collections::BTreeMap;

use gobid_auction::{EntryId, EntryIds, RequestId, Timestamp, UserId};
use gobid_store::{LogEntry, NewProductRow};

use super::reference::{Accepted, Model};
use super::replay::Replay;
use super::translated;
use crate::hub::simulation::client::CopyId;
use crate::hub::simulation::event::Process;

/// A log, and what the model says to it.
#[derive(Debug)]
pub(in super::super) struct Ledger {
    /// The entries, in order.
    pub(in super::super) entries: Vec<LogEntry>,
    /// How the auction stands after each; the first one is how it was created.
    versions: Vec<Model>,
    /// The auction that the entries give when they are applied.
    pub(super) replay: Replay,
    /// The commands that may lead to an entry, by the ids it would have.
    expected: BTreeMap<EntryId, CopyId>,
    /// The model's own ids of bids.
    pub(super) bid_ids: BTreeMap<EntryId, u64>,
    /// What was accepted, by bidder and request id.
    pub(super) accepted: BTreeMap<(UserId, RequestId), (EntryId, Accepted)>,
    /// The last command of each process that led to something, by its place in the lane.
    pub(super) last_of: BTreeMap<Process, u64>,
    /// When it was closed, in true time: then the close was in the log.
    pub(super) closed_at: Option<Timestamp>,
}

impl Ledger {
    /// The log of a product that was created just now.
    pub(in super::super) fn new(product: &NewProductRow, first_entry: Option<LogEntry>) -> Self {
        let model = Model::new(translated::terms(product), product.description.clone());
        Self {
            replay: Replay::new(&product.auction, first_entry.as_ref()),
            entries: first_entry.into_iter().collect(),
            versions: vec![model],
            expected: BTreeMap::new(),
            bid_ids: BTreeMap::new(),
            accepted: BTreeMap::new(),
            last_of: BTreeMap::new(),
            closed_at: None,
        }
    }

    /// A command was stamped: these ids are its.
    pub(in super::super) fn expect(&mut self, ids: EntryIds, copy: CopyId) {
        for id in [ids.opening, ids.own, ids.second] {
            self.expected.insert(id, copy);
        }
    }

    pub(in super::super) fn position(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.position)
    }

    pub(super) fn seq(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.seq_after)
    }

    /// Whose command led to an entry.
    pub(super) fn cause(&self, entry: &LogEntry) -> Option<CopyId> {
        self.expected.get(&entry.entry_id).copied()
    }

    pub(super) fn entry(&self, id: EntryId) -> Option<&LogEntry> {
        self.entries.iter().rev().find(|entry| entry.entry_id == id)
    }

    /// The event of a seq.
    pub(super) fn event(&self, seq: i64) -> Option<&LogEntry> {
        self.entries.iter().rev().find(|entry| entry.seq == Some(seq))
    }

    /// How the auction stood after an entry, from which on it stood in the log.
    pub(super) fn version(&self, position: i64) -> &Model {
        let first = self.position() + 1 - i64::try_from(self.versions.len()).unwrap();
        let place = usize::try_from(position - first).unwrap_or(0);
        &self.versions[place]
    }

    /// How it stands.
    pub(super) fn model(&self) -> &Model {
        self.versions.last().unwrap()
    }

    /// Takes in entries that one command has led to, and how the auction stands since.
    pub(super) fn append(&mut self, entries: &[LogEntry], model: &Model) {
        for entry in entries {
            self.replay.apply(entry);
            self.entries.push(entry.clone());
            self.versions.push(model.clone());
        }
    }
}
