//! The same request id at the same time: one bid (see the store on how a lock is waited for).

use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use super::{HOUR, stop_and_count};
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use crate::support::socket::Socket;
use crate::support::wait::{PATIENCE, eventually};

/// Holds the row of a product, as a lane does.
async fn hold(database: &Database, product_id: &str) -> Transaction<'static, Postgres> {
    let mut holder = database.postgres().begin().await.unwrap();
    sqlx::query("select from products where product_id = $1 for no key update")
        .bind(product_id.parse::<Uuid>().unwrap())
        .execute(&mut *holder)
        .await
        .unwrap();
    holder
}

/// Waits until so many lanes wait for a lock in the database.
async fn lanes_wait(database: &Database, count: i64) {
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
                   and application_name = 'gobid-lane' and wait_event_type = 'Lock'";
    eventually("lanes that wait for a lock", PATIENCE, async || {
        (database.number(waiting).await == count).then_some(())
    })
    .await;
}

/// Waits until the server has taken in everything that was sent on the socket.
async fn taken_in(socket: &mut Socket) {
    socket.send(&json!({"type": "ping", "n": 1})).await.unwrap();
    socket.next_of("pong").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_two_servers_at_once_is_one_bid() {
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(Server::start(&database), Server::start(&database));
    let seller = User::sign_up(&first, "Seller").await;
    let ada = User::sign_up(&first, "Ada").await;
    for attempt in 0..3 {
        let product_id = seller.create_product(&product(HOUR)).await;
        let mut here = ada.subscribe(&product_id).await;
        let mut there = ada.at(&second).subscribe(&product_id).await;
        let holder = hold(&database, &product_id).await;
        let request_id = Uuid::new_v4();
        here.send_bid("100.00", request_id).await.unwrap();
        there.send_bid("100.00", request_id).await.unwrap();
        lanes_wait(&database, 2).await;
        holder.commit().await.unwrap();

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
    let product_id = seller.create_product(&product(HOUR)).await;
    let mut sockets = Vec::new();
    for name in ["Ada", "Ben", "Cleo"] {
        let user = User::sign_up(&server, name).await;
        sockets.push(user.subscribe(&product_id).await);
        sockets.push(user.subscribe(&product_id).await);
    }
    let holder = hold(&database, &product_id).await;
    let ids: Vec<_> = (0..3).map(|_| Uuid::new_v4()).collect();
    // The first takes the lane to the lock; all others wait for the next batch.
    sockets[0].send_bid("100.00", ids[0]).await.unwrap();
    lanes_wait(&database, 1).await;
    let batch = [
        (2, "101.00", ids[1]),
        (3, "101.00", ids[1]),
        (4, "102.00", ids[2]),
        (2, "101.00", ids[1]),
        (5, "102.01", ids[2]),
    ];
    for (socket, amount, request_id) in batch {
        sockets[socket].send_bid(amount, request_id).await.unwrap();
        taken_in(&mut sockets[socket]).await;
    }
    holder.commit().await.unwrap();

    let mut answers = Vec::new();
    for (socket, request_id) in [(0, ids[0]), (2, ids[1]), (3, ids[1]), (4, ids[2]), (2, ids[1])] {
        let answer = sockets[socket].answer_to(request_id).await.unwrap();
        assert_eq!(answer["type"], "bid_accepted", "{answer}");
        answers.push(answer);
    }
    assert_eq!((&answers[1], &answers[1]), (&answers[2], &answers[4]));
    let reused = sockets[5].answer_to(ids[2]).await.unwrap();
    assert_eq!(reused["code"], "request_id_reused");
    let seqs: Vec<Value> = answers.iter().map(|answer| answer["seq"].clone()).collect();
    assert_eq!(json!(seqs), json!([2, 3, 3, 4, 3]));
    let recorded = bids(&database, &product_id).await;
    assert_eq!(recorded, [(2, 100_00), (3, 101_00), (4, 102_00)]);

    let counted = stop_and_count(&mut server).await;
    assert_eq!((counted.largest_batch, counted.set_aside), (batch.len(), 0), "{counted:?}");
}

/// Seq and amount of each bid in the log.
async fn bids(database: &Database, product_id: &str) -> Vec<(i64, i64)> {
    let log = database.log_of(product_id).await;
    log.iter().skip(1).map(|entry| (entry.seq.unwrap(), entry.offer.unwrap())).collect()
}
