//! What can go wrong with a database.

use std::path::PathBuf;

use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

/// What can go wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database; why not, with the URL as the subject.
    #[error("the database URL {0}")]
    Url(String),
    /// The database file is not there, and may not be made.
    #[error("there is no database file {0}: start the server once, or run gobid-cli migrate")]
    Missing(String),
    /// There is no place for the database file.
    #[error("cannot make the directory {}: {why}", .directory.display())]
    Directory {
        /// Which one.
        directory: PathBuf,
        /// Why not.
        why: std::io::Error,
    },
    /// The database has tables, and they are not GoBid's.
    #[error("the database has tables that are not GoBid's: name another one")]
    Foreign,
    /// The schema and the program do not go together.
    #[error("{0}")]
    Schema(String),
    /// A setting of the database that durability depends on is not as it must be.
    #[error("{setting} is {found}, and must be {wanted}: an acknowledged bid could be lost")]
    Durability {
        /// Which setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A row does not say what it must.
    #[error("a row of {table} is not what it must be: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What is wrong with the row.
        why: String,
    },
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database did not answer in time: what was asked for may have been done or not.
    #[error("the database does not answer")]
    TimedOut,
    /// The database did not answer as it should.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The same of the connection of an SQLite lane.
    #[error("the database failed: {0}")]
    Lane(#[from] rusqlite::Error),
}

/// PostgreSQL's codes for a statement that took longer than it may, for a lock that could not be
/// had in time, and for a transaction that was silent for too long.
const CANCELLED: &str = "57014";
const LOCKED: &str = "55P03";
const SILENT: &str = "25P03";

impl StoreError {
    /// Whether the connection that brought the error is as good as before: the database has
    /// refused the statement, and nothing more.
    pub fn spares_connection(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default();
                [CANCELLED, LOCKED].contains(&code.as_ref())
                    || !self.is_away() && !is_fatal(error.as_ref())
            }
            Self::Lane(error) => !is_away_of_lane(error),
            Self::Corrupt { .. } => true,
            _ => false,
        }
    }

    /// Whether the database is away, or cannot do anything for now: asking again later may help.
    pub fn is_away(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        let error = match self {
            Self::TimedOut => return true,
            Self::Database(error) | Self::Migrate(Execute(error) | ExecuteMigration(error, _)) => {
                error
            }
            Self::Lane(error) => return is_away_of_lane(error),
            _ => return false,
        };
        match error {
            Io(_) | PoolTimedOut | PoolClosed | Protocol(_) | Tls(_) | WorkerCrashed => true,
            sqlx::Error::Database(error) => says_away(error.as_ref()),
            _ => false,
        }
    }
}

/// The result codes of SQLite for busy, an input or output error, full, and a file that cannot be
/// opened.
const AWAY: [u32; 4] = [5, 10, 13, 14];

fn is_away_of_lane(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().and_then(|error| u32::try_from(error.extended_code).ok());
    code.is_some_and(|code| AWAY.contains(&(code & 0xff)))
}

fn says_away(error: &dyn DatabaseError) -> bool {
    if let Some(code) = sqlite_code(error) {
        return AWAY.contains(&code);
    }
    // PostgreSQL's classes 08 (connection), 53 (resources) and 57 (operator intervention).
    let code = error.code().unwrap_or_default();
    let classes = ["08", "53", "57"];
    [LOCKED, SILENT].contains(&code.as_ref()) || classes.iter().any(|class| code.starts_with(class))
}

/// Whether another program, or another connection, has locked the SQLite file.
pub(crate) fn is_busy(error: &dyn DatabaseError) -> bool {
    sqlite_code(error) == Some(5)
}

/// The result code of SQLite, without what makes it more exact.
fn sqlite_code(error: &dyn DatabaseError) -> Option<u32> {
    error.try_downcast_ref::<SqliteError>()?;
    let code: u32 = error.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// Whether PostgreSQL ends the connection with this error.
fn is_fatal(error: &dyn DatabaseError) -> bool {
    use sqlx::postgres::{PgDatabaseError, PgSeverity};
    let severity = error.try_downcast_ref::<PgDatabaseError>().map(PgDatabaseError::severity);
    matches!(severity, Some(PgSeverity::Fatal | PgSeverity::Panic))
}

#[expect(clippy::needless_pass_by_value, reason = "an error is handed on as it comes")]
pub(crate) fn corrupt(table: &'static str, why: impl ToString) -> StoreError {
    StoreError::Corrupt { table, why: why.to_string() }
}
