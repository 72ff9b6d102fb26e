//! The prices that lists sort by follow the products, within a second or two.
//!
//! A lane does not write them: an index on a price would be written with every bid. It only notes
//! which products have changed, and a task of its own brings their prices up to date, each product
//! at most once a second. What a server leaves behind that is killed, another task finds, which goes
//! through all products, slowly and again and again.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gobid_auction::ProductId;
use gobid_auction::planted::{self, Bug};
use gobid_store::{Database, StoreError};
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::shutdown::Tasks;

/// How long the price of a list may lag behind the product's, but for the time it takes to write.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How many products are written at once: on SQLite, bids wait that long.
const AT_ONCE: usize = 64;
/// How many products that have changed are remembered; the comparison finds the rest.
const MOST_CHANGED: usize = 100_000;
/// How many products are compared at once, and how long the task rests then, so that a million are
/// done in ten minutes and nobody notices.
const COMPARED_AT_ONCE: i64 = 500;
const REST: Duration = Duration::from_millis(300);
/// How long it rests when it has gone through all.
const LONG_REST: Duration = Duration::from_mins(1);

/// Products of which the price may have changed.
#[derive(Debug, Default)]
pub(crate) struct Prices {
    changed: Mutex<BTreeSet<ProductId>>,
    some: Notify,
}

impl Prices {
    /// A product has changed. Never waits for what is written.
    pub(crate) fn changed(&self, product_id: ProductId) {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        if changed.len() < MOST_CHANGED && !planted::is(Bug::PricesNotFollowed) {
            changed.insert(product_id);
            self.some.notify_one();
        }
    }

    /// Starts the tasks that write; they end when the server stops.
    pub(crate) fn start(self: &Arc<Self>, database: &Database, tasks: &Tasks) {
        for way in [Way::Follow, Way::Compare] {
            let (prices, database, all) = (Arc::clone(self), database.clone(), tasks.clone());
            let stop = tasks.token().clone();
            tasks.spawn(async move {
                let work = async {
                    match way {
                        Way::Follow => prices.follow(&database, &all).await,
                        Way::Compare => compare(&database, &all).await,
                    }
                };
                stop.run_until_cancelled(work).await
            });
        }
    }

    async fn follow(&self, database: &Database, tasks: &Tasks) {
        loop {
            self.some.notified().await;
            let mut portions = self.take().into_iter();
            while let Some(products) = portions.next() {
                let (database, written) = (database.clone(), products.clone());
                let write = async move { database.follow_prices(&written).await };
                if let Err(error) = whole(tasks, write).await {
                    warn!(%error, "prices of lists could not be written; the next sweep tries again");
                    for product_id in products.into_iter().chain(portions.flatten()) {
                        self.changed(product_id);
                    }
                    break;
                }
            }
            sleep(SWEEP_EVERY).await;
        }
    }

    /// What has changed, in portions.
    fn take(&self) -> Vec<Vec<ProductId>> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        let changed: Vec<_> = std::mem::take(&mut *changed).into_iter().collect();
        changed.chunks(AT_ONCE).map(<[_]>::to_vec).collect()
    }
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Follow,
    Compare,
}

/// Goes through all products and mends what lists are read by.
async fn compare(database: &Database, tasks: &Tasks) {
    let mut after = None;
    loop {
        let database = database.clone();
        let compare = async move { database.mend_lists(after, COMPARED_AT_ONCE).await };
        match whole(tasks, compare).await {
            Ok(found) => {
                if found.mended > 0 {
                    info!(products = found.mended, "what lists are read by was mended");
                }
                after = found.last;
            }
            Err(error) => {
                warn!(%error, "what lists are read by could not be compared");
                after = None;
            }
        }
        sleep(if after.is_some() { REST } else { LONG_REST }).await;
    }
}

/// Does a write in a task of its own: one that is cancelled leaves its connection in a transaction.
async fn whole<T: Send + 'static>(
    tasks: &Tasks,
    write: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    // It does not panic; if it did, nothing was written.
    tasks.spawn(write).await.unwrap_or(Err(StoreError::TimedOut))
}
