//! The migrations, embedded from `migrations/`, and whether schema and program go together.

use sqlx::migrate::{Migrate, Migrator};
use sqlx::{ConnectOptions, Connection};

use crate::database::leasing;
use crate::{Database, StoreError};

/// The migrations that this program brings.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");
/// The table in which they are noted.
const NOTED_IN: &str = "_sqlx_migrations";
/// The version of this program.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// A step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number, rising.
    pub version: i64,
    /// What it does, from the name of its file.
    pub description: String,
}

/// Which migrations a database has, and which it lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaState {
    /// Those it has, a newer program's included, in order.
    pub applied: Vec<Migration>,
    /// Those that this program brings and it lacks, in order.
    pub pending: Vec<Migration>,
}

/// What stands in a database, GoBid's or not.
struct Found {
    tables: Vec<String>,
    applied: Vec<Noted>,
    oldest_program: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Noted {
    version: i64,
    description: String,
    checksum: Vec<u8>,
}

/// Reads what stands in a database, over a connection to it. The tables first: when a migration of
/// another program ends meanwhile, its note is seen with them.
macro_rules! find {
    ($connection:expr, $tables:expr) => {{
        let connection = $connection;
        let mut found = Found {
            tables: sqlx::query_scalar($tables).fetch_all(&mut *connection).await?,
            applied: Vec::new(),
            oldest_program: None,
        };
        if found.tables.iter().any(|table| table == NOTED_IN) {
            found.applied = sqlx::query_as(
                "select version, description, checksum from _sqlx_migrations order by version",
            )
            .fetch_all(&mut *connection)
            .await?;
        }
        if found.is_of_gobid() {
            found.oldest_program =
                sqlx::query_scalar("select value from settings where name = 'oldest_program'")
                    .fetch_optional(&mut *connection)
                    .await?;
        }
        found
    }};
}

/// Tables and views, those of extensions left out.
const POSTGRES_TABLES: &str = "\
    select c.relname::text from pg_catalog.pg_class c \
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
    where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm') \
        and not exists (select 1 from pg_catalog.pg_depend d \
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid \
                and d.deptype = 'e')";
const SQLITE_TABLES: &str = "\
    select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' \
    escape '\\'";

impl Database {
    /// Brings the schema to the state that this program wants, and says what that took. Several
    /// programs may do it at once: one does, the others wait and find it done.
    ///
    /// Refuses a database that is not GoBid's, and one whose schema this program is too old for.
    pub async fn migrate(&self) -> Result<Vec<Migration>, StoreError> {
        let mut migrator =
            Migrator { migrations: MIGRATIONS.migrations.clone(), ..Migrator::DEFAULT };
        migrator.set_ignore_missing(true);
        match self {
            Self::Postgres(database) => {
                // A connection of its own: whatever happens, the lock ends with it.
                let mut connection = database.options.connect().await?;
                connection.lock().await?;
                let pending = find!(&mut connection, POSTGRES_TABLES).judge()?.pending;
                // A change of a table waits in front of everybody else who wants it: better to
                // fail, and be tried again, than to stop the bids behind a long backup.
                sqlx::raw_sql("set lock_timeout = '5s'").execute(&mut connection).await?;
                migrator.run_direct(None, &mut connection, false).await?;
                connection.close().await?;
                Ok(pending)
            }
            Self::Sqlite(database) => {
                let _turn = database.turn.acquire().await;
                let mut transaction = database.writer.begin_with("begin immediate").await?;
                let pending = find!(&mut *transaction, SQLITE_TABLES).judge()?.pending;
                migrator.run_direct(None, &mut *transaction, false).await?;
                transaction.commit().await?;
                Ok(pending)
            }
        }
    }

    /// Which migrations the database has, and which it lacks. Refuses what [`Database::migrate`]
    /// refuses, and changes nothing.
    pub async fn schema(&self) -> Result<SchemaState, StoreError> {
        let found = match self {
            Self::Postgres(database) => {
                leasing!(&database.pool, |connection| find!(connection, POSTGRES_TABLES))
            }
            Self::Sqlite(database) => {
                leasing!(&database.readers, |connection| find!(connection, SQLITE_TABLES))
            }
        };
        found.judge()
    }

    /// Makes sure that the database is GoBid's, lacks no migration, and does not want a newer
    /// program.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        match self.schema().await?.pending.as_slice() {
            [] => Ok(()),
            [first, ..] => Err(StoreError::Schema(format!(
                "the database lacks migrations from {} on: run gobid-cli migrate, or let the \
                 server do it",
                first.version
            ))),
        }
    }
}

impl Found {
    /// Whether its first migration is GoBid's first.
    fn is_of_gobid(&self) -> bool {
        let ours = MIGRATIONS.iter().next();
        match (self.applied.first(), ours) {
            (Some(noted), Some(ours)) => {
                noted.version == ours.version && noted.checksum == ours.checksum.as_ref()
            }
            _ => false,
        }
    }

    fn is_empty(&self) -> bool {
        self.applied.is_empty() && self.tables.iter().all(|table| table == NOTED_IN)
    }

    fn judge(self) -> Result<SchemaState, StoreError> {
        if self.is_empty() {
            return Ok(SchemaState {
                applied: Vec::new(),
                pending: MIGRATIONS.iter().map(Migration::from).collect(),
            });
        }
        if !self.is_of_gobid() {
            return Err(StoreError::Foreign);
        }
        self.judge_program()?;
        self.judge_checksums()?;
        let lacks = |version| self.applied.iter().all(|noted| noted.version != version);
        let pending =
            MIGRATIONS.iter().filter(|ours| lacks(ours.version)).map(Migration::from).collect();
        let applied = self.applied.into_iter().map(Migration::from).collect();
        Ok(SchemaState { applied, pending })
    }

    /// Refuses a schema that wants a newer program.
    fn judge_program(&self) -> Result<(), StoreError> {
        let oldest = self.oldest_program.as_deref().unwrap_or_default();
        let (Some(wanted), Some(program)) = (parts(oldest), parts(PROGRAM)) else {
            let message = format!("the database names {oldest:?} as the oldest program it bears");
            return Err(StoreError::Schema(message));
        };
        if wanted > program {
            return Err(StoreError::Schema(format!(
                "the database wants GoBid {oldest} or newer, and this is {PROGRAM}"
            )));
        }
        Ok(())
    }

    /// Refuses a migration that was another text when it was applied.
    fn judge_checksums(&self) -> Result<(), StoreError> {
        for noted in &self.applied {
            let mut ours = MIGRATIONS.iter();
            let changed = ours.any(|ours| {
                ours.version == noted.version && ours.checksum.as_ref() != noted.checksum
            });
            if changed {
                return Err(StoreError::Schema(format!(
                    "migration {} of the database is not the one that this program knows",
                    noted.version
                )));
            }
        }
        Ok(())
    }
}

/// The numbers of a version `major.minor.patch`; what follows them does not count.
fn parts(version: &str) -> Option<[u64; 3]> {
    let numbers = version.split(['-', '+']).next()?;
    let parts: Result<Vec<u64>, _> = numbers.split('.').map(str::parse).collect();
    parts.ok()?.try_into().ok()
}

impl From<&sqlx::migrate::Migration> for Migration {
    fn from(migration: &sqlx::migrate::Migration) -> Self {
        Self { version: migration.version, description: migration.description.clone().into_owned() }
    }
}

impl From<Noted> for Migration {
    fn from(noted: Noted) -> Self {
        Self { version: noted.version, description: noted.description }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(parts("0.10.0") > parts("0.9.12"));
        assert_eq!(parts("1.2.3-rc.1"), Some([1, 2, 3]));
        for text in ["", "1.2", "1.2.3.4", "v1.2.3", "1.x.3"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
