//! Bugs of the SQL, of the drivers and of the schema, planted in the real programs on the real
//! databases: of each, a test that must fail then (`docs/planted-bugs.md`).

use std::panic::catch_unwind;
use std::time::Instant;

use gobid_auction::planted::Bug;

use crate::support::planted::Planted::{self, InSchema, InServers};
use crate::support::planted::plant;
use crate::{faults, http, live, race, store};

/// A test for each bug and each test that finds it, with some words of how that fails.
macro_rules! finds {
    ($($test:ident: $bug:expr, by $($by:ident)::+, $words:literal;)+) => { $(
        #[test]
        fn $test() {
            assert_found($bug, $($by)::+, $words);
        }
    )+ };
}

finds! {
    an_answer_before_the_commit: InServers(Bug::AcknowledgeBeforeCommit),
        by faults::commits::a_commit_that_is_still_to_come_is_waited_for,
        "answered before it was committed";
    news_before_the_commit: InServers(Bug::PublishBeforeCommit),
        by faults::commits::a_commit_that_is_still_to_come_is_waited_for,
        "shown before it was committed";
    a_commit_without_an_answer_taken_for_done: InServers(Bug::UnknownTakenForDone),
        by faults::commits::a_commit_that_was_lost_is_judged_again, "left: (0, 0, 0)";
    a_commit_without_an_answer_taken_for_failed: InServers(Bug::UnknownTakenForFailed),
        by faults::commits::a_commit_whose_reply_is_lost_is_found_and_acknowledged_once, "left: (0, 0, 0)";
    a_look_up_without_the_lock: InServers(Bug::LookUpWithoutLock),
        by faults::commits::a_commit_that_is_still_to_come_is_waited_for, "left: (0, 1, 0)";
    a_look_up_by_the_statement_that_locks: InServers(Bug::LookUpWithLock),
        by race::same_id::at_two_servers_at_once_is_one_bid, "already_leading";
    locks_in_any_order: InServers(Bug::LocksInAnyOrder),
        by race::order::nobody_waits_in_a_circle, "deadlocks";
    no_rollback_after_a_lock_that_was_not_had: InServers(Bug::RollbackForgotten),
        by faults::held_row::a_lane_that_did_not_get_a_lock_goes_on, "not accepted: NotRecorded";
    a_connection_used_again_that_was_given_up: InServers(Bug::LostConnectionKept),
        by faults::dead_link::lanes_give_up_a_link_that_died_and_go_on_with_another, "in vain for more acceptances";
    a_commit_that_does_not_wait_for_the_disk: InServers(Bug::DiskNotAwaited),
        by faults::postgres_killed::a_postmaster_that_is_killed_loses_no_bid_and_counts_none_twice,
        "is [], and was told";
    a_lane_that_does_not_wait_for_the_disk_says_so: InServers(Bug::DiskNotAwaited),
        by http::durability::a_server_says_how_durable_a_commit_is::postgres,
        "\"synchronous_commit\": String(\"off\")";
    bidders_not_written_to_sqlite: InServers(Bug::BiddersNotWritten),
        by live::you::every_beginning_is_followed_by_it::sqlite, "\"none\"";
    bidders_not_written_to_postgres: InServers(Bug::BiddersNotWritten),
        by live::you::every_beginning_is_followed_by_it::postgres, "\"none\"";
    prices_of_lists_that_do_not_follow: InServers(Bug::PricesNotFollowed),
        by http::lists::a_price_is_followed_within_a_moment::sqlite,
        "in vain for the price to be followed";
    request_ids_that_need_not_be_unique: InSchema("drop index auction_log_by_request"),
        by store::interleavings::keys::what_must_be_unique_is_refused_a_second_time::is_the_same,
        "left: Recorded(true)";
}

/// Plants a bug and runs a test, which must fail.
fn assert_found(bug: Planted, test: fn(), words: &str) {
    plant(bug);
    let began = Instant::now();
    let Err(how) = catch_unwind(test) else { panic!("it is not found") };
    let how = how.downcast_ref::<String>().map_or("", String::as_str);
    eprintln!("found after {:?}: {how}", began.elapsed());
    assert!(how.contains(words), "it fails otherwise: {how}");
}
