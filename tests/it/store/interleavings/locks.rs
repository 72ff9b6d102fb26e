//! Who has which row, and who waits for it.

use gobid_auction::ProductId;
use gobid_store::LockMode;

use super::on_both_sides;
use super::play::Play;
use super::scene::{ANNA, BOB, Bid, CHAIR, LAMP, TABLE, request};
use super::side::{A, B, C, D, Side};

on_both_sides! {
    what_somebody_holds_is_skipped,
    a_newcomer_passes_who_waits_elsewhere,
    rows_are_locked_in_the_order_of_their_ids,
    a_transaction_locks_more,
    what_is_not_there_is_not_locked,
    who_hangs_up_in_line_stays_in_it,
    who_is_killed_in_line_is_gone,
}

async fn what_somebody_holds_is_skipped<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[CHAIR]).await;
    let locked = it.locks_in(B, &[LAMP, CHAIR, TABLE], LockMode::SkipLocked).await;
    assert!(locked.has(LAMP) && locked.has(TABLE) && !locked.has(CHAIR));
    // What is skipped is not waited for later either.
    let locked = it.locks_in(C, &[LAMP], LockMode::SkipLocked).await;
    assert_eq!((locked.auctions.len(), locked.clock), (0, None));
    it.rolls_back(C).await;
    it.rolls_back(A).await;
    assert!(it.locks_in(C, &[CHAIR], LockMode::SkipLocked).await.has(CHAIR));
    it.rolls_back(C).await;
    it.rolls_back(B).await;
}

async fn a_newcomer_passes_who_waits_elsewhere<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.begins_to_lock(B, &[LAMP, CHAIR]).await;
    it.locks(C, &[CHAIR]).await;
    it.bids(C, CHAIR, Bid { bidder: BOB, minor_units: 10_000, request_id: request(1) }).await;
    it.bids(A, LAMP, Bid { bidder: ANNA, minor_units: 20_000, request_id: request(2) }).await;
    it.commits(A).await;
    // It has the first now, and waits for the second.
    it.waits(B).await;
    it.commits(C).await;
    let locked = it.has(B).await;
    let leaders = locked.auctions.iter().map(|it| it.auction.state.leader);
    assert_eq!(leaders.collect::<Vec<_>>(), [Some(ANNA), Some(BOB)]);
    it.rolls_back(B).await;
}

async fn rows_are_locked_in_the_order_of_their_ids<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[CHAIR]).await;
    it.begins_to_lock(B, &[TABLE, CHAIR, LAMP, TABLE]).await;
    // It has what comes before what it waits for, and not what comes after.
    assert!(it.locks_in(C, &[TABLE], LockMode::SkipLocked).await.has(TABLE));
    assert!(!it.locks_in(C, &[LAMP], LockMode::SkipLocked).await.has(LAMP));
    it.rolls_back(C).await;
    it.rolls_back(A).await;
    let locked = it.has(B).await;
    let ids: Vec<_> = locked.auctions.iter().map(|it| it.auction.terms.product_id).collect();
    assert_eq!(ids, [LAMP, CHAIR, TABLE]);
    it.rolls_back(B).await;
}

async fn a_transaction_locks_more<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.locks(A, &[LAMP, CHAIR]).await;
    it.begins_to_lock(B, &[LAMP]).await;
    it.begins_to_lock(C, &[CHAIR]).await;
    it.commits(A).await;
    assert!(it.has(B).await.has(LAMP));
    assert!(it.has(C).await.has(CHAIR));
    it.rolls_back(B).await;
    it.commits(C).await;
    // Where nothing was begun there is nothing to end, and nobody minds.
    it.commits(C).await;
    it.rolls_back(C).await;
}

async fn what_is_not_there_is_not_locked<S: Side>(it: &mut Play<S>) {
    let nil = ProductId::nil();
    for (products, locked) in [(vec![nil, LAMP], 1), (vec![nil], 0), (vec![], 0)] {
        let got = it.locks(A, &products).await;
        assert_eq!((got.auctions.len(), got.clock.is_some()), (locked, locked > 0));
        it.rolls_back(A).await;
    }
}

async fn who_hangs_up_in_line_stays_in_it<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.begins_to_lock(B, &[LAMP]).await;
    it.begins_to_lock(C, &[LAMP]).await;
    it.side.hang_up(B).await;
    it.waits(B).await;
    it.waits(C).await;
    it.rolls_back(A).await;
    assert!(it.has(C).await.has(LAMP));
    it.side.hang_up(C).await;
    assert!(it.locks(D, &[LAMP]).await.has(LAMP));
}

async fn who_is_killed_in_line_is_gone<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.locks(B, &[CHAIR]).await;
    it.begins_to_lock(B, &[LAMP]).await;
    it.begins_to_lock(C, &[LAMP]).await;
    it.side.kill(B).await;
    assert!(it.locks(D, &[CHAIR]).await.has(CHAIR));
    it.waits(C).await;
    it.rolls_back(A).await;
    assert!(it.has(C).await.has(LAMP));
}
