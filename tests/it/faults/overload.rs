//! More than a lane gets done.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::database::{Backend, Database};
use crate::support::hold::Hold;
use crate::support::socket::Socket;
use crate::support::wait::{PATIENCE, eventually};

use super::sender::{self, Sender};
use super::stage::Stage;

/// How many commands are under way before any is refused.
const FREE: usize = 512;
/// How many sockets send how many bids each; that is a hundred more.
const SOCKETS: usize = 36;
const BIDS: usize = 17;
const BEYOND: usize = SOCKETS * BIDS - FREE;

/// Sends bids and counts the answers that say none was recorded; all of them are answered.
async fn flood(mut socket: Socket, unavailable: Arc<AtomicUsize>) {
    let requests: Vec<_> = (0..BIDS).map(|_| Uuid::new_v4()).collect();
    for request_id in &requests {
        socket.send_bid("101.00", *request_id).await.unwrap();
    }
    for _answer in &requests {
        let is_answer = |frame: &Value| frame["type"].as_str().unwrap().starts_with("bid_");
        let answer = socket.take("an answer", is_answer).await.unwrap();
        if answer["type"] == "bid_unavailable" {
            assert_eq!(answer["outcome"], "not_recorded", "{answer}");
            assert!(answer["retry_after_ms"].as_u64().is_some(), "{answer}");
            unavailable.fetch_add(1, SeqCst);
        }
    }
}

/// While a row is held, its lane gets nothing done: what comes beyond two batches is refused before
/// anything else is answered, and said not to be recorded. Afterwards everything is as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_lane_does_not_get_done_is_refused_before_it_queues() {
    let stage = Stage::on(Database::new(Backend::Postgres).await).await;
    let product_id = &stage.products[0];
    // Until something was measured, a lane takes what comes.
    let mut first = stage.bid(0);
    Sender::Rest.send(&mut first).await.accepted();

    let mut sockets = Vec::with_capacity(SOCKETS);
    for number in 0..SOCKETS {
        sockets.push(sender::open(&stage.bidders[1 + number % 3], product_id).await);
    }
    let holder = Hold::on(&stage.database, product_id).await;
    let unavailable = Arc::new(AtomicUsize::new(0));
    let mut floods = JoinSet::new();
    for socket in sockets {
        floods.spawn(flood(socket, Arc::clone(&unavailable)));
    }
    // Two that come at the same moment may both find the last place.
    let few = BEYOND - 10;
    let refused = eventually("bids that are refused at once", PATIENCE, async || {
        Some(unavailable.load(SeqCst)).filter(|count| *count >= few)
    })
    .await;
    assert!(refused <= BEYOND, "{refused} of {BEYOND}");
    holder.release().await;
    floods.join_all().await;

    let mut last = stage.bid(5);
    Sender::Rest.send(&mut last).await.accepted();
}
