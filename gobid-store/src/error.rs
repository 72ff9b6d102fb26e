//! What can go wrong with a database.

/// What can go wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database that GoBid knows.
    #[error("the database URL must begin with sqlite: or postgres: ({0})")]
    Url(String),
    /// The database file is not there, and may not be made.
    #[error("there is no database file {0}: start the server once, or run gobid-cli migrate")]
    Missing(String),
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
    /// The database did not answer as it should.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// Whether the connection that brought the error is as good as before: the database has
    /// refused the statement, and nothing more.
    pub fn spares_connection(&self) -> bool {
        const CANCELLED: &str = "57014";
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                let code = error.code();
                code.is_some_and(|code| code == CANCELLED) || !self.is_away() && !is_fatal(error.as_ref())
            }
            Self::Corrupt { .. } => true,
            _ => false,
        }
    }

    /// Whether the database is away: the connection failed, and asking again later may help.
    pub fn is_away(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        match self {
            Self::Database(
                Io(_) | PoolTimedOut | PoolClosed | Protocol(_) | Tls(_) | WorkerCrashed,
            ) => true,
            // PostgreSQL's classes 08 (connection), 53 (resources) and 57 (operator intervention).
            Self::Database(sqlx::Error::Database(error)) => error.code().is_some_and(|code| {
                code.len() == 5
                    && ["08", "53", "57"]
                        .iter()
                        .any(|class| code.starts_with(class))
            }),
            _ => false,
        }
    }
}

/// Whether PostgreSQL ends the connection with this error.
fn is_fatal(error: &dyn sqlx::error::DatabaseError) -> bool {
    use sqlx::postgres::{PgDatabaseError, PgSeverity};
    let severity = error.try_downcast_ref::<PgDatabaseError>().map(PgDatabaseError::severity);
    matches!(severity, Some(PgSeverity::Fatal | PgSeverity::Panic))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "an error is handed on as it comes"
)]
pub(crate) fn corrupt(table: &'static str, why: impl ToString) -> StoreError {
    StoreError::Corrupt {
        table,
        why: why.to_string(),
    }
}
