//! The thread in which SQLite works for a lane.

use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rusqlite::{Connection, OpenFlags};
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::oneshot;

use crate::StoreError;
use crate::database::{SQLITE_BUSY_TIMEOUT, WAL_PAGES, check_durability};

/// How many statements stay prepared: one with many rows takes up to a megabyte.
const STATEMENTS: usize = 48;
/// What a transaction over many products changes has place in this cache; SQLite's own has 2 MiB. By
/// its sign it is no number of pages.
const CACHE_KIBIBYTES: i64 = -16384;

type Durability = (String, i64);

type Step = Box<dyn FnOnce(&mut Connection) + Send>;

/// A connection and its thread, which ends with this.
#[derive(Debug)]
pub(super) struct Thread {
    steps: mpsc::Sender<Step>,
}

impl Thread {
    /// Opens the file that the options name, which must be there. The settings that durability depends
    /// on are read back.
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        let file = options.get_filename().to_owned();
        let (opening, opened) = oneshot::channel();
        let (steps, taken) = mpsc::channel::<Step>();
        thread::Builder::new()
            .name("gobid-sqlite".to_owned())
            .spawn(move || match open(&file) {
                Ok((mut connection, durability)) => {
                    let _ = opening.send(Ok(durability));
                    for step in taken {
                        step(&mut connection);
                    }
                }
                Err(error) => drop(opening.send(Err(error))),
            })
            .map_err(sqlx::Error::Io)?;
        let (journal, synchronous) = opened.await.map_err(|_gone| sqlx::Error::WorkerCrashed)??;
        check_durability(journal, synchronous)?;
        Ok(Self { steps })
    }

    /// Does a step there. Once it is on its way it is done, whether or not somebody waits for it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, result) = oneshot::channel();
        let step: Step = Box::new(move |connection| drop(done.send(step(connection))));
        self.steps.send(step).map_err(|_gone| sqlx::Error::WorkerCrashed)?;
        Ok(result.await.map_err(|_gone| sqlx::Error::WorkerCrashed)??)
    }
}

fn open(file: &Path) -> rusqlite::Result<(Connection, Durability)> {
    // Nobody else calls the connection.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(SQLITE_BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    connection.pragma_update(None, "cache_size", CACHE_KIBIBYTES)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let durability = durability(&connection)?;
    Ok((connection, durability))
}

/// `journal_mode` and `synchronous`.
pub(super) fn durability(connection: &Connection) -> rusqlite::Result<Durability> {
    let journal = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok((journal, connection.pragma_query_value(None, "synchronous", |row| row.get(0))?))
}
