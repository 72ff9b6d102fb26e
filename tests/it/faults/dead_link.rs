//! A link to PostgreSQL that dies without a word: whoever waits for an answer is never told.

use std::time::Duration;

use sqlx::query;

use crate::support::actors::product;
use crate::support::server::Server;

use super::bid::Bid;
use super::sender::Sender;
use super::stage::{BASEPRICE, Stage};

/// The name that the server's connections beside the lanes' give themselves.
const POOL: &str = "gobid";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn lanes_give_up_a_link_that_died_and_go_on_with_another() {
    let (stage, proxy) = Stage::behind_proxy_for_all().await;
    let mut load = stage.load();
    for _ in 0..2 {
        load.accept_more(50).await;
        proxy.let_die();
    }
    load.accept_more(50).await;
    let bids = load.stop().await;
    stage.judge(bids).await;
}

/// The server's own questions are under way when the link dies: what is due, how far the logs have
/// come, which sessions are alive. Each is asked again on another link.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_are_never_answered_are_asked_again() {
    let (stage, proxy) = Stage::behind_proxy_for_all().await;
    let ending = stage.seller.create_product(&product(Duration::from_secs(8))).await;
    let mut of_ending = stage.seller.subscribe(&ending).await;
    let mut watcher = stage.seller.subscribe(&stage.products[0]).await;

    let mut holder = stage.database.postgres().begin().await.unwrap();
    query("lock table products, sessions in access exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    stage.wait_for_locks(POOL, 3).await;
    proxy.let_die();
    holder.rollback().await.unwrap();

    of_ending.events_until_closed().await;
    let other = Server::start(&stage.database).await;
    let bidder = stage.bidders[0].at(&other);
    let mut bid = Bid::new(&bidder, &stage.products[0], BASEPRICE);
    Sender::Rest.send(&mut bid).await.accepted();
    watcher.wait_for_update(2).await;
    let of_seller = format!("user_id = {}", stage.database.id(&stage.seller.id));
    stage.database.execute(&format!("delete from sessions where {of_seller}")).await;
    assert_eq!(watcher.closed().await.code, Some(4401));
    stage.judge(vec![bid]).await;
}
