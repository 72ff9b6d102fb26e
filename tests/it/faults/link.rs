//! The link to PostgreSQL: cut, down, stalled.

use super::load::Progress;
use super::stage::Stage;

/// The bids that are known to be none, or of which nothing is known.
fn unavailable(progress: &Progress) -> u64 {
    progress.not_recorded + progress.unknown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_cut_again_and_again_loses_no_bid_and_counts_none_twice() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut load = stage.load();
    for _ in 0..10 {
        load.accept_more(20).await;
        proxy.cut_all();
    }
    load.accept_more(20).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_link_is_down_bids_are_told_so_and_afterwards_it_goes_on() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut load = stage.load();
    load.accept_more(50).await;
    proxy.cut_line();
    load.wait_for("answers while the link is down", |told| unavailable(told) >= 12).await;
    proxy.mend();
    load.accept_more(50).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}

/// The lanes give up after 10 s what does not answer; what it was about to do is not lost on them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_link_is_stalled_bids_are_told_so_and_afterwards_it_goes_on() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut load = stage.load();
    load.accept_more(50).await;
    proxy.stall();
    load.wait_for("answers while the link is stalled", |told| unavailable(told) >= 12).await;
    proxy.resume();
    load.accept_more(50).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}

/// As before, for everything that the server wants of its database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_not_heard_of_its_database_for_long_goes_on_afterwards() {
    let (stage, proxy) = Stage::behind_proxy_for_all().await;
    let mut load = stage.load();
    load.accept_more(50).await;
    proxy.stall();
    load.wait_for("answers while the link is stalled", |told| unavailable(told) >= 12).await;
    proxy.resume();
    load.accept_more(50).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}
