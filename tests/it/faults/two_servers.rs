//! Two servers on one PostgreSQL, one of which is stopped where it stands.

use crate::support::actors::now;
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

use super::bid::{Bid, Reply};
use super::load::Load;
use super::sender::{Sender, open};
use super::stage::Stage;
use super::verdict::until;

async fn stage() -> (Stage, Server) {
    let stage = Stage::on(Database::new(Backend::Postgres).await).await;
    let other = Server::start(&stage.database).await;
    (stage, other)
}

/// Sends the bid to the stopped server, does something elsewhere, and gives the answer of the
/// stopped server, which has read the bid only then.
async fn unread(stage: &Stage, bid: &mut Bid, elsewhere: impl AsyncFnOnce(&mut Bid)) -> Reply {
    let mut socket = open(&bid.bidder, &bid.product_id).await;
    stage.server.stop();
    socket.send(&bid.frame()).await.unwrap();
    elsewhere(bid).await;
    stage.server.cont();
    let reply = Reply::of_frame(socket.answer_to(bid.request_id).await.unwrap());
    bid.replies.push(reply.clone());
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_unread_by_a_stopped_server_is_the_one_that_the_other_has_taken() {
    let (stage, other) = stage().await;
    let mut bid = stage.bid(0);
    let late = unread(&stage, &mut bid, async |bid| {
        let at_other = bid.bidder.at(&other);
        Sender::Rest.send_at(&at_other, bid).await.accepted();
    })
    .await;
    assert_eq!(late, bid.replies[0]);
    stage.judge(vec![bid]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bid_that_is_read_after_its_not_after_is_looked_up_and_not_judged() {
    let (stage, other) = stage().await;
    let (mut taken, mut never) = (stage.bid(0), stage.bid(1));
    never.bidder = stage.bidders[1].clone();
    let late = unread(&stage, &mut taken, async |bid| {
        let at_other = bid.bidder.at(&other);
        Sender::socket().send_at(&at_other, bid).await.accepted();
        until(bid.not_after).await;
    })
    .await;
    assert_eq!(late, taken.replies[0]);
    never.not_after = now().plus(std::time::Duration::from_secs(1)).to_string().parse().unwrap();
    let late = unread(&stage, &mut never, async |bid| {
        until(bid.not_after).await;
        let at_other = bid.bidder.at(&other);
        let reply = Sender::socket().send_at(&at_other, bid).await;
        assert_eq!(reply.code(), Some("expired"));
    })
    .await;
    assert_eq!(late.code(), Some("expired"));
    stage.judge(vec![taken, never]).await;
}

/// What the other server said was of its copy alone: `not_after` had not passed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_not_final_while_a_copy_may_be_read() {
    let (stage, other) = stage().await;
    let mut first = stage.bid(0);
    Sender::Rest.send(&mut first).await.accepted();
    let mut bid = stage.bid(5);
    let mut between = None;
    let late = unread(&stage, &mut bid, async |bid| {
        let at_other = bid.bidder.at(&other);
        let reply = Sender::Rest.send_at(&at_other, bid).await;
        assert_eq!(reply.code(), Some("already_leading"));
        let mut rival = Bid { bidder: stage.bidders[1].clone(), ..stage.bid(1) };
        let rival_at_other = rival.bidder.at(&other);
        Sender::Rest.send_at(&rival_at_other, &mut rival).await.accepted();
        between = Some(rival);
    })
    .await;
    late.accepted();
    stage.judge(vec![first, bid, between.unwrap()]).await;
}

/// The rows that it holds are free after 2 s, and what it was about to do is known when it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_stopped_under_load_costs_the_other_no_bid() {
    let (stage, other) = stage().await;
    let bidders: Vec<_> = (0..)
        .zip(&stage.bidders)
        .map(|(number, user)| if number % 2 == 0 { user.at(&other) } else { user.clone() })
        .collect();
    let mut load = Load::start(&stage.products, &bidders);
    for _ in 0..3 {
        load.accept_more(40).await;
        stage.server.stop();
        load.accept_more(40).await;
        stage.server.cont();
    }
    load.accept_more(40).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}
