//! A product whose row somebody holds, and the other products of its lane.

mod metronome;

use std::time::Duration;

use serde_json::json;
use sqlx::query;
use uuid::Uuid;

use crate::support::actors::{API, now};
use crate::support::database::{Backend, Database};
use crate::support::hold::Hold;
use crate::support::http::Request;
use crate::support::wait::{PATIENCE, soon};

use super::bid::{Bid, Reply};
use super::sender::Sender;
use super::stage::{BASEPRICE, STEP, Stage};
use super::verdict::until;
use metronome::{Metronome, Phase};

/// How many lanes a server has on PostgreSQL.
const LANES: u64 = 4;
/// How many products share the lane of the one that is held.
const OTHERS: usize = 3;
/// How many bids on the held product are answered, one after the other, while it is held: 5 s each.
const BIDS_IN_VAIN: i64 = 6;
/// The slowest of a hundred bids may be slower than before by so much, and is fast enough when it
/// takes no longer than this anyway.
const SLOWER: u32 = 10;
const FAST: Duration = Duration::from_millis(250);
/// How long the look at a session takes.
const LOOKS: Duration = Duration::from_secs(2);

/// Which lane a product falls to.
fn lane_of(product_id: &str) -> u64 {
    let (_, low) = product_id.parse::<Uuid>().unwrap().as_u64_pair();
    low % LANES
}

/// Puts up products until some share a lane; the first of them is to be held.
async fn products_of_one_lane(stage: &Stage) -> Vec<String> {
    let mut lanes = vec![Vec::new(); usize::try_from(LANES).unwrap()];
    loop {
        let product_id = stage.put_up().await;
        let lane = &mut lanes[usize::try_from(lane_of(&product_id)).unwrap()];
        lane.push(product_id);
        if lane.len() > OTHERS {
            return std::mem::take(lane);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_somebody_holds_does_not_slow_the_other_products_of_its_lane() {
    let stage = Stage::on(Database::new(Backend::Postgres).await).await;
    let products = products_of_one_lane(&stage).await;
    let (held, others) = products.split_first().unwrap();
    let rivals = [stage.bidders[0].clone(), stage.bidders[1].clone()];
    let mut metronome = Metronome::start(&rivals, others).await;
    metronome.answered(Phase::Before, 300).await;

    let holder = Hold::on(&stage.database, held).await;
    metronome.enter(Phase::During);
    let mut bids = Vec::new();
    let mut sender = Sender::socket();
    for steps in 0..BIDS_IN_VAIN {
        bids.push(in_vain(&stage, &mut sender, held, steps).await);
    }
    metronome.enter(Phase::After);
    holder.release().await;

    let mut bid = Bid::new(&stage.bidders[2], held, BASEPRICE + BIDS_IN_VAIN * STEP);
    let accepted = sender.send(&mut bid);
    soon("a bid on the product that was held", PATIENCE / 5, accepted).await.accepted();
    bids.push(bid);
    metronome.answered(Phase::After, 50).await;
    let (placed, slowest) = metronome.stop().await;
    bids.extend(placed);
    let [before, during] = [slowest[&Phase::Before], slowest[&Phase::During]];
    eprintln!("the slowest of a hundred: {before:?} before, {during:?} while the row was held");
    assert!(during <= FAST.max(before * SLOWER), "{during:?}, and {before:?} before");
    stage.judge(bids).await;
}

/// A lock that was not to be had leaves the lane as it was: a transaction that failed is rolled back,
/// and what comes next begins anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn a_lane_that_did_not_get_a_lock_goes_on() {
    let stage = Stage::on(Database::new(Backend::Postgres).await).await;
    let products = products_of_one_lane(&stage).await;
    let holder = Hold::on(&stage.database, &products[0]).await;
    let mut waits = Bid::new(&stage.bidders[0], &products[0], BASEPRICE);
    let mut other = Bid::new(&stage.bidders[0], &products[1], BASEPRICE);
    let mut sender = Sender::socket();
    let waiting = sender.send(&mut waits);
    let meanwhile = async {
        stage.server_has_logged("set aside").await;
        Sender::socket().send(&mut other).await.accepted();
        holder.release().await;
    };
    let (reply, ()) = tokio::join!(waiting, meanwhile);
    reply.accepted();
    stage.judge(vec![waits, other]).await;
}

/// What a seller orders is answered 5 s after its stamp, like a bid, whatever took so long: here first
/// the look at his session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_lives_no_longer_than_a_bid() {
    let stage = Stage::on(Database::new(Backend::Postgres).await).await;
    let product_id = &stage.products[0];
    let holder = Hold::on(&stage.database, product_id).await;
    let mut sessions = stage.database.postgres().begin().await.unwrap();
    let lock = query("lock table sessions in access exclusive mode");
    lock.execute(&mut *sessions).await.unwrap();

    let sent = now();
    let path = format!("{API}/products/{product_id}");
    let body = json!({"description": "Overhauled in 2024."});
    let ordering = stage.seller.send(Request::new("PATCH", &path).json(&body));
    let looking = async {
        stage.wait_for_locks("gobid", 1).await;
        until(sent.plus(LOOKS)).await;
        sessions.rollback().await.unwrap();
    };
    let (answer, ()) = tokio::join!(ordering, looking);
    assert_eq!(answer.refused(503, "unavailable")["outcome"], "not_recorded");
    let took = now().since(sent);
    assert!((4..6).contains(&took.as_secs()), "it was told after {took:?}");
    holder.release().await;
    assert_eq!(stage.database.log_of(product_id).await.len(), 1);
}

/// A bid on the held product is told after 5 s that it was not recorded.
async fn in_vain(stage: &Stage, sender: &mut Sender, held: &str, steps: i64) -> Bid {
    let mut bid = Bid::new(&stage.bidders[2], held, BASEPRICE + steps * STEP);
    let sent = now();
    assert_eq!(sender.send(&mut bid).await, Reply::NotRecorded);
    let took = now().since(sent);
    assert!((4..7).contains(&took.as_secs()), "it was told after {took:?}");
    bid
}
