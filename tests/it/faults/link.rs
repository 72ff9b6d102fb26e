//! The link to PostgreSQL: cut, down, stalled.

use super::bid::Reply;
use super::load::Progress;
use super::sender::Sender;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_reply_is_stalled_for_too_long_is_unknown_and_found_when_it_is_repeated() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut trap = proxy.stall_at_next_commit_reply();
    let mut bid = stage.bid(0);
    let mut sender = Sender::socket();
    assert_eq!(sender.send(&mut bid).await, Reply::Unknown);
    trap.sprung().await;
    proxy.resume();
    sender.send(&mut bid).await.accepted();
    stage.judge(vec![bid]).await;
}

/// When it arrives, nobody waits for it any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_stalled_on_its_way_is_none() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut trap = proxy.stall_at_next_commit();
    let mut bid = stage.bid(0);
    let mut sender = Sender::socket();
    let resuming = async {
        trap.sprung().await;
        stage.server_has_logged("the database did not answer a lane in time").await;
        proxy.resume();
    };
    let (reply, ()) = tokio::join!(sender.send(&mut bid), resuming);
    assert_eq!(reply, Reply::NotRecorded);
    stage.judge(vec![bid]).await;
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
