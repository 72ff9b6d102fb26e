//! Fresh databases: of the bench's own PostgreSQL, and files in a temporary folder.

use std::path::Path;

use anyhow::Context as _;
use gobid_store::{Database, Opening};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

use crate::cluster::Cluster;

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Where the bench keeps its databases. They go with this value.
pub(crate) struct Place {
    folder: TempDir,
    cluster: Option<Cluster>,
}

/// An empty database for one measurement.
pub(crate) struct Fresh {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) url: String,
}

impl Place {
    /// A place for databases of these kinds.
    pub(crate) fn new(kinds: &[Kind]) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("gobid-bench-").tempdir()?;
        let cluster = kinds
            .contains(&Kind::Postgres)
            .then(Cluster::start)
            .transpose()
            .context("PostgreSQL")?;
        Ok(Self { folder, cluster })
    }

    /// For files of the programs that are run.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The PostgreSQL, where there is one.
    pub(crate) fn cluster(&self) -> anyhow::Result<&Cluster> {
        self.cluster.as_ref().context("no PostgreSQL was started")
    }

    /// An empty database. The one of the same name that an earlier measurement left goes.
    pub(crate) async fn fresh(&self, kind: Kind, name: &str) -> anyhow::Result<Fresh> {
        let name = format!("gobid_{}", name.replace(|letter: char| !letter.is_alphanumeric(), "_"));
        let url = match kind {
            Kind::Sqlite => {
                let file = self.folder.path().join(format!("{name}.db"));
                format!("sqlite:{}", file.display())
            }
            Kind::Postgres => self.cluster()?.url(&name),
        };
        let fresh = Fresh { kind, name, url };
        self.remove(&fresh).await?;
        if kind == Kind::Postgres {
            self.maintain(&format!("create database {}", fresh.name)).await?;
        }
        Ok(fresh)
    }

    /// An empty database with GoBid's schema.
    pub(crate) async fn migrated(&self, kind: Kind, name: &str) -> anyhow::Result<Fresh> {
        let fresh = self.fresh(kind, name).await?;
        let database = Database::connect(&fresh.url, Opening::MayCreate).await?;
        database.migrate().await?;
        database.close().await;
        Ok(fresh)
    }

    /// Removes a database, whoever is connected to it.
    pub(crate) async fn remove(&self, fresh: &Fresh) -> anyhow::Result<()> {
        match fresh.kind {
            Kind::Sqlite => {
                for ending in ["db", "db-wal", "db-shm"] {
                    // One that is not there need not be removed.
                    let file = self.folder.path().join(format!("{}.{ending}", fresh.name));
                    let _ = std::fs::remove_file(file);
                }
                Ok(())
            }
            Kind::Postgres => {
                let name = &fresh.name;
                self.maintain(&format!("drop database if exists {name} with (force)")).await
            }
        }
    }

    async fn maintain(&self, statement: &str) -> anyhow::Result<()> {
        let url = self.cluster()?.url("postgres");
        let mut connection = PgConnection::connect(&url).await?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}

impl Fresh {
    /// Runs statements that are written the same for both databases, but for `{numbers}`, which
    /// becomes a table `n` of the numbers `i` from 1 to `count`.
    pub(crate) async fn seed(&self, statement: &str, count: u64) -> anyhow::Result<()> {
        let numbers = format!(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})"
        );
        let text = statement.replace("{numbers}", &numbers);
        match self.kind {
            Kind::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await?;
                sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
                connection.close().await?;
            }
            Kind::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await?;
                sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    /// The words of this database for the id of a number, in the range of a digit.
    pub(crate) fn id(&self, range: char, number: &str) -> String {
        match self.kind {
            Kind::Postgres => format!(
                "('{range}0000000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"
            ),
            Kind::Sqlite => {
                format!(
                    "unhex('{range}0000000' || '0000' || '7000' || '8000' || printf('%012x', {number}))"
                )
            }
        }
    }

    /// The words of this database for the bytes of a text.
    pub(crate) fn bytes(&self, text: &str) -> String {
        match self.kind {
            Kind::Postgres => format!("convert_to({text}, 'UTF8')"),
            Kind::Sqlite => format!("cast({text} as blob)"),
        }
    }
}
