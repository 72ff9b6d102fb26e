//! What a batch may not write: over a position that moved, beside a row that must be the only one.

use std::sync::Arc;

use gobid_store::simulated::{Outcome, Statement};
use gobid_store::{Batch, Edit};

use super::on_both_sides;
use super::play::Play;
use super::scene::{ANNA, BOB, Bid, CHAIR, LAMP, request};
use super::side::{A, B, C, Side};

const FIRST: Bid = Bid { bidder: ANNA, minor_units: 10_000, request_id: request(1) };
const SECOND: Bid = Bid { bidder: BOB, minor_units: 11_000, request_id: request(2) };

on_both_sides! {
    a_position_that_moved_is_not_written_over,
    what_must_be_unique_is_refused_a_second_time,
    what_need_not_be_unique_is_not_refused,
    who_writes_what_must_be_unique_waits_for_who_did,
    who_did_not_lock_waits_for_the_row,
    an_upsert_waits_for_the_row,
    a_struck_row_waits_for_the_row,
    outside_of_a_transaction_each_statement_is_one,
}

/// A batch for the lamp as it stands.
async fn batch<S: Side>(it: &mut Play<S>, bid: Bid) -> Batch {
    it.locks(C, &[LAMP]).await;
    let batch = it.batch(C, LAMP, bid);
    it.rolls_back(C).await;
    batch
}

async fn a_position_that_moved_is_not_written_over<S: Side>(it: &mut Play<S>) {
    let stale = batch(it, FIRST).await;
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, SECOND).await;
    it.commits(A).await;
    for entries in [Vec::new(), stale.entries.clone()] {
        it.locks(A, &[LAMP, CHAIR]).await;
        let fresh = it.batch(A, CHAIR, FIRST);
        let products = [stale.products.clone(), fresh.products].concat();
        let is_refused = !entries.is_empty();
        let outcome = it.records(A, Batch { entries, products, ..Batch::default() }).await;
        // The position of an entry is taken; without one, the count of products gives it away.
        assert_eq!(outcome, if is_refused { Outcome::Refused } else { Outcome::Recorded(false) });
        it.rolls_back(A).await;
    }
    // Where that is seen at once, nobody waits for who holds the row.
    it.locks(A, &[LAMP]).await;
    let products = stale.products.clone();
    let outcome = it.records(B, Batch { products, ..Batch::default() }).await;
    assert_eq!(outcome, Outcome::Recorded(false));
    it.rolls_back(A).await;
    // A product twice in a batch is written once.
    it.locks(A, &[LAMP]).await;
    let mut twice = it.batch(A, LAMP, FIRST);
    twice.products.extend(twice.products.clone());
    assert_eq!(it.records(A, twice).await, Outcome::Recorded(false));
    it.rolls_back(A).await;
}

async fn what_must_be_unique_is_refused_a_second_time<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, FIRST).await;
    it.commits(A).await;
    let spoil: [fn(&mut Batch); 5] = [
        |batch| batch.entries[0].position = 2,
        |batch| batch.entries[0].seq = Some(2),
        |batch| {
            batch.entries[0].actor_id = Some(ANNA);
            batch.entries[0].request_id = Some(FIRST.request_id);
        },
        |batch| batch.bidders[0].number = 1,
        |batch| batch.bidders.extend(batch.bidders.clone()),
    ];
    for spoil in spoil {
        it.locks(A, &[LAMP]).await;
        let mut batch = it.batch(A, LAMP, SECOND);
        spoil(&mut batch);
        assert_eq!(it.records(A, batch).await, Outcome::Refused);
        it.rolls_back(A).await;
    }
    // Nor may a batch itself have it twice.
    it.locks(A, &[LAMP]).await;
    let mut batch = it.batch(A, LAMP, SECOND);
    let mut again = batch.entries[0].clone();
    (again.position, again.seq) = (4, Some(4));
    batch.entries.push(again);
    assert_eq!(it.records(A, batch).await, Outcome::Refused);
    it.rolls_back(A).await;
}

async fn what_need_not_be_unique_is_not_refused<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    let first = it.bids(A, LAMP, FIRST).await;
    it.commits(A).await;
    it.locks(A, &[LAMP]).await;
    // The same request of another bidder, and another number of one who has one.
    let mut batch = it.batch(A, LAMP, Bid { request_id: FIRST.request_id, ..SECOND });
    batch.bidders.push(first.bidders[0]);
    batch.bidders[1].number = 7;
    let struck = (LAMP, first.entries[0].entry_id);
    batch.voided = vec![struck, struck];
    assert_eq!(it.records(A, batch).await, Outcome::Recorded(true));
    it.commits(A).await;
    // Of those who gave no request id there may be many; a row that is struck can be so again.
    it.locks(A, &[LAMP]).await;
    let mut batch = it.batch(A, LAMP, FIRST);
    batch.entries[0].request_id = None;
    batch.voided = vec![struck];
    assert_eq!(it.records(A, batch).await, Outcome::Recorded(true));
    it.commits(A).await;
}

async fn who_writes_what_must_be_unique_waits_for_who_did<S: Side>(it: &mut Play<S>) {
    let Batch { entries, .. } = batch(it, FIRST).await;
    let first = Batch { entries, ..Batch::default() };
    let mut second = first.clone();
    (second.entries[0].position, second.entries[0].seq) = (3, Some(3));
    for is_committed in [false, true] {
        it.locks(A, &[]).await;
        assert_eq!(it.records(A, first.clone()).await, Outcome::Recorded(true));
        it.locks(B, &[]).await;
        it.begins(B, Statement::Record(Arc::new(second.clone()))).await;
        if is_committed {
            it.commits(A).await;
            assert_eq!(it.ends(B).await, Outcome::Refused);
        } else {
            it.rolls_back(A).await;
            assert_eq!(it.ends(B).await, Outcome::Recorded(true));
        }
        it.rolls_back(B).await;
    }
}

/// Nobody does this: the guard is what is left when a lane has not locked. It comes before what is
/// appended.
async fn who_did_not_lock_waits_for_the_row<S: Side>(it: &mut Play<S>) {
    let make: [fn(Batch) -> Batch; 4] = [
        |mut batch| {
            batch.entries[0].position = 1;
            batch
        },
        |batch| Batch { products: batch.products, ..Batch::default() },
        |batch| Batch { products: batch.products, ..Batch::default() },
        |batch| batch,
    ];
    let ends = [
        (false, Outcome::Refused),
        (false, Outcome::Recorded(true)),
        (true, Outcome::Recorded(false)),
        (true, Outcome::Refused),
    ];
    for (number, (make, (is_committed, outcome))) in (10..).zip(make.into_iter().zip(ends)) {
        let batch = make(batch(it, SECOND).await);
        it.locks(A, &[CHAIR, LAMP]).await;
        it.bids(A, LAMP, Bid { request_id: request(number), ..FIRST }).await;
        it.begins(B, Statement::Record(Arc::new(batch))).await;
        if is_committed {
            it.commits(A).await;
        } else {
            it.rolls_back(A).await;
        }
        assert_eq!(it.ends(B).await, outcome);
    }
}

async fn an_upsert_waits_for_the_row<S: Side>(it: &mut Play<S>) {
    let Batch { bidders, .. } = batch(it, FIRST).await;
    let first = Batch { bidders, ..Batch::default() };
    let mut second = first.clone();
    (second.bidders[0].number, second.bidders[0].last_position) = (9, 5);
    it.locks(A, &[]).await;
    assert_eq!(it.records(A, first).await, Outcome::Recorded(true));
    it.begins(B, Statement::Record(Arc::new(second))).await;
    it.commits(A).await;
    assert_eq!(it.ends(B).await, Outcome::Recorded(true));
}

async fn a_struck_row_waits_for_the_row<S: Side>(it: &mut Play<S>) {
    let voided = vec![(LAMP, it.entry_id())];
    let struck = Batch { voided, ..Batch::default() };
    for is_committed in [false, true] {
        it.locks(A, &[]).await;
        assert_eq!(it.records(A, struck.clone()).await, Outcome::Recorded(true));
        it.locks(B, &[]).await;
        it.begins(B, Statement::Record(Arc::new(struck.clone()))).await;
        if is_committed {
            it.commits(A).await;
        } else {
            it.rolls_back(A).await;
        }
        assert_eq!(it.ends(B).await, Outcome::Recorded(true));
        it.rolls_back(B).await;
    }
}

async fn outside_of_a_transaction_each_statement_is_one<S: Side>(it: &mut Play<S>) {
    let mut batch = batch(it, FIRST).await;
    batch.entries[0].position = 1;
    batch.edits.push(Edit {
        product_id: LAMP,
        state: batch.products[0].state.clone(),
        description: Some("It shines.".to_owned()),
        cancel_reason: None,
    });
    it.locks(A, &[LAMP]).await;
    // The edit has to wait, and is done when what follows it is refused.
    it.begins(B, Statement::Record(Arc::new(batch))).await;
    it.rolls_back(A).await;
    assert_eq!(it.ends(B).await, Outcome::Refused);
    let again = it.locks(B, &[LAMP]).await;
    assert_eq!(again.auctions[0].auction.state.position, 1);
    it.rolls_back(B).await;
}
