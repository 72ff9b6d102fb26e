//! A lock that lanes have to wait for.

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, Transaction, query};
use uuid::Uuid;

use super::database::{Backend, Database};
use super::wait::{PATIENCE, eventually};

/// Somebody else's lock: on PostgreSQL of one product's row, on SQLite of the whole file.
pub(crate) enum Hold {
    Row(Transaction<'static, Postgres>),
    File(PoolConnection<Sqlite>),
}

impl Hold {
    /// Takes it, as a lane does.
    pub(crate) async fn on(database: &Database, product_id: &str) -> Self {
        match database.backend() {
            Backend::Postgres => {
                let mut holder = database.postgres().begin().await.unwrap();
                let text = "select from products where product_id = $1 for no key update";
                let lock = query(text).bind(product_id.parse::<Uuid>().unwrap());
                lock.execute(&mut *holder).await.unwrap();
                Self::Row(holder)
            }
            Backend::Sqlite => {
                let mut holder = database.sqlite().acquire().await.unwrap();
                query("begin immediate").execute(&mut *holder).await.unwrap();
                Self::File(holder)
            }
        }
    }

    /// Gives it back.
    pub(crate) async fn release(self) {
        match self {
            Self::Row(holder) => holder.commit().await.unwrap(),
            Self::File(mut holder) => drop(query("commit").execute(&mut *holder).await.unwrap()),
        }
    }
}

/// Waits until so many lanes wait for a row (PostgreSQL).
pub(crate) async fn lanes_wait(database: &Database, count: i64) {
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
                   and application_name = 'gobid-lane' and wait_event_type = 'Lock'";
    eventually("lanes that wait for a lock", PATIENCE, async || {
        (database.number(waiting).await == count).then_some(())
    })
    .await;
}
