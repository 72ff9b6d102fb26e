//! The order of locks: who needs several rows takes them in the order of their ids.

use futures_util::future::join_all;
use uuid::Uuid;

use super::HOUR;
use crate::support::actors::{User, product};
use crate::support::crowd::Crowd;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

/// How many lanes a server has on PostgreSQL, and how many products of one of them are bid on.
const LANES: u64 = 4;
const PRODUCTS: usize = 4;
const BIDDERS: usize = 8;
const ACCEPTED: usize = 200;

/// PostgreSQL looks for a circle when somebody has waited for so long: before a lane gives up.
const LOOKS_SOON: &str = "do $$ begin execute \
    format('alter database %I set deadlock_timeout = ''2ms''', current_database()); end $$";

/// The lanes of two servers lock the rows of the same products all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn nobody_waits_in_a_circle() {
    let database = Database::new(Backend::Postgres).await;
    database.execute(LOOKS_SOON).await;
    let (mut first, mut second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let products = products_of_one_lane(&seller).await;
    let crowd = Crowd::sign_up(&first, BIDDERS).await;
    let servers = [&first, &second];
    join_all(products.iter().map(|id| crowd.race(&servers, id, ACCEPTED))).await;

    // What a connection has counted is there when it ends.
    let stopped = tokio::join!(first.terminate(), second.terminate());
    assert!(stopped.0.success() && stopped.1.success());
    let counted = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(database.number(counted).await, 0, "deadlocks");
}

async fn products_of_one_lane(seller: &User) -> Vec<String> {
    let mut products = Vec::new();
    while products.len() < PRODUCTS {
        let product_id = seller.create_product(&product(HOUR)).await;
        let (_, low) = product_id.parse::<Uuid>().unwrap().as_u64_pair();
        if low % LANES == 0 {
            products.push(product_id);
        }
    }
    products
}
