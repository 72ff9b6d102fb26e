//! How transactions end when connections do.

use std::collections::HashSet;

use gobid_store::simulated::{Options, Outcome, Statement};

use super::on_both_sides;
use super::play::{Play, assert_same};
use super::real::Real;
use super::scene::{ANNA, BOB, Bid, CHAIR, LAMP, Scene, TABLE, request};
use super::side::{A, B, C, D, Side};
use super::simulated::Simulated;

const BID: Bid = Bid { bidder: ANNA, minor_units: 10_000, request_id: request(1) };

on_both_sides! {
    what_was_committed_is_there_when_nobody_learns_of_it,
    what_was_not_committed_never_was,
    a_look_without_the_lock_proves_nothing,
}

async fn what_was_committed_is_there_when_nobody_learns_of_it<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    let batch = it.bids(A, LAMP, BID).await;
    it.commits(A).await;
    it.side.kill(A).await;
    it.locks(B, &[LAMP]).await;
    let above = it.does(B, Statement::EntriesAbove(vec![(LAMP, 1), (CHAIR, 0)])).await;
    let Outcome::Entries(above) = above else { panic!("{above:?}") };
    assert!(above.contains(&batch.entries[0].entry_id));
    it.rolls_back(B).await;
}

async fn what_was_not_committed_never_was<S: Side>(it: &mut Play<S>) {
    let nothing = Outcome::Entries(HashSet::new());
    for (lane, product_id) in [(A, LAMP), (B, CHAIR), (C, TABLE)] {
        it.locks(lane, &[product_id]).await;
        it.bids(lane, product_id, BID).await;
        if lane == A {
            it.side.kill(lane).await;
        } else if lane == B {
            it.side.hang_up(lane).await;
        } else {
            it.rolls_back(lane).await;
        }
        it.locks(D, &[product_id]).await;
        let above = Statement::EntriesAbove(vec![(product_id, 1)]);
        assert_eq!(it.does(D, above).await, nothing);
        it.rolls_back(D).await;
    }
}

/// Why the locks come first when the result of a COMMIT is looked for: it may still be on its way.
async fn a_look_without_the_lock_proves_nothing<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, BID).await;
    let above = Statement::EntriesAbove(vec![(LAMP, 1)]);
    assert_eq!(it.does(B, above.clone()).await, Outcome::Entries(HashSet::new()));
    it.begins_to_lock(C, &[LAMP]).await;
    it.commits(A).await;
    it.has(C).await;
    assert_ne!(it.does(C, above).await, Outcome::Entries(HashSet::new()));
    it.rolls_back(C).await;
}

/// In a cluster of its own, which is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_committed_survives_a_crash() {
    let scene = Scene::new();
    let mut simulated = Play::new(Simulated::new(Options::default()), &scene).await;
    before_and_after_a_crash(&mut simulated).await;
    let mut real = Play::new(Real::alone().await, &scene).await;
    before_and_after_a_crash(&mut real).await;
    assert_same(simulated, real).await;
}

async fn before_and_after_a_crash<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, BID).await;
    it.commits(A).await;
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, Bid { bidder: BOB, minor_units: 11_000, request_id: request(2) }).await;
    it.begins_to_lock(B, &[LAMP]).await;
    it.side.crash().await;
    assert_eq!(it.does(A, Statement::Commit).await, Outcome::Killed);
    assert_eq!(it.ends(B).await, Outcome::Killed);
    it.side.connect(C).await;
    assert_eq!(it.locks(C, &[LAMP]).await.auctions[0].auction.state.leader, Some(ANNA));
    it.rolls_back(C).await;
}
