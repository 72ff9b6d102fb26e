//! The same request id at the same time: one bid (see the store on how a lock is waited for).

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, stop_and_count};
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::hold::{Hold, lanes_wait};
use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn at_two_servers_at_once_is_one_bid() {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let ada = User::sign_up(&first, "Ada").await;
    for attempt in 0..3 {
        let product_id = seller.create_product(&product(HOUR)).await;
        let mut here = ada.subscribe(&product_id).await;
        let mut there = ada.at(&second).subscribe(&product_id).await;
        let holder = Hold::on(&database, &product_id).await;
        let request_id = Uuid::new_v4();
        here.send_bid("100.00", request_id).await.unwrap();
        there.send_bid("100.00", request_id).await.unwrap();
        lanes_wait(&database, 2).await;
        holder.release().await;

        let here = here.answer_to(request_id).await.unwrap();
        let there = there.answer_to(request_id).await.unwrap();
        assert_eq!(here["type"], "bid_accepted", "{attempt}: {here}");
        assert_eq!(here, there);
        assert_eq!(bids(&database, &product_id).await, [(2, 100_00)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twice_in_one_batch_is_one_bid_and_fails_nobody() {
    let database = Database::new(Backend::Postgres).await;
    let mut server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let mut bidders = Vec::new();
    for name in ["Ada", "Ben", "Cleo"] {
        bidders.push(User::sign_up(&server, name).await);
    }
    let mut in_one_batch = 0;
    for _ in 0..3 {
        let product_id = seller.create_product(&product(HOUR)).await;
        bid_behind_a_lock(&database, &bidders, &product_id).await;
        let log = database.log_of(&product_id).await;
        let bids: Vec<_> = log.iter().map(|entry| (entry.seq, entry.offer)).skip(1).collect();
        assert_eq!(
            bids,
            [(Some(2), Some(100_00)), (Some(3), Some(101_00)), (Some(4), Some(102_00))]
        );
        // A batch has one time; the copy stood between these two.
        in_one_batch += usize::from(log[2].at == log[3].at);
    }
    assert!(in_one_batch > 0);
    let counted = stop_and_count(&mut server).await;
    assert!(counted.largest_batch >= 5, "{counted:?}");
}

/// The first bid takes the lane to the lock, so that all others wait for one and the same batch.
async fn bid_behind_a_lock(database: &Database, bidders: &[User], product_id: &str) {
    let mut sockets = Vec::new();
    for bidder in bidders {
        sockets.push(bidder.subscribe(product_id).await);
        sockets.push(bidder.subscribe(product_id).await);
    }
    let ids = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()];
    let holder = Hold::on(database, product_id).await;
    sockets[0].send_bid("100.00", ids[0]).await.unwrap();
    lanes_wait(database, 1).await;
    for (socket, amount, request_id) in [
        (2, "101.00", ids[1]),
        (3, "101.00", ids[1]),
        (4, "102.00", ids[2]),
        (2, "101.00", ids[1]),
        (5, "102.01", ids[2]),
    ] {
        sockets[socket].send_bid(amount, request_id).await.unwrap();
        sockets[socket].taken_in().await;
    }
    holder.release().await;

    let mut answers = Vec::new();
    for (socket, request_id) in [(0, ids[0]), (2, ids[1]), (3, ids[1]), (4, ids[2]), (2, ids[1])] {
        let answer = sockets[socket].answer_to(request_id).await.unwrap();
        assert_eq!(answer["type"], "bid_accepted", "{answer}");
        answers.push(answer);
    }
    assert_eq!((&answers[1], &answers[1]), (&answers[2], &answers[4]));
    let seqs: Vec<Value> = answers.iter().map(|answer| answer["seq"].clone()).collect();
    assert_eq!(json!(seqs), json!([2, 3, 3, 4, 3]));
    let reused = sockets[5].answer_to(ids[2]).await.unwrap();
    assert_eq!(reused["code"], "request_id_reused");
}

/// Seq and amount of each bid in the log.
async fn bids(database: &Database, product_id: &str) -> Vec<(i64, i64)> {
    let log = database.log_of(product_id).await;
    log.iter().skip(1).map(|entry| (entry.seq.unwrap(), entry.offer.unwrap())).collect()
}
