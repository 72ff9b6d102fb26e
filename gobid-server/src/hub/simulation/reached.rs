//! What was reached: a simulation that does not get somewhere proves nothing about it.

use std::collections::BTreeMap;

/// Defines counters that can be added and listed.
macro_rules! counters {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// How often something was reached.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(super) struct Reached {
            $($(#[$doc])+ pub(super) $name: usize,)+
            /// The largest batch.
            pub(super) largest_batch: usize,
            /// Entries of the logs, by their kinds.
            pub(super) entries: BTreeMap<&'static str, usize>,
            /// Refusals, by their codes.
            pub(super) refusals: BTreeMap<&'static str, usize>,
        }

        impl Reached {
            /// The counters, with their names.
            fn counters(&self) -> Vec<(&'static str, usize)> {
                vec![$((stringify!($name), self.$name),)+]
            }

            /// Adds what another run has reached.
            pub(super) fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)+
                self.largest_batch = self.largest_batch.max(other.largest_batch);
                for (kind, count) in &other.entries {
                    *self.entries.entry(kind).or_default() += count;
                }
                for (code, count) in &other.refusals {
                    *self.refusals.entry(code).or_default() += count;
                }
            }
        }
    };
}

counters! {
    /// Commands of people.
    requests,
    /// Copies of bids that were sent.
    copies,
    /// A COMMIT without an answer was done.
    unknown_found,
    /// A COMMIT without an answer was not done.
    unknown_absent,
    /// What became of a COMMIT was not learnt within reach.
    unknown_for_ever,
    /// A command was answered so.
    unknown,
    /// A bid was answered again as it had been before.
    repeated,
    /// The same, once the auction was over.
    repeated_after_close,
    /// A refusal of a repeated bid was final, since it came long after its `not_after`.
    refused_for_good,
    /// A late bid asked for the close.
    close_on_touch,
    /// A close waited for a ticket.
    close_held_back,
    /// A close came more than a second late.
    closed_late,
    /// A bid that was stamped in time found the auction closed by another server.
    closed_in_time,
    /// A command lapsed.
    lapsed,
    /// Products were set aside.
    set_aside,
    /// A batch had so much of one product that some of it had to wait for others.
    batch_halved,
    /// Something of a product waited behind a batch that was full of it.
    batch_left_behind,
    /// The clock under the locks did not agree with a stamp.
    clock_disagreed,
    /// A command came while the clock was not fresh.
    clock_not_fresh,
    /// The database refused a statement.
    statement_refused,
    /// Two waited for each other's rows.
    deadlock,
    /// A lane lost its connection.
    connection_lost,
    /// Somebody else held a row.
    row_held,
    /// A server was killed.
    server_crashed,
    /// The same, when something was in the log that it had not answered.
    crashed_with_commit_done,
    /// A server stood still.
    stalled,
    /// A server's machine slept.
    slept,
    /// A feed came with what belonged to another epoch.
    epoch_changed,
    /// The database was killed.
    database_crashed,
    /// More commands were under way than there may be.
    tickets_out,
    /// A bid counted whose session ended while it was under way.
    session_ended_in_flight,
    /// A void was judged by more than the log that was read for it.
    void_across_others,
    /// A bid moved the end.
    soft_close,
    /// Somebody bought at once.
    purchase,
    /// Somebody accepted a price that falls.
    dutch_acceptance,
    /// A sealed auction was sold.
    sealed_sale,
    /// The leader raised his maximum, and with that met the reserve.
    raise_met_reserve,
    /// What the comparison with the store found was lost on its way to a room.
    check_lost,
    /// It was lost when the log had just come to its end: no later entry makes up for it.
    check_of_last_lost,
    /// It reached a room twice.
    check_repeated,
    /// It reached a room that had heard of something newer.
    check_reordered,
    /// It made a room read the store, which had a last event that nobody had announced.
    tail_found_by_check,
    /// A room read the store for what no lane of its server had told it.
    room_caught_up,
    /// An announcement found no place in a room's notes.
    room_overrun,
    /// A room that nobody watched was closed.
    room_closed,
    /// A feed was told to begin anew.
    reset_sent,
    /// The same, when it wanted to go on from where it was.
    reset_on_resume,
    /// A feed went on from where it was.
    resumed,
    /// A feed was told that events were skipped.
    skipped_told,
    /// A socket was too slow for what was sent.
    left_out,
    /// Feeds that read slowly.
    slow_feeds,
    /// A watcher learnt of a silent raise of his that another server had recorded.
    raise_seen_elsewhere,
}

impl Reached {
    /// What was never reached.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let none = |(_, count): &(&str, usize)| *count == 0;
        self.counters().into_iter().filter(none).map(|(name, _)| name).collect()
    }
}

impl std::fmt::Display for Reached {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, count) in self.counters() {
            writeln!(out, "{count:>10} {name}")?;
        }
        writeln!(out, "{:>10} largest batch", self.largest_batch)?;
        writeln!(out, "entries: {:?}", self.entries)?;
        write!(out, "refusals: {:?}", self.refusals)
    }
}
