//! The connection of a lane to an SQLite file, and the settings that it depends on.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Result};

use crate::database::{SQLITE_BUSY_TIMEOUT, WAL_PAGES};

/// How many statements stay prepared: one with many rows takes up to a megabyte.
const STATEMENTS: usize = 48;
/// What a transaction over many products changes has place in this cache; SQLite's own has 2 MiB. By
/// its sign it is no number of pages.
const CACHE_KIBIBYTES: i64 = -16384;

/// Opens a file, which must be there.
pub(super) fn open(file: &Path) -> Result<Connection> {
    // It is never called from two threads at once.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(SQLITE_BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
    connection.pragma_update(None, "cache_size", CACHE_KIBIBYTES)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// `journal_mode` and `synchronous`.
pub(super) fn durability(connection: &Connection) -> Result<(String, i64)> {
    let journal = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok((journal, connection.pragma_query_value(None, "synchronous", |row| row.get(0))?))
}
