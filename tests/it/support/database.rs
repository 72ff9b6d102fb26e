//! An empty database of each kind for a test, and what the test itself reads in it.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, Connection, FromRow, PgPool};
use tempfile::TempDir;
use uuid::Uuid;

use super::actors::now;
use super::postgres::{self, Cluster};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// Makes two tests of each named function, `NAME::sqlite` and `NAME::postgres`. The function takes
/// a `Database`, which is empty, and gone when the test is over.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        pub(crate) mod $name {
            use crate::support::database::{Backend, Database};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            pub(crate) async fn sqlite() {
                super::$name(Database::new(Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            pub(crate) async fn postgres() {
                super::$name(Database::new(Backend::Postgres).await).await;
            }
        }
    )+ };
}
pub(crate) use on_both;

/// A database that nothing else uses. It is dropped with this value.
pub(crate) struct Database {
    url: String,
    place: Place,
}

enum Place {
    File { folder: TempDir, pool: SqlitePool },
    Server { cluster: Cluster, name: String, pool: PgPool },
}

impl Database {
    /// One of the kind; on PostgreSQL in the cluster that all tests share.
    pub(crate) async fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::in_file(),
            Backend::Postgres => Self::in_cluster(Cluster::shared().await).await,
        }
    }

    /// One in a cluster of the test's own, which it may kill.
    pub(crate) async fn in_cluster(cluster: Cluster) -> Self {
        let name = format!("gobid_{}", Uuid::new_v4().simple());
        let mut connection = cluster.connect().await;
        let text = AssertSqlSafe(format!("create database {name}"));
        sqlx::query(text).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let url = cluster.url(&name);
        let pool = PgPool::connect_lazy(&url).unwrap();
        Self { url, place: Place::Server { cluster, name, pool } }
    }

    fn in_file() -> Self {
        let folder = tempfile::Builder::new().prefix("gobid-sqlite-").tempdir().unwrap();
        let file = folder.path().join("gobid.db");
        let url = format!("sqlite://{}", file.display());
        let options = SqliteConnectOptions::new().filename(&file);
        let pool = SqlitePool::connect_lazy_with(options.busy_timeout(Duration::from_secs(30)));
        Self { url, place: Place::File { folder, pool } }
    }

    pub(crate) fn backend(&self) -> Backend {
        match self.place {
            Place::File { .. } => Backend::Sqlite,
            Place::Server { .. } => Backend::Postgres,
        }
    }

    /// What `--database-url` takes.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The same database as seen through a proxy on another port (PostgreSQL).
    pub(crate) fn url_through(&self, port: u16) -> String {
        match &self.place {
            Place::Server { name, .. } => postgres::url(port, name),
            Place::File { .. } => panic!("a file has no port"),
        }
    }

    /// The cluster it is in (PostgreSQL).
    pub(crate) fn cluster(&self) -> &Cluster {
        match &self.place {
            Place::Server { cluster, .. } => cluster,
            Place::File { .. } => panic!("a file is in no cluster"),
        }
    }

    /// The folder of its file (SQLite).
    pub(crate) fn folder(&self) -> &Path {
        match &self.place {
            Place::File { folder, .. } => folder.path(),
            Place::Server { .. } => panic!("the cluster has the files"),
        }
    }

    /// Connections of the test's own, to hold a lock with (PostgreSQL).
    pub(crate) fn postgres(&self) -> &PgPool {
        match &self.place {
            Place::Server { pool, .. } => pool,
            Place::File { .. } => panic!("the database is a file"),
        }
    }

    /// Connections of the test's own (SQLite).
    pub(crate) fn sqlite(&self) -> &SqlitePool {
        match &self.place {
            Place::File { pool, .. } => pool,
            Place::Server { .. } => panic!("the database is no file"),
        }
    }

    /// The one number that a query gives, such as a count.
    pub(crate) async fn number(&self, text: &str) -> i64 {
        let query = AssertSqlSafe(text);
        match &self.place {
            Place::File { pool, .. } => sqlx::query_scalar(query).fetch_one(pool).await,
            Place::Server { pool, .. } => sqlx::query_scalar(query).fetch_one(pool).await,
        }
        .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// Changes rows behind the programs' backs; says how many.
    pub(crate) async fn execute(&self, text: &str) -> u64 {
        let query = sqlx::query(AssertSqlSafe(text));
        match &self.place {
            Place::File { pool, .. } => query.execute(pool).await.map(|done| done.rows_affected()),
            Place::Server { pool, .. } => sqlx::query(AssertSqlSafe(text))
                .execute(pool)
                .await
                .map(|done| done.rows_affected()),
        }
        .unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// Lets an auction end now.
    pub(crate) async fn end_now(&self, product_id: &str) {
        let (end, id) = (now().as_micros(), self.id(product_id));
        let text = format!(
            "update products set auction_end = {end}, due_at = {end} where product_id = {id}"
        );
        assert_eq!(self.execute(&text).await, 1);
    }

    /// Lets an auction start now that was to start later.
    pub(crate) async fn start_now(&self, product_id: &str) {
        let (start, id) = (now().as_micros(), self.id(product_id));
        let text = format!(
            "update products set auction_start = {start}, due_at = {start} where product_id = {id}"
        );
        assert_eq!(self.execute(&text).await, 1);
    }

    /// An id as the text of a query has it: SQLite keeps the 16 bytes.
    pub(crate) fn id(&self, id: &str) -> String {
        let id: Uuid = id.parse().unwrap();
        match self.place {
            Place::File { .. } => format!("x'{}'", id.simple()),
            Place::Server { .. } => format!("'{id}'"),
        }
    }

    /// The log of an auction, in its order.
    pub(crate) async fn log_of(&self, product_id: &str) -> Vec<LogEntry> {
        let product_id = self.id(product_id);
        let text = AssertSqlSafe(format!(
            "select position, seq, entry_id, kind, actor_id, request_id, offer, seq_after, leader, \
             price, minimum, auction_end, received_at, at, public, private \
             from auction_log where product_id = {product_id} order by position"
        ));
        match &self.place {
            Place::File { pool, .. } => sqlx::query_as(text).fetch_all(pool).await,
            Place::Server { pool, .. } => sqlx::query_as(text).fetch_all(pool).await,
        }
        .unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server { cluster, name, .. } = &self.place {
            cluster.drop_database(name);
        }
    }
}

/// A row of `auction_log`. Money in minor units, times in microseconds since 1970.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LogEntry {
    pub(crate) position: i64,
    pub(crate) seq: Option<i64>,
    pub(crate) entry_id: Uuid,
    pub(crate) kind: String,
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) request_id: Option<Uuid>,
    pub(crate) offer: Option<i64>,
    pub(crate) seq_after: i64,
    pub(crate) leader: Option<Uuid>,
    pub(crate) price: Option<i64>,
    pub(crate) minimum: Option<i64>,
    pub(crate) auction_end: i64,
    pub(crate) received_at: i64,
    pub(crate) at: i64,
    pub(crate) public: Option<String>,
    pub(crate) private: Option<String>,
}
