//! The lane's transaction on SQLite: the whole file is locked, so the turn comes first.
//!
//! SQLite works in the thread that calls it, and so does everything here but waiting for the turn:
//! whoever calls it has a thread that may stand still for as long as the disk does.

mod connection;
mod lookup;
mod more;
mod rows;
mod statement;

use std::collections::HashSet;
use std::sync::Arc;

use gobid_auction::{EntryId, ProductId, Timestamp};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::lookup::FoundSoFar;
use super::{Batch, Found, Locked, Lookup};
use crate::StoreError;
use crate::database::{Sqlite, check_durability};

/// A lane's connection.
#[derive(Debug)]
pub struct Lane {
    connection: Connection,
    turns: Arc<Semaphore>,
    /// Held from the begin of a transaction to its end.
    turn: Option<OwnedSemaphorePermit>,
}

/// `journal_mode` and `synchronous`, as they are for a lane.
pub(crate) async fn durability(database: &Sqlite) -> Result<(String, i64), StoreError> {
    let file = database.options.get_filename().to_owned();
    let asked = move || connection::durability(&connection::open(&file)?);
    let asked = tokio::task::spawn_blocking(asked).await;
    Ok(asked.map_err(|_panicked| sqlx::Error::WorkerCrashed)??)
}

impl Lane {
    /// Opens the file. The settings that durability depends on are read back.
    pub(super) fn open(database: &Sqlite) -> Result<Self, StoreError> {
        let connection = connection::open(database.options.get_filename())?;
        let (journal, synchronous) = connection::durability(&connection)?;
        check_durability(journal, synchronous)?;
        Ok(Self { connection, turns: Arc::clone(&database.turn), turn: None })
    }

    pub(super) async fn lock(&mut self, products: &[ProductId]) -> Result<Locked, StoreError> {
        // One that was held since a transaction that failed would keep this one waiting for ever.
        self.turn = None;
        self.turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        self.execute("begin immediate")?;
        let auctions = rows::lock(&self.connection, products)?;
        let auctions = auctions.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        Ok(Locked { auctions, clock: None })
    }

    pub(super) fn read(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        let found = FoundSoFar::new(lookup::find(&self.connection, lookups)?, lookups, now)?;
        let accepted = match found.accepted() {
            [] => Vec::new(),
            positions => lookup::accepted(&self.connection, positions)?,
        };
        let mut found = found.with(accepted);
        for (found, lookup) in found.iter_mut().zip(lookups) {
            found.more = more::more(&self.connection, lookup)?;
        }
        Ok(found)
    }

    pub(super) fn record(&mut self, batch: &Batch) -> Result<bool, StoreError> {
        Ok(rows::record(&self.connection, batch)?)
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        self.execute("commit")?;
        self.turn = None;
        Ok(())
    }

    pub(super) fn rollback(&mut self) -> Result<(), StoreError> {
        let rolled_back = self.execute("rollback");
        // It fails where nothing has begun: there the turn must not be kept from the others either.
        self.turn = None;
        rolled_back
    }

    pub(super) fn entries_above(
        &mut self,
        positions: &[(ProductId, i64)],
    ) -> Result<HashSet<EntryId>, StoreError> {
        Ok(rows::entries_above(&self.connection, positions)?)
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}
