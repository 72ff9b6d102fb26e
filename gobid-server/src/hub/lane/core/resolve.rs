//! What a lane decides while it does not know the result of a COMMIT: where to look, and what is true
//! all the same.

use std::time::Duration;

use gobid_auction::planted::{self, Bug};

use super::Core;
use crate::clock::Moment;
use crate::hub::answer::Answer;
use crate::hub::lane::judged::Verdict;
use crate::hub::lane::phase::{After, Phase, Resolving, Work};
use crate::hub::lane::step::{Done, Output};

/// How long the result of a COMMIT is looked for.
const RESOLVE_FOR: Duration = Duration::from_secs(10);

impl Core {
    /// Looks for the entries of a batch whose COMMIT has no known result: the locks first, since a
    /// look-up without them proves nothing.
    pub(super) fn resolve(
        &mut self,
        work: Work,
        since: Moment,
        stage: Resolving,
        done: Done,
        now: Moment,
    ) -> Phase {
        let next = match (stage, done) {
            (Resolving::Opening, Done::Opened) if planted::is(Bug::LookUpWithoutLock) => {
                Resolving::Reading
            }
            (Resolving::Opening, Done::Opened) => Resolving::Locking,
            (Resolving::Locking, Done::Locked { .. }) => Resolving::Reading,
            (Resolving::Reading, Done::Entries(entries)) => {
                let there = work.entries().any(|entry| entries.contains(&entry));
                return Phase::RollingBack(After::Conclude(work, there));
            }
            _ if now.since(since) >= RESOLVE_FOR => return self.conclude(work, None, now),
            (_, Done::Lost) | (Resolving::Opening, _) => Resolving::Opening,
            _ => return Phase::RollingBack(After::Resolve(work, since)),
        };
        Phase::Resolving(work, since, next)
    }

    pub(super) fn resolving_from(&self) -> Resolving {
        if self.connected { Resolving::Locking } else { Resolving::Opening }
    }

    pub(super) fn conclude(&mut self, work: Work, there: Option<bool>, now: Moment) -> Phase {
        self.outputs.push(Output::Resolved(there));
        match there {
            Some(true) => self.deliver(work),
            Some(false) => self.retry(work.attempt, now),
            None => self.deliver_unknown(work),
        }
    }

    /// Nobody knows what became of a batch: each command gets the answer that is true all the
    /// same, and none is judged again.
    fn deliver_unknown(&mut self, work: Work) -> Phase {
        let Work { attempt, judged, .. } = work;
        self.went_through(attempt.manner);
        for (id, verdict) in judged.answers {
            let command = attempt.commands.iter().find(|command| command.stamp.id == id);
            let Some(received_at) = command.map(|command| command.stamp.received_at) else {
                continue;
            };
            self.outputs.push(Output::Answer(
                id,
                match verdict {
                    Verdict::Settled(answer) => answer,
                    Verdict::Recorded(_) if planted::is(Bug::UnknownToldAsNotRecorded) => {
                        Answer::not_recorded(received_at)
                    }
                    Verdict::Recorded(_) => Answer::unknown(received_at),
                    Verdict::Judged(_) => Answer::not_recorded(received_at),
                },
            ));
        }
        self.outputs.extend(judged.done.into_iter().map(Output::Finished));
        Phase::Idle
    }
}
