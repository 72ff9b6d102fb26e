//! Another process that holds the lock of an SQLite file.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, query};

use crate::support::actors::now;
use crate::support::database::{Backend, Database};
use crate::support::wait::soon;

use super::bid::Reply;
use super::sender::Sender;
use super::stage::Stage;

/// How soon after the lock is free a bid is accepted.
const SOON: Duration = Duration::from_secs(3);

async fn lock(stage: &Stage) -> PoolConnection<Sqlite> {
    let mut holder = stage.database.sqlite().acquire().await.unwrap();
    query("begin immediate").execute(&mut *holder).await.unwrap();
    holder
}

async fn unlock(mut holder: PoolConnection<Sqlite>) {
    query("rollback").execute(&mut *holder).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_waits_for_a_lock_that_is_held_shortly() {
    let stage = Stage::on(Database::new(Backend::Sqlite).await).await;
    let holder = lock(&stage).await;
    let mut bid = stage.bid(0);
    let mut sender = Sender::socket();
    {
        let placing = sender.send(&mut bid);
        tokio::pin!(placing);
        let early = tokio::time::timeout(Duration::from_secs(2), &mut placing).await;
        assert!(early.is_err(), "answered while nothing could be written: {early:?}");
        unlock(holder).await;
        placing.await.accepted();
    }
    stage.judge(vec![bid]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bids_that_wait_too_long_for_a_lock_are_not_recorded_and_then_it_goes_on() {
    let stage = Stage::on(Database::new(Backend::Sqlite).await).await;
    let mut load = stage.load();
    load.accept_more(50).await;
    let holder = lock(&stage).await;
    load.wait_for("answers while nothing can be written", |told| told.not_recorded >= 6).await;
    unlock(holder).await;
    let free = now();
    load.accept_more(1).await;
    assert!(now().since(free) < SOON, "it went on after {:?}", now().since(free));
    load.accept_more(50).await;
    assert_eq!(load.progress().unknown, 0);
    let bids = load.stop().await;
    stage.judge(bids).await;
}

/// The lane does not keep the turn to write that it had while it waited for the lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_that_waited_in_vain_leaves_the_turn_to_others() {
    let stage = Stage::on(Database::new(Backend::Sqlite).await).await;
    let holder = lock(&stage).await;
    let mut bid = stage.bid(0);
    assert_eq!(Sender::socket().send(&mut bid).await, Reply::NotRecorded);
    stage.server_has_logged("a lane has lost its connection").await;
    unlock(holder).await;
    let elsewhere = stage.bidders[0].elsewhere();
    soon("a login, which writes", SOON, elsewhere.log_in()).await.expect(200);
    stage.judge(vec![bid]).await;
}
