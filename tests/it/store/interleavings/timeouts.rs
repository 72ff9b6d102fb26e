//! What ends by itself: waits, and transactions that are silent.

use gobid_store::simulated::{Outcome, Statement};
use gobid_store::{LockMode, Lookup};

use super::on_both_sides;
use super::play::{BRIEFLY, Play};
use super::scene::{ANNA, Bid, CHAIR, LAMP, request};
use super::side::{A, B, C, D, Side};

const BID: Bid = Bid { bidder: ANNA, minor_units: 10_000, request_id: request(1) };

on_both_sides! {
    who_is_refused_must_roll_back,
    who_is_refused_has_lost_the_locks,
    a_commit_of_what_was_refused_is_a_rollback,
    a_short_timeout_is_of_the_whole_transaction,
    who_is_silent_loses_connection_and_lock,
    who_is_silent_after_a_refusal_loses_the_connection,
    the_first_in_line_waits_anew_and_the_others_do_not,
    of_two_who_wait_for_each_other_one_is_refused,
}

async fn who_is_refused_must_roll_back<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, BID).await;
    let lock = Statement::Lock(vec![LAMP], BRIEFLY);
    assert_eq!(it.does(B, lock.clone()).await, Outcome::Refused);
    for statement in [
        lock,
        Statement::Read([Lookup::of_user(LAMP, ANNA)].into(), crate::store::at(20)),
        Statement::Record(std::sync::Arc::default()),
        Statement::EntriesAbove(vec![(LAMP, 0)]),
    ] {
        assert_eq!(it.does(B, statement).await, Outcome::Refused);
    }
    it.rolls_back(B).await;
    it.commits(A).await;
    assert!(it.locks_in(B, &[LAMP], BRIEFLY).await.has(LAMP));
    it.rolls_back(B).await;
}

async fn who_is_refused_has_lost_the_locks<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[CHAIR]).await;
    it.locks(B, &[LAMP]).await;
    it.begins_to_lock(C, &[LAMP]).await;
    assert_eq!(it.does(B, Statement::Lock(vec![CHAIR], BRIEFLY)).await, Outcome::Refused);
    assert!(it.has(C).await.has(LAMP));
    it.rolls_back(B).await;
    it.rolls_back(C).await;
    it.rolls_back(A).await;
}

async fn a_commit_of_what_was_refused_is_a_rollback<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[CHAIR]).await;
    it.locks(B, &[LAMP]).await;
    it.bids(B, LAMP, BID).await;
    assert_eq!(it.does(B, Statement::Lock(vec![CHAIR], BRIEFLY)).await, Outcome::Refused);
    it.commits(B).await;
    assert_eq!(it.locks(B, &[LAMP]).await.auctions[0].auction.state.position, 1);
    it.rolls_back(B).await;
    it.rolls_back(A).await;
}

/// Without the short one, it would have the second lock once its holder has been silent for long
/// enough.
async fn a_short_timeout_is_of_the_whole_transaction<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[CHAIR]).await;
    it.locks_in(B, &[LAMP], BRIEFLY).await;
    let lock = Statement::Lock(vec![CHAIR], LockMode::Wait);
    assert_eq!(it.does(B, lock.clone()).await, Outcome::Refused);
    it.rolls_back(B).await;
    it.begins(B, lock).await;
    assert!(it.has(B).await.has(CHAIR));
    it.rolls_back(B).await;
}

async fn who_is_silent_loses_connection_and_lock<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, BID).await;
    it.begins_to_lock(B, &[LAMP]).await;
    assert_eq!(it.has(B).await.auctions[0].auction.state.position, 1);
    assert_eq!(it.does(A, Statement::Commit).await, Outcome::Killed);
    it.rolls_back(B).await;
}

async fn who_is_silent_after_a_refusal_loses_the_connection<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    assert_eq!(it.does(B, Statement::Lock(vec![LAMP], BRIEFLY)).await, Outcome::Refused);
    // Both are silent, the second one a moment longer.
    it.begins_to_lock(C, &[LAMP]).await;
    assert!(it.has(C).await.has(LAMP));
    it.begins_to_lock(D, &[LAMP]).await;
    assert!(it.has(D).await.has(LAMP));
    for lane in [A, B, C] {
        assert_eq!(it.does(lane, Statement::Rollback).await, Outcome::Killed);
    }
    it.rolls_back(D).await;
}

/// Four want the same row and are silent once they have it. The second has it when the first has
/// been silent for 2 s, the third when the second has: 4 s, but in two waits. The fourth has waited
/// 3 s for his turn to be the next, and gives up.
async fn the_first_in_line_waits_anew_and_the_others_do_not<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    for lane in [B, C, D] {
        it.begins_to_lock(lane, &[LAMP]).await;
    }
    assert!(it.has(B).await.has(LAMP));
    assert_eq!(it.ends(D).await, Outcome::Refused);
    it.waits(C).await;
    assert!(it.has(C).await.has(LAMP));
    it.rolls_back(C).await;
}

async fn of_two_who_wait_for_each_other_one_is_refused<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.locks(B, &[CHAIR]).await;
    it.begins_to_lock(A, &[CHAIR]).await;
    it.begins_to_lock(B, &[LAMP]).await;
    it.one_is_refused([A, B]).await;
    it.rolls_back(A).await;
    it.rolls_back(B).await;
}
