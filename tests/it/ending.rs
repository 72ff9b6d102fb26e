//! How it ends: an auction, a session, a server.

mod closing;
mod logout;
mod quiet;
mod settle;
mod stop;
mod two_servers;

use std::time::Duration;

use gobid_auction::Timestamp;
use serde_json::Value;

use crate::support::actors::{User, now, product};
use crate::support::database::Database;
use crate::support::wait::{PATIENCE, eventually};

const HOUR: Duration = Duration::from_hours(1);

/// Waits until the clock has come to a moment.
async fn moment(moment: Timestamp) {
    eventually(&format!("{moment}"), PATIENCE, async || (now() >= moment).then_some(())).await;
}

/// Puts up a product whose auction ends so soon; gives its id and end.
async fn put_up(seller: &User, ends_in: Duration) -> (String, Timestamp) {
    let product = product(ends_in);
    (seller.create_product(&product).await, time(&product["auction_end"]))
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// The kinds of an auction's entries, in the order of its log.
async fn kinds(database: &Database, product_id: &str) -> Vec<String> {
    database.log_of(product_id).await.into_iter().map(|entry| entry.kind).collect()
}
