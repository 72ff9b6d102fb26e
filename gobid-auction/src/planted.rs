//! Bugs that can be planted on purpose, to show that the tests find them: a test that never fails
//! proves nothing. Each is one line in the code it spoils.
//!
//! Without the feature `planted` there are none, and the compiler removes those lines.

use std::str::FromStr;

use crate::UnknownWord;

/// Defines the bugs, with the words they are named by.
macro_rules! bugs {
    ($($(#[$doc:meta])+ $bug:ident = $word:literal,)+) => {
        /// A bug that can be planted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Bug {
            $($(#[$doc])+ $bug,)+
        }

        impl Bug {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$bug,)+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$bug => $word,)+
                }
            }
        }
    };
}

bugs! {
    /// The lane answers as soon as a batch is written, before its COMMIT.
    AcknowledgeBeforeCommit = "acknowledge_before_commit",
    /// The lane tells the rooms as soon as a batch is written, before its COMMIT.
    PublishBeforeCommit = "publish_before_commit",
    /// The clock that dates a batch is read before the wait for the locks.
    ClockBeforeLock = "clock_before_lock",
    /// What is read under the locks is read by the statement that waits for them.
    LookUpWithLock = "look_up_with_lock",
    /// After a COMMIT without an answer its entries are looked for without the locks.
    LookUpWithoutLock = "look_up_without_lock",
    /// A COMMIT without an answer is taken for one that failed.
    UnknownTakenForFailed = "unknown_taken_for_failed",
    /// A COMMIT without an answer is taken for one that was done.
    UnknownTakenForDone = "unknown_taken_for_done",
    /// What stays unknown is answered as not recorded.
    UnknownToldAsNotRecorded = "unknown_told_as_not_recorded",
    /// What was tried in vain goes behind what came later.
    PutBackBehind = "put_back_behind",
    /// What was set aside is forgotten when its product is welcomed back.
    AsideForgotten = "aside_forgotten",
    /// Under the locks nobody looks whether a command has lapsed.
    LapseNotLookedAt = "lapse_not_looked_at",
    /// What lapses while its locks are waited for is told so only once they are had.
    LapseUntold = "lapse_untold",
    /// What lapses between the locks and the judgement is judged.
    LapsedWhileRead = "lapsed_while_read",
    /// Under the locks nobody looks whether the clocks agree.
    ClocksNotCompared = "clocks_not_compared",
    /// A bid stamped exactly at the end is taken for one before it.
    EndIsInTime = "end_is_in_time",
    /// A bid stamped after its `not_after` is judged.
    NotAfterIgnored = "not_after_ignored",
    /// A close is judged as soon as the end has passed.
    SettleDropped = "settle_dropped",
    /// A close does not wait for tickets.
    TicketsNotAsked = "tickets_not_asked",
    /// The closer sets no timers: only the sweep closes.
    TimerForgotten = "timer_forgotten",
    /// The sweep passes over what has been due for a while.
    SweepLooksAheadOnly = "sweep_looks_ahead_only",
    /// An auction that was closed is closed again.
    ClosedTwice = "closed_twice",
    /// Once an auction is over, nobody looks whether a request id was accepted.
    RepeatForgottenAfterClose = "repeat_forgotten_after_close",
    /// A request id that was accepted answers for another content, too.
    DigestNotCompared = "digest_not_compared",
    /// Nobody looks whether the session is alive.
    SessionNotLookedAt = "session_not_looked_at",
    /// Nobody looks whether the user is suspended.
    SuspensionNotLookedAt = "suspension_not_looked_at",
    /// The leader can lower his maximum.
    MaximumLowered = "maximum_lowered",
    /// A bid that is too low moves the end, as an accepted one would.
    RefusedBidExtends = "refused_bid_extends",
    /// A silent raise moves the end.
    SilentRaiseExtends = "silent_raise_extends",
    /// Of two equal maxima the later one leads.
    TieToTheLater = "tie_to_the_later",
    /// A new leader is ahead by two steps.
    TwoStepsAhead = "two_steps_ahead",
    /// The house answers a firm bid a step higher than a maximum of the same amount.
    FirmLosesDearer = "firm_loses_dearer",
    /// A reserve that is met is not the price.
    ReserveJumpForgotten = "reserve_jump_forgotten",
    /// The soft close moves the end past the hard end.
    HardEndPassed = "hard_end_passed",
    /// Without a reserve, the buy-now price can be paid after the first bid, too.
    BuyNowAfterFirstBid = "buy_now_after_first_bid",
    /// The silent raises after a bid stand when it is struck.
    VoidKeepsSilentRaises = "void_keeps_silent_raises",
    /// At the second price the winner pays the first.
    SecondPriceIsFirst = "second_price_is_first",
    /// Of two equal sealed amounts the later one wins.
    TieOfSealedToTheLater = "tie_of_sealed_to_the_later",
    /// A Dutch price is that of the judgement, and not that of the stamp.
    DutchPriceWhenJudged = "dutch_price_when_judged",
    /// A void does not see what was recorded after its log was read.
    VoidMissesTheLast = "void_misses_the_last",
    /// Lists sort and filter by the leader's maximum.
    LeakInPriceOrder = "leak_in_price_order",
    /// Nobody notes which products have changed: the prices of lists do not follow.
    PricesNotFollowed = "prices_not_followed",
    /// A room takes in what follows a gap.
    GapIgnored = "gap_ignored",
    /// A room takes in from a lane what is older than what it has.
    RoomGoesBack = "room_goes_back",
    /// A watcher who has seen more than the room is let in without reading the store.
    ResumeWithoutStore = "resume_without_store",
    /// A watcher goes on from where he was in another epoch.
    EpochNotCompared = "epoch_not_compared",
    /// A room that is behind does not read the store when a check says so.
    CheckIgnored = "check_ignored",
    /// What a room reads of its watchers' parts is not told them.
    PartsNotTold = "parts_not_told",
    /// Who is outbid is told so again with each bid of the others.
    OutbidToldAgain = "outbid_told_again",
    /// What a room knows of one who comes back stays as it was when he left.
    StalePartKept = "stale_part_kept",
    /// A watcher who is too slow is not told that something was left out.
    LeftOutUntold = "left_out_untold",
    /// A watcher comes in before everybody was told the news.
    JoinedBeforeNews = "joined_before_news",
    /// A lock that was not had in time is followed by no ROLLBACK.
    RollbackForgotten = "rollback_forgotten",
    /// A connection on which a step was given up is used again.
    LostConnectionKept = "lost_connection_kept",
    /// Bidders are not written.
    BiddersNotWritten = "bidders_not_written",
    /// The rows of a batch are locked in any order.
    LocksInAnyOrder = "locks_in_any_order",
    /// PostgreSQL answers a COMMIT before it is on the disk.
    DiskNotAwaited = "disk_not_awaited",
    /// The answer about one product gives the leader's maximum as the minimum next bid.
    LeakInAnswer = "leak_in_answer",
    /// The list of products begins with the one of which something was recorded last.
    LeakInOrder = "leak_in_order",
    /// The tag of a product is made of the position of its log.
    LeakInTag = "leak_in_tag",
    /// The cursor of events holds a position, and no seq.
    LeakInCursor = "leak_in_cursor",
    /// The steps that a refusal names begin above the leader's maximum.
    LeakInRefusal = "leak_in_refusal",
    /// An event gives the leader's maximum as the price.
    LeakInEvent = "leak_in_event",
    /// A bid that was placed as a maximum appears as an automatic one.
    LeakInRow = "leak_in_row",
    /// All watchers get a heartbeat when something was recorded that is one user's own.
    LeakInFrame = "leak_in_frame",
    /// A room that has read the store tells the last event again.
    LeakInCatchingUp = "leak_in_catching_up",
    /// A silent raise is an event.
    LeakInSeq = "leak_in_seq",
    /// A silent raise counts as a bid.
    LeakInBidCount = "leak_in_bid_count",
    /// The bids and bidders of a sealed auction are counted before its close.
    LeakInSealedCount = "leak_in_sealed_count",
    /// An amount is the price of its sealed auction.
    LeakInSealedPrice = "leak_in_sealed_price",
    /// A sealed amount that is struck is an edit.
    LeakInRevision = "leak_in_revision",
    /// A bidder of a sealed auction is told his alias before its close.
    LeakInAlias = "leak_in_alias",
    /// Everybody is told the reserve as if he were the seller.
    LeakInOwnPart = "leak_in_own_part",
    /// An admin reads in the log what is secret before the close.
    LeakInAdminLog = "leak_in_admin_log",
    /// The server's log has the leader's maximum.
    LeakInServerLog = "leak_in_server_log",
}

impl FromStr for Bug {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|bug| bug.as_str() == text).ok_or(UnknownWord)
    }
}

/// Whether a bug is planted.
#[cfg(not(feature = "planted"))]
pub const fn is(_bug: Bug) -> bool {
    false
}

#[cfg(feature = "planted")]
pub use with_feature::{is, plant};

#[cfg(feature = "planted")]
mod with_feature {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::Bug;

    /// The place of the bug in the list of all, counted from one; zero for none.
    static PLANTED: AtomicUsize = AtomicUsize::new(0);

    /// Plants a bug in this process, in place of the one there is; or none.
    pub fn plant(bug: Option<Bug>) {
        let place = Bug::ALL.iter().position(|other| Some(*other) == bug);
        PLANTED.store(place.map_or(0, |place| place + 1), Relaxed);
    }

    /// Whether a bug is planted.
    pub fn is(bug: Bug) -> bool {
        let place = PLANTED.load(Relaxed).checked_sub(1);
        place.is_some_and(|place| Bug::ALL.get(place) == Some(&bug))
    }
}
