//! A COMMIT whose reply does not come: of a transaction that was committed, that was not, that is
//! still to be.

use std::pin::pin;

use serde_json::Value;

use crate::support::proxy::{LANES, Proxy, Trap};

use super::bid::{Bid, Reply};
use super::sender::Sender;
use super::stage::Stage;

impl Stage {
    /// How often the server has looked for a COMMIT and found it, not found it, or given up.
    fn looked_for_commits(&self) -> (usize, usize, usize) {
        let log = self.server.log();
        let count = |there: &str| log.matches(&format!("\"there\":\"{there}\"")).count();
        (count("Some(true)"), count("Some(false)"), count("None"))
    }
}

/// The bid meets the trap: it is acknowledged, and shown, once.
async fn is_one_bid(stage: &Stage, trap: &mut Trap, mut bid: Bid) -> Bid {
    let mut watcher = stage.seller.subscribe(&bid.product_id).await;
    let mut sender = Sender::socket();
    let result = sender.send(&mut bid).await.accepted().clone();
    trap.sprung().await;
    let seen = watcher.events_until(result["seq"].as_u64().unwrap()).await;
    let shown: Vec<&Value> = seen.events.iter().map(|event| &event["bids"][0]["bid_id"]).collect();
    assert_eq!(shown, [&result["bid_id"]]);
    bid
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn a_commit_whose_reply_is_lost_is_found_and_acknowledged_once() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let bid = is_one_bid(&stage, &mut proxy.swallow_next_commit_reply(), stage.bid(0)).await;
    assert_eq!(stage.looked_for_commits(), (1, 0, 0));
    let mut trap = proxy.swallow_next_commit_reply();
    let by_rest = stage.outbid(1).await;
    trap.sprung().await;
    assert_eq!(stage.looked_for_commits(), (2, 0, 0));
    stage.judge(vec![bid, by_rest]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn a_commit_that_was_lost_is_judged_again() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let bid = is_one_bid(&stage, &mut proxy.drop_next_commit(), stage.bid(0)).await;
    assert_eq!(stage.looked_for_commits(), (0, 1, 0));
    let mut trap = proxy.drop_next_commit();
    let by_rest = stage.outbid(1).await;
    trap.sprung().await;
    assert_eq!(stage.looked_for_commits(), (0, 2, 0));
    stage.judge(vec![bid, by_rest]).await;
}

/// Whoever looked without the lock would find nothing, and judge again. Nobody is told anything
/// before it is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn a_commit_that_is_still_to_come_is_waited_for() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut watcher = stage.seller.subscribe(&stage.products[0]).await;
    watcher.next_of("snapshot").await;
    let mut trap = proxy.hold_next_commit();
    let mut bid = stage.bid(0);
    let mut sender = Sender::socket();
    {
        let mut placing = pin!(sender.send(&mut bid));
        let lane_waits = async {
            trap.sprung().await;
            stage.wait_for_locks(LANES, 1).await;
        };
        tokio::select! {
            early = &mut placing => panic!("answered before it was committed: {early:?}"),
            early = watcher.next_of("update") => panic!("shown before it was committed: {early}"),
            () = lane_waits => {}
        }
        assert_eq!(trap.let_go().await.as_deref(), Some("COMMIT"));
        placing.await.accepted();
    }
    watcher.next_of("update").await;
    assert_eq!(stage.looked_for_commits(), (1, 0, 0));
    stage.judge(vec![bid]).await;
}

/// Whoever holds the row and is silent loses it after 2 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_comes_is_judged_again() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut trap = proxy.hold_next_commit();
    let bid = is_one_bid(&stage, &mut trap, stage.bid(0)).await;
    assert_eq!(stage.looked_for_commits(), (0, 1, 0));
    assert_eq!(trap.let_go().await, None);
    stage.judge(vec![bid]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_that_fail_under_load_lose_no_bid_and_count_none_twice() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut load = stage.load();
    for _ in 0..5 {
        for mut trap in [proxy.swallow_next_commit_reply(), proxy.drop_next_commit()] {
            load.accept_more(20).await;
            trap.sprung().await;
        }
    }
    load.accept_more(20).await;
    let bids = load.stop().await;
    assert_eq!(stage.looked_for_commits(), (5, 5, 0));
    stage.judge(bids).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_nobody_can_look_for_is_unknown_and_found_when_it_is_repeated() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut bids = are_unavailable(&stage, &proxy, Proxy::swallow_next_commit_reply).await;
    Sender::socket().send(&mut bids[0]).await.accepted();
    stage.judge(bids).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_commit_nobody_can_look_for_is_unknown_and_none_when_it_is_repeated() {
    let (stage, proxy) = Stage::behind_proxy().await;
    let mut bids = are_unavailable(&stage, &proxy, Proxy::drop_next_commit).await;
    assert_eq!(Sender::socket().send(&mut bids[0]).await.code(), Some("expired"));
    stage.judge(bids).await;
}

/// A bid meets the trap while no connection comes about, another one waits behind it.
async fn are_unavailable(stage: &Stage, proxy: &Proxy, lay: fn(&Proxy) -> Trap) -> Vec<Bid> {
    // The lane has a connection.
    let first = stage.outbid(0).await;
    let (mut bid, mut behind) = (stage.bid(1), stage.bid(2));
    behind.bidder = stage.bidders[2].clone();
    proxy.let_nobody_in();
    let mut trap = lay(proxy);
    let (mut sender, mut sender_behind) = (Sender::socket(), Sender::Rest);
    let behind_it = async {
        trap.sprung().await;
        sender_behind.send(&mut behind).await
    };
    let replies = tokio::join!(sender.send(&mut bid), behind_it);
    assert_eq!(replies, (Reply::Unknown, Reply::NotRecorded));
    assert_eq!(stage.looked_for_commits(), (0, 0, 1));
    proxy.mend();
    vec![bid, behind, first]
}
