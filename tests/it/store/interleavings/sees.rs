//! What a lane sees of the others, and when.

use std::time::Duration;

use gobid_store::simulated::Options;
use gobid_store::{Lookup, SessionKey};

use super::on_both_sides;
use super::play::Play;
use super::scene::{ANNA, BOB, Bid, LAMP, SESSIONS, request};
use super::side::{A, B, Side};

/// How the simulated database does what a lane must not do.
const IN_ONE: Options =
    Options { wake_after: Duration::ZERO, lock_and_read_in_one: true, clock_beside_the_lock: true };

const BID: Bid = Bid { bidder: ANNA, minor_units: 10_000, request_id: request(1) };
const LOOKUP: Lookup = Lookup { request_id: Some(BID.request_id), ..Lookup::of_user(LAMP, ANNA) };

on_both_sides! {
    who_waits_has_the_row_as_it_is_since,
    the_clock_is_read_once_the_lock_is_had,
    a_later_statement_sees_who_has_logged_out,
    a_transaction_alone_sees_what_it_has_written,
}

on_both_sides! { super::IN_ONE;
    one_statement_for_lock_and_read_sees_the_past,
    a_clock_beside_the_lock_is_read_before_the_wait,
}

async fn who_waits_has_the_row_as_it_is_since<S: Side>(it: &mut Play<S>) {
    let before = it.locks(A, &[LAMP]).await;
    it.begins_to_lock(B, &[LAMP]).await;
    it.bids(A, LAMP, BID).await;
    it.waits(B).await;
    it.commits(A).await;
    let since = it.has(B).await;
    assert_ne!(before.auctions, since.auctions);
    assert_eq!(since.auctions[0].auction.state.leader, Some(ANNA));
    let found = it.reads(B, LOOKUP).await;
    assert_eq!(found.number, Some(1));
    assert!(found.accepted.is_some());
    it.bids(B, LAMP, Bid { bidder: BOB, minor_units: 11_000, request_id: request(2) }).await;
    it.commits(B).await;
}

/// The trap that a lane's statements are apart for.
async fn one_statement_for_lock_and_read_sees_the_past<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.begins_in_one(B, LOOKUP).await;
    it.bids(A, LAMP, BID).await;
    it.commits(A).await;
    let in_one = it.ends_in_one(B).await;
    assert_eq!(in_one.position, 2);
    assert!(!in_one.knows_request && !in_one.knows_bidder);
}

async fn the_clock_is_read_once_the_lock_is_had<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.begins_to_lock(B, &[LAMP]).await;
    let during = it.clock().await;
    it.rolls_back(A).await;
    assert!(it.has(B).await.clock.unwrap() > during);
}

async fn a_clock_beside_the_lock_is_read_before_the_wait<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.begins_in_one(B, LOOKUP).await;
    let during = it.clock().await;
    it.rolls_back(A).await;
    assert!(it.ends_in_one(B).await.clock < during);

    // A row that is another one since is looked at anew, and the clock with it.
    it.locks(A, &[LAMP]).await;
    it.begins_in_one(B, LOOKUP).await;
    let during = it.clock().await;
    it.bids(A, LAMP, BID).await;
    it.commits(A).await;
    assert!(it.ends_in_one(B).await.clock > during);
}

async fn a_later_statement_sees_who_has_logged_out<S: Side>(it: &mut Play<S>) {
    let [first, .., expired] = SESSIONS;
    let of = |session: SessionKey, user| Lookup {
        session: Some(session),
        ..Lookup::of_user(LAMP, user)
    };
    it.locks(A, &[LAMP]).await;
    assert!(it.reads(A, of(first, ANNA)).await.session_alive);
    assert!(!it.reads(A, of(first, BOB)).await.session_alive);
    assert!(!it.reads(A, of(expired, ANNA)).await.session_alive);
    it.side.end_session(first).await;
    assert!(!it.reads(A, of(first, ANNA)).await.session_alive);

    assert!(!it.reads(A, LOOKUP).await.is_suspended);
    it.side.suspend(ANNA).await;
    assert!(it.reads(A, LOOKUP).await.is_suspended);
    it.rolls_back(A).await;
}

async fn a_transaction_alone_sees_what_it_has_written<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    it.bids(A, LAMP, BID).await;
    assert!(it.reads(A, LOOKUP).await.accepted.is_some());
    assert_eq!(it.locks(A, &[LAMP]).await.auctions[0].auction.state.position, 2);
    // To read, nobody waits for a lock.
    let found = it.reads(B, LOOKUP).await;
    assert!(found.accepted.is_none() && found.number.is_none());
    it.looks_at(&it.all_of(LAMP, 0, 100)).await;
    it.commits(A).await;
    assert!(it.reads(B, LOOKUP).await.accepted.is_some());
}
