//! The order of locks: who needs several rows takes them in the order of their ids.

use futures_util::future::join_all;
use uuid::Uuid;

use super::HOUR;
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::hold::{Hold, lanes_wait};
use crate::support::server::Server;
use crate::support::socket::Socket;

/// How many lanes a server has on PostgreSQL, and how many products of one of them are bid on.
const LANES: u64 = 4;
const PRODUCTS: usize = 5;
/// How often two servers lock the same rows at the same time.
const ROUNDS: usize = 20;

/// PostgreSQL looks for a circle when somebody has waited for so long: before a lane gives up.
const LOOKS_SOON: &str = "do $$ begin execute \
    format('alter database %I set deadlock_timeout = ''2ms''', current_database()); end $$";

/// A lane of each of two servers wants the rows of some products, one of which is held; then both
/// go on at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn nobody_waits_in_a_circle() {
    let database = Database::new(Backend::Postgres).await;
    database.execute(LOOKS_SOON).await;
    let (mut first, mut second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let products = products_of_one_lane(&seller).await;
    let (ada, ben) = tokio::join!(User::sign_up(&first, "Ada"), User::sign_up(&second, "Ben"));
    let mut here = sockets(&ada, &products).await;
    let mut there = sockets(&ben, &products).await;
    for round in 0..ROUNDS {
        let holder = Hold::on(&database, &products[PRODUCTS - 1]).await;
        // While the lane is busy with the first, the others come together.
        let [at_ada, at_ben] = [100 + 2 * round, 101 + 2 * round].map(|at| format!("{at}.00"));
        tokio::join!(bid_on_all(&mut here, &at_ada), bid_on_all(&mut there, &at_ben));
        lanes_wait(&database, 2).await;
        holder.release().await;
        tokio::join!(answers(&mut here), answers(&mut there));
    }
    drop((here, there));

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

async fn sockets(bidder: &User, products: &[String]) -> Vec<(Socket, Uuid)> {
    let opening = products.iter().map(|product_id| bidder.subscribe(product_id));
    join_all(opening).await.into_iter().map(|socket| (socket, Uuid::nil())).collect()
}

async fn bid_on_all(sockets: &mut [(Socket, Uuid)], amount: &str) {
    for (socket, request_id) in sockets {
        *request_id = Uuid::new_v4();
        socket.send_bid(amount, *request_id).await.unwrap();
    }
}

/// All were answered, one way or the other: who bids last leads.
async fn answers(sockets: &mut [(Socket, Uuid)]) {
    for (socket, request_id) in sockets {
        socket.answer_to(*request_id).await.unwrap();
    }
}
