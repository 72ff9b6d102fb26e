//! `kill -9` of the server.

use crate::support::database::{Database, on_both};

use super::stage::Stage;

on_both!(a_server_that_is_killed_loses_no_bid_and_counts_none_twice);

pub(super) async fn a_server_that_is_killed_loses_no_bid_and_counts_none_twice(database: Database) {
    let mut stage = Stage::on(database).await;
    let mut load = stage.load();
    for _ in 0..4 {
        load.accept_more(40).await;
        stage.server.kill_9().await;
        stage.server.start_again().await;
    }
    load.accept_more(40).await;
    assert!(load.progress().lost > 0, "no bid was under way: {:?}", load.progress());
    let bids = load.stop().await;
    stage.judge(bids).await;
}
