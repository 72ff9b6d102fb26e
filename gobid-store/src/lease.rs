//! A connection of a pool for a while: whatever becomes of who asked on it, it does not go back to
//! the pool before it has answered, and its place is not kept for a link that is dead.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::StoreError;

/// How long a question to the database may take, the wait for a connection included.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);
/// How long a connection that is taken from the pool, or comes back, may take to show that it
/// lives.
pub(crate) const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// A connection of a pool, which goes back when this value does.
pub(crate) struct Lease<DB: Database>(PoolConnection<DB>);

impl<DB: Database> Lease<DB> {
    pub(crate) async fn of(pool: &Pool<DB>) -> Result<Self, sqlx::Error> {
        pool.acquire().await.map(Self)
    }

    pub(crate) fn connection(&mut self) -> &mut DB::Connection {
        &mut self.0
    }
}

/// Closes the connection of what was given up, without a word to the other end, which may be gone:
/// nothing here waits. Its place in the pool is free at once.
pub(crate) fn given_up<DB: Database>(lease: Option<Lease<DB>>) -> StoreError {
    if let Some(mut lease) = lease {
        drop(lease.0.return_to_pool());
    }
    StoreError::TimedOut
}

/// The driver by itself would wait for ever for the connection to answer what was left unanswered,
/// and keep its place in the pool for it.
impl<DB: Database> Drop for Lease<DB> {
    fn drop(&mut self) {
        let returning = self.0.return_to_pool();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(SIGN_OF_LIFE, returning));
        }
    }
}
