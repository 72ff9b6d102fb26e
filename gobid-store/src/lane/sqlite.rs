//! The lane's transaction on SQLite: the whole file is locked, so the turn comes first.
//!
//! SQLite works in the thread that calls it. The lane gives its thread a whole step and gets back all
//! that came of it: a driver that hands over each row by itself wakes the lane for each, which took
//! longer than what SQLite does for one bid.

mod rows;
mod statement;
mod thread;

use std::collections::HashSet;
use std::sync::Arc;

use gobid_auction::{EntryId, ProductId, Timestamp};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::warn;

use self::thread::Thread;
use super::found::read_more;
use super::lookup::{Ahead, FoundSoFar};
use super::{Batch, Found, Locked, Lookup};
use crate::StoreError;
use crate::database::Sqlite;

/// A lane's connection.
#[derive(Debug)]
pub struct Lane {
    thread: Thread,
    /// Reads what few commands need; the transaction has written nothing yet, so it sees the same. Not
    /// of the pool: behind lists a lane must not wait.
    reader: SqliteConnection,
    turns: Arc<Semaphore>,
    /// Held from the begin of a transaction to its end.
    turn: Option<OwnedSemaphorePermit>,
    /// What was read with the locks.
    ahead: Option<Ahead>,
    /// What the commit has to write first.
    recorded: Option<Arc<Batch>>,
}

/// `journal_mode` and `synchronous`, as they are for a lane.
pub(crate) async fn durability(database: &Sqlite) -> Result<(String, i64), StoreError> {
    let thread = Thread::open(&database.options).await?;
    thread.run(|connection| thread::durability(connection)).await
}

impl Lane {
    pub(super) async fn open(database: &Sqlite) -> Result<Self, StoreError> {
        Ok(Self {
            thread: Thread::open(&database.options).await?,
            reader: database.options.clone().read_only(true).connect().await?,
            turns: Arc::clone(&database.turn),
            turn: None,
            ahead: None,
            recorded: None,
        })
    }

    pub(super) async fn lock(
        &mut self,
        products: &[ProductId],
        ahead: &Arc<[Lookup]>,
    ) -> Result<Locked, StoreError> {
        // One that was held since a transaction that failed would keep this one waiting for ever.
        self.turn = None;
        self.turn = Arc::clone(&self.turns).acquire_owned().await.ok();
        (self.ahead, self.recorded) = (None, None);
        let (products, lookups) = (products.to_vec(), Arc::clone(ahead));
        let (auctions, rows) = self
            .thread
            .run(move |connection| {
                connection.prepare_cached("begin immediate")?.execute([])?;
                let auctions = rows::lock(connection, &products)?;
                Ok((auctions, rows::find(connection, &lookups)?))
            })
            .await?;
        self.ahead = Some(Ahead::new(ahead, rows));
        let auctions = auctions.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
        Ok(Locked { auctions, clock: None })
    }

    pub(super) async fn read(
        &mut self,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Vec<Found>, StoreError> {
        let ahead = self.ahead.take().and_then(|ahead| ahead.of(lookups));
        let (rows, first) = ahead.unwrap_or_default();
        let (first, others) = lookups.split_at_checked(first).unwrap_or((&[], lookups));
        let mut found = FoundSoFar::new(rows, first, now)?;
        if !others.is_empty() {
            let asked = others.to_vec();
            let rows = self.thread.run(move |connection| rows::find(connection, &asked)).await?;
            found.append(FoundSoFar::new(rows, others, now)?);
        }
        let accepted = match found.accepted().collect::<Vec<_>>() {
            none if none.is_empty() => Vec::new(),
            positions => {
                self.thread.run(move |connection| rows::accepted(connection, &positions)).await?
            }
        };
        let mut found = found.with(accepted);
        for (found, lookup) in found.iter_mut().zip(lookups) {
            found.more = read_more!(&mut self.reader, lookup);
        }
        Ok(found)
    }

    /// Keeps it for the commit, with which it is one step.
    pub(super) fn record(&mut self, batch: &Arc<Batch>) -> bool {
        self.recorded = Some(Arc::clone(batch));
        true
    }

    pub(super) async fn commit(&mut self) -> Result<bool, StoreError> {
        let batch = self.recorded.take();
        let is_committed = self.thread.run(move |connection| {
            match batch.map_or(Ok(true), |batch| rows::record(connection, &batch)) {
                Ok(true) => connection.prepare_cached("commit")?.execute([]).map(|_| true),
                Ok(false) => Ok(false),
                Err(error) => {
                    warn!(%error, "a lane could not write what it has judged");
                    Ok(false)
                }
            }
        });
        let is_committed = is_committed.await?;
        if is_committed {
            self.turn = None;
        }
        Ok(is_committed)
    }

    pub(super) async fn rollback(&mut self) -> Result<(), StoreError> {
        self.recorded = None;
        let rolled_back =
            self.thread.run(|connection| connection.prepare_cached("rollback")?.execute([]));
        let rolled_back = rolled_back.await;
        // It fails where nothing has begun: there the turn must not be kept from the others either.
        self.turn = None;
        rolled_back.map(drop)
    }

    pub(super) async fn entries_above(
        &mut self,
        positions: &[(ProductId, i64)],
    ) -> Result<HashSet<EntryId>, StoreError> {
        let positions = positions.to_vec();
        self.thread.run(move |connection| rows::entries_above(connection, &positions)).await
    }
}
