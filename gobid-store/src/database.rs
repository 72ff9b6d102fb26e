//! The two databases behind one type, and the macros that run one body on either.

use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::StoreError;
use crate::error::is_busy;
use crate::lease::{DEADLINE, SIGN_OF_LIFE};

/// How many connections beside the lanes' own a server keeps to PostgreSQL, and how many readers
/// of an SQLite file.
const POOL_CONNECTIONS: u32 = 10;
/// How much of an SQLite file is mapped: as much as SQLite allows.
const MAPPED_BYTES: &str = "2147418112";
/// How many pages the write-ahead log has before whoever commits copies it back. With few a page that
/// many bids change is copied almost with each batch; with many the slowest answers wait longer.
pub(crate) const WAL_PAGES: &str = "4000";
/// How long a writer of an SQLite file waits for one of another process.
pub(crate) const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than a lane's transaction goes on once it has its locks: its last statement may take 5 s,
/// and before it may be silent for 2 s.
const WRITERS_END_WITHIN: Duration = Duration::from_secs(8);
/// How long it waits between two tries where the database does not wait by itself.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// A database: cheap to clone, every clone the same pools.
#[derive(Clone)]
pub enum Database {
    /// A PostgreSQL server.
    Postgres(Postgres),
    /// An SQLite file.
    Sqlite(Sqlite),
}

/// Without the options of the connections, which hold a password.
impl fmt::Debug for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Whether a database file may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// An SQLite file that is not there is made.
    MayCreate,
    /// It must be there.
    MustExist,
}

/// A PostgreSQL server.
#[derive(Clone)]
pub struct Postgres {
    pub(crate) pool: PgPool,
    pub(crate) options: PgConnectOptions,
}

/// An SQLite file.
#[derive(Clone)]
pub struct Sqlite {
    pub(crate) readers: SqlitePool,
    /// The one connection that writes, beside the lane's.
    pub(crate) writer: SqlitePool,
    pub(crate) options: SqliteConnectOptions,
    /// Whose turn it is to write: two writers that poll for the file's lock would ruin the latency.
    pub(crate) turn: Arc<Semaphore>,
}

/// Runs one body on a connection of a pool, behind the turn to write where there is one, and not
/// for longer than the deadline: a link that was cut tells nobody. The connection of what was given
/// up is closed, since the answer could still come.
macro_rules! leasing {
    ($pool:expr $(, after $turn:expr)?, |$connection:ident| $body:expr) => {{
        let mut lease = None;
        let asked = async {
            $(let _turn = $turn.acquire().await;)?
            let $connection = lease.insert($crate::lease::Lease::of($pool).await?).connection();
            Ok::<_, $crate::StoreError>($body)
        };
        let done = tokio::time::timeout($crate::lease::DEADLINE, asked).await;
        match done {
            Ok(done) => done?,
            Err(_elapsed) => return Err($crate::lease::given_up(lease)),
        }
    }};
}

/// Runs one body on a connection that reads, whichever database it is.
macro_rules! reading {
    ($database:expr, |$connection:ident| $body:expr) => {
        match $database {
            $crate::Database::Postgres(database) => {
                $crate::database::leasing!(&database.pool, |$connection| $body)
            }
            $crate::Database::Sqlite(database) => {
                $crate::database::leasing!(&database.readers, |$connection| $body)
            }
        }
    };
}

/// Runs one body in a transaction that may write, whichever database it is. Leaving the body with
/// `?` rolls back.
macro_rules! writing {
    ($database:expr, |$connection:ident| $body:expr) => {
        match $database {
            $crate::Database::Postgres(database) => {
                $crate::database::leasing!(&database.pool, |leased| {
                    let mut transaction = sqlx::Connection::begin(leased).await?;
                    let $connection = &mut *transaction;
                    let done = $body;
                    transaction.commit().await?;
                    done
                })
            }
            $crate::Database::Sqlite(database) => {
                $crate::database::leasing!(&database.writer, after database.turn, |leased| {
                    let begin = "begin immediate";
                    let mut transaction = sqlx::Connection::begin_with(leased, begin).await?;
                    let $connection = &mut *transaction;
                    let done = $body;
                    transaction.commit().await?;
                    done
                })
            }
        }
    };
}

pub(crate) use {leasing, reading, writing};

impl Database {
    /// Opens the database that a URL names: `postgres://…` or `sqlite:…`. The durability settings
    /// are read back: see [`StoreError::Durability`].
    pub async fn connect(url: &str, opening: Opening) -> Result<Self, StoreError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Postgres::connect(url).await.map(Self::Postgres)
        } else if url.starts_with("sqlite:") {
            Sqlite::connect(url, opening).await.map(Self::Sqlite)
        } else {
            let scheme = url.split(':').next().unwrap_or_default();
            Err(StoreError::Url(format!("must begin with sqlite: or postgres: ({scheme})")))
        }
    }

    /// `PostgreSQL` or `SQLite`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "PostgreSQL",
            Self::Sqlite(_) => "SQLite",
        }
    }

    /// How many lanes work well on it: SQLite has one writer.
    pub const fn lanes(&self) -> usize {
        match self {
            Self::Postgres(_) => 4,
            Self::Sqlite(_) => 1,
        }
    }

    /// The database's clock, in microseconds since 1970; `None` where the system's is its clock.
    pub async fn clock(&self) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Postgres(database) => {
                const SQL: &str =
                    "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";
                let micros = leasing!(&database.pool, |connection| {
                    sqlx::query_scalar(SQL).fetch_one(connection).await?
                });
                Ok(Some(micros))
            }
            Self::Sqlite(_) => Ok(None),
        }
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), StoreError> {
        reading!(self, |connection| sqlx::query("select 1").execute(connection).await.map(drop)?);
        Ok(())
    }

    /// Waits for a while until every transaction that writes and had begun by now has ended: it may
    /// have read what was changed since. False when one has not. An SQLite file has one writer.
    pub async fn writers_have_ended(&self) -> Result<bool, StoreError> {
        // Of its own, so that all that were given before are lower: a snapshot would leave out the
        // youngest of those that are under way.
        const BEGUN: &str = "select pg_current_xact_id()::text::bigint";
        const UNDER_WAY: &str = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
        let Self::Postgres(database) = self else { return Ok(true) };
        let begun: i64 = leasing!(&database.pool, |connection| {
            sqlx::query_scalar(BEGUN).fetch_one(connection).await?
        });
        let ended = async {
            loop {
                let under_way: i64 = leasing!(&database.pool, |connection| {
                    sqlx::query_scalar(UNDER_WAY).fetch_one(connection).await?
                });
                if under_way >= begun {
                    return Ok(true);
                }
                tokio::time::sleep(BUSY_PAUSE).await;
            }
        };
        timeout(WRITERS_END_WITHIN, ended).await.unwrap_or(Ok(false))
    }

    /// Closes every connection, once each has come back.
    pub async fn close(&self) {
        match self {
            Self::Postgres(database) => database.pool.close().await,
            Self::Sqlite(database) => {
                database.readers.close().await;
                database.writer.close().await;
            }
        }
    }
}

impl Postgres {
    async fn connect(url: &str) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse().map_err(unreadable)?;
        let options = options.application_name("gobid");
        // Who holds a lock and is silent loses it (2 s) before who waits for it gives up (4 s), and
        // what was given up here ends there, too. Not for the lanes and the migrations, whose
        // connections are their own.
        let limited = options.clone().options([
            ("idle_in_transaction_session_timeout", "2s"),
            ("lock_timeout", "4s"),
            ("statement_timeout", "5s"),
            // A statement has its plan before it is known how many rows it meets: what is read by an
            // index takes at worst a few thousand of its steps, and a scan of a table all rows.
            ("enable_seqscan", "off"),
            ("enable_bitmapscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(POOL_CONNECTIONS)
            .acquire_timeout(DEADLINE)
            // A begin that was cancelled has left its transaction open: what the next borrower wrote
            // would never be committed. A rollback alone would warn in the server's log whenever
            // there is none. It is also the sign of life that is asked for otherwise.
            .test_before_acquire(false)
            .before_acquire(|connection, _| {
                Box::pin(async move {
                    let sign = sqlx::raw_sql("begin; rollback").execute(connection);
                    let silent = |_elapsed| Err(io::Error::from(io::ErrorKind::TimedOut).into());
                    timeout(SIGN_OF_LIFE, sign).await.unwrap_or_else(silent).map(|_done| true)
                })
            })
            .connect_with(limited)
            .await?;
        Ok(Self { pool, options })
    }
}

impl Sqlite {
    async fn connect(url: &str, opening: Opening) -> Result<Self, StoreError> {
        let options: SqliteConnectOptions = url.parse().map_err(unreadable)?;
        let file = options.get_filename().to_owned();
        if opening == Opening::MustExist && !file.exists() {
            return Err(StoreError::Missing(file.display().to_string()));
        }
        let options = options
            .create_if_missing(opening == Opening::MayCreate)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(SQLITE_BUSY_TIMEOUT)
            .pragma("wal_autocheckpoint", WAL_PAGES);
        let writer = open_writer(&options).await?;
        read_durability_back(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(POOL_CONNECTIONS)
            .acquire_timeout(DEADLINE)
            // Read where the system keeps it: a list looks at thousands of pages, and each would be
            // a call.
            .connect_with(options.clone().read_only(true).pragma("mmap_size", MAPPED_BYTES))
            .await?;
        Ok(Self { readers, writer, options, turn: Arc::new(Semaphore::new(1)) })
    }
}

/// What is wrong with a URL, without the URL, which may hold a password.
fn unreadable(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Configuration(why) => StoreError::Url(format!("cannot be read: {why}")),
        error => error.into(),
    }
}

/// Opens the connection that writes, and with it makes of a new file one with a write-ahead log:
/// for that SQLite heeds no busy timeout, so that programs which do it at once must try again.
async fn open_writer(options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let mut tries = SQLITE_BUSY_TIMEOUT.as_millis() / BUSY_PAUSE.as_millis();
    loop {
        let opened = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(DEADLINE)
            // A transaction that its owner has left would lock the file: the connection ends with
            // it. The ping comes back behind a rollback that is on its way.
            .after_release(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(options.clone())
            .await;
        match opened {
            Err(sqlx::Error::Database(error)) if tries > 0 && is_busy(error.as_ref()) => {
                tries -= 1;
                tokio::time::sleep(BUSY_PAUSE).await;
            }
            opened => return opened,
        }
    }
}

async fn read_durability_back(pool: &SqlitePool) -> Result<(), StoreError> {
    let journal = sqlx::query_scalar("pragma journal_mode").fetch_one(pool).await?;
    let synchronous = sqlx::query_scalar("pragma synchronous").fetch_one(pool).await?;
    check_durability(journal, synchronous)
}

/// Whether an SQLite file keeps what was committed, by its `journal_mode` and `synchronous`.
pub(crate) fn check_durability(journal: String, synchronous: i64) -> Result<(), StoreError> {
    if journal != "wal" {
        let (setting, wanted) = ("journal_mode", "wal");
        return Err(StoreError::Durability { setting, found: journal, wanted });
    }
    if synchronous < 2 {
        let (setting, wanted) = ("synchronous", "2 (full)");
        return Err(StoreError::Durability { setting, found: synchronous.to_string(), wanted });
    }
    Ok(())
}
