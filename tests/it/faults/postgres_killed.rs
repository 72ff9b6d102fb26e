//! `kill -9` of PostgreSQL: of all of it, and of one backend.

use crate::support::proxy::LANES;

use super::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn a_postmaster_that_is_killed_loses_no_bid_and_counts_none_twice() {
    let stage = Stage::in_own_cluster().await;
    let mut load = stage.load();
    for _ in 0..2 {
        load.accept_more(60).await;
        stage.database.cluster().kill_postmaster().await;
        stage.database.cluster().start().await;
    }
    load.accept_more(60).await;
    stage.server_has_logged("a lane has lost its connection").await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}

/// PostgreSQL ends every other backend, too, and recovers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_s_backend_that_is_killed_loses_no_bid_and_counts_none_twice() {
    let stage = Stage::in_own_cluster().await;
    let mut load = stage.load();
    for _ in 0..3 {
        load.accept_more(60).await;
        stage.database.cluster().kill_backend(LANES).await;
    }
    load.accept_more(60).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}

/// Only the lanes are cut off, as by an operator or a failover.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lanes_whose_backends_are_ended_go_on() {
    let stage = Stage::in_own_cluster().await;
    let mut load = stage.load();
    for _ in 0..5 {
        load.accept_more(40).await;
        assert!(stage.database.cluster().terminate_backends(LANES).await > 0);
    }
    load.accept_more(40).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}
