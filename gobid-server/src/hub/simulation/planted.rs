//! The simulation finds what it is for: each bug is planted in the code, and seeds are run until a
//! promise is broken.

use gobid_auction::planted::{self, Bug};

use super::simulate;

/// A test for each bug, with the number of seeds within which it must be found, and words that say
/// by which of its effects (`|` stands for "or"): another failure does not count.
macro_rules! finds {
    ($($test:ident: $bug:ident within $seeds:literal by $words:literal,)+) => {
        $(#[test] fn $test() { finds(Bug::$bug, $seeds, $words); })+
    };
}

finds! {
    an_answer_before_the_commit_is_found: AcknowledgeBeforeCommit within 50
        by "it is not in the log|nothing was done",
    news_before_the_commit_are_found: PublishBeforeCommit within 50 by "is told and not durable",
    a_clock_before_the_lock_is_found: ClockBeforeLock within 400
        by "it is dated before its locks were had",
    a_look_up_with_the_lock_is_found: LookUpWithLock within 100
        by "closed the auction before it|by the rules|it is in the log|it is Accepted",
    a_look_up_without_the_lock_is_found: LookUpWithoutLock within 400 by "it is in the log",
    an_unknown_commit_taken_for_failed_is_found: UnknownTakenForFailed within 100
        by "it is in the log",
    an_unknown_commit_taken_for_done_is_found: UnknownTakenForDone within 100
        by "is told and not durable",
    an_unknown_commit_told_as_not_recorded_is_found: UnknownToldAsNotRecorded within 1_000
        by "it is in the log",
    what_is_put_back_behind_is_found: PutBackBehind within 100
        by "it overtook one that came before it",
    what_is_forgotten_aside_is_found: AsideForgotten within 100 by "not done in time|late: copy",
    a_lapse_that_is_not_looked_at_is_found: LapseNotLookedAt within 200
        by "it had lapsed when it was judged",
    a_lapse_while_the_rest_is_read_is_found: LapsedWhileRead within 400
        by "it had lapsed when it was judged",
    a_lapse_that_is_told_late_is_found: LapseUntold within 100 by "late: copy",
    clocks_that_are_not_compared_are_found: ClocksNotCompared within 100 by "did not agree",
    an_end_that_is_in_time_is_found: EndIsInTime within 100 by "by the rules",
    a_limit_that_is_ignored_is_found: NotAfterIgnored within 50 by "by the rules",
    a_close_that_does_not_settle_is_found: SettleDropped within 50
        by "by the rules Close is NotDue",
    a_close_that_asks_for_no_tickets_is_found: TicketsNotAsked within 100 by "closed",
    a_timer_that_is_forgotten_is_found: TimerForgotten within 200 by "its close is",
    a_sweep_that_looks_ahead_only_is_found: SweepLooksAheadOnly within 400 by "is not closed",
    a_close_after_the_close_is_found: ClosedTwice within 50 by "by the rules Close is NotDue",
    a_repetition_forgotten_after_the_close_is_found: RepeatForgottenAfterClose within 100
        by "by the rules it is not refused so|took its answer for final",
    a_digest_that_is_not_compared_is_found: DigestNotCompared within 100 by "repeated: true",
    a_session_that_is_not_looked_at_is_found: SessionNotLookedAt within 200
        by "its session had ended",
    a_suspension_that_is_not_looked_at_is_found: SuspensionNotLookedAt within 400
        by "he was suspended before",
    bidders_that_are_not_written_are_found: BiddersNotWritten within 50 by "has bid",
    a_maximum_that_falls_is_found: MaximumLowered within 100 by "by the rules",
    a_refused_bid_that_extends_is_found: RefusedBidExtends within 100 by "by the rules",
    a_silent_raise_that_extends_is_found: SilentRaiseExtends within 200
        by "by the rules it stands at",
    a_void_that_misses_the_last_is_found: VoidMissesTheLast within 100
        by "by the rules it stands at",
    a_gap_that_is_ignored_is_found: GapIgnored within 100 by "is sent|shows|stands|never stood so",
    a_room_that_goes_back_is_found: RoomGoesBack within 100 by "is sent|it panicked|shows",
    a_resume_without_the_store_is_found: ResumeWithoutStore within 100 by "goes back to",
    an_epoch_that_is_not_compared_is_found: EpochNotCompared within 200
        by "goes on in another epoch",
    a_check_that_is_ignored_is_found: CheckIgnored within 50 by "not done in time: feed",
    parts_that_are_not_told_are_found: PartsNotTold within 100 by "stands|never stood so",
    a_part_that_stays_as_it_was_is_found: StalePartKept within 400 by "is told|never stood so",
    what_is_told_twice_is_found: OutbidToldAgain within 100 by "is told twice to be outbid",
    what_is_left_out_untold_is_found: LeftOutUntold within 400 by "is sent|hears that",
    a_watcher_before_the_news_is_found: JoinedBeforeNews within 400 by "is sent",
}

/// Plants a bug and runs seeds until it is found. Each test has its process: a bug is planted in all
/// of it.
fn finds(bug: Bug, within: u64, words: &str) {
    planted::plant(Some(bug));
    let found = (0..within).find_map(|seed| Some((seed, simulate(seed, false).broken?)));
    planted::plant(None);
    let (seed, how) = found.unwrap_or_else(|| panic!("{} is not found", bug.as_str()));
    let is_its = words.split('|').any(|words| how.contains(words));
    assert!(is_its, "{} is found otherwise by seed {seed}: {how}", bug.as_str());
    println!("{} is found by seed {seed}: {how}", bug.as_str());
}
