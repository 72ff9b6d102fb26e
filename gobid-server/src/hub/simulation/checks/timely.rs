//! Time: whoever asks is answered in time, and a close is judged as soon as it may be and no sooner
//! (promises 3 and 10).

use std::time::Duration;

use gobid_auction::{Auction, Order, Timestamp};
use gobid_store::LogEntry;

use super::log::Cause;
use crate::hub::lane_of;
use crate::hub::simulation::client::{Copy, CopyId, Of, Wish};
use crate::hub::simulation::lane::Hold;
use crate::hub::simulation::world::World;

/// A moment that is awaited is noticed so soon.
const NOTICED_WITHIN: Duration = Duration::from_millis(2);
/// A step of a lane is given up after 10 s. What is judged waits for one.
const STEP: Duration = Duration::from_secs(11);
/// A COMMIT is looked for so long after it was given up, and the last looks are steps of their own.
const LOOKED_FOR: Duration = Duration::from_secs(41);
/// Where nothing is wrong, a close that may be judged is in the log so soon after: the timer is
/// milliseconds late, the lane has a batch under way, and other servers hold the row for theirs.
const CLOSED_WITHIN: Duration = Duration::from_millis(100);
/// The same with a database to which each way takes tens of milliseconds now and then.
const CLOSED_FAR_AWAY_WITHIN: Duration = Duration::from_millis(500);

impl World {
    /// An answer comes before its command has lapsed for long. What is tried already may wait for a
    /// step, and for a COMMIT as long as that is looked for.
    pub(super) fn is_in_time(&self, copy: CopyId) -> Result<(), String> {
        let sent = &self.copies[copy.0];
        let (Some((stamp, ..)), Some(entered_at)) = (sent.stamped, sent.entered_at) else {
            return Ok(());
        };
        let lapses = self.notices(sent.process, stamp.lapses_at()).max(entered_at);
        let late = self.now.since(lapses.plus(NOTICED_WITHIN));
        if late.is_zero() || late < self.held_for(sent) {
            return Ok(());
        }
        Err(format!("the answer is {late:?} late"))
    }

    /// How long the lane may hold a command that has lapsed.
    fn held_for(&self, sent: &Copy) -> Duration {
        let Of::Request(request) = sent.of else { return Duration::ZERO };
        let product_id = self.requests[request].product_id;
        let Some(running) = self.servers[sent.process.server].running.as_ref() else {
            return Duration::ZERO;
        };
        let lane = &running.lanes[lane_of(product_id, self.plan.lanes)];
        let just_now = |at: Timestamp| self.now.since(at) <= NOTICED_WITHIN;
        let held = lane.held.filter(|(.., until)| just_now(*until));
        let held = held.map(|(asked_with, hold, _)| (asked_with, hold));
        let holds = [Some((lane.asked_with, lane.hold)), held].into_iter().flatten();
        let own = holds.filter(|(with, _)| sent.submitted.is_some_and(|place| place <= *with));
        let spans = own.map(|(_, hold)| match hold {
            Hold::No => Duration::ZERO,
            Hold::Judged => STEP,
            Hold::Commit | Hold::Resolved => LOOKED_FOR,
        });
        spans.max().unwrap_or_default()
    }

    /// A close that the house has judged: in time, and after all that came in time.
    pub(super) fn closes_as_it_must(
        &self,
        entries: &[LogEntry],
        cause: &Cause,
    ) -> Result<(), String> {
        let closing = entries.iter().find(|entry| entry.kind == "closed");
        let is_house = matches!(self.copies[cause.copy.0].of, Of::House(_));
        let Some(closing) = closing.filter(|_| is_house) else { return Ok(()) };
        if self.plan.is_calm_throughout() {
            self.is_not_late(closing)?;
        }
        let mut unjudged = self.copies.iter().enumerate();
        let first = unjudged.find(|(_, copy)| self.came_before(copy, closing, cause));
        first.map_or(Ok(()), |(place, _)| Err(format!("it is closed before copy {place}")))
    }

    fn is_not_late(&self, closing: &LogEntry) -> Result<(), String> {
        let settled = Timestamp::from_micros(closing.auction_end).plus(Auction::SETTLE);
        let released = self.released_at.get(&closing.product_id).copied();
        let late =
            Timestamp::from_micros(closing.at).since(settled.max(released.unwrap_or(settled)));
        let most =
            if self.plan.is_database_quick() { CLOSED_WITHIN } else { CLOSED_FAR_AWAY_WITHIN };
        if late <= most { Ok(()) } else { Err(format!("its close is {late:?} late")) }
    }

    /// Whether a copy that its server holds came before the end and should have been judged before
    /// the close: neither lapsed nor a void whose log is being read.
    fn came_before(&self, copy: &Copy, closing: &LogEntry, cause: &Cause) -> bool {
        let (Of::Request(request), Some((stamp, ..))) = (copy.of, copy.stamped) else {
            return false;
        };
        let (process, judged) = (cause.attempt.process, cause.attempt.judged);
        let request = &self.requests[request];
        let is_held = copy.process == process
            && copy.answer.is_none()
            && request.product_id == closing.product_id;
        if !is_held || stamp.moment > judged || stamp.has_lapsed(judged) {
            return false;
        }
        let is_void = matches!(request.wish, Wish::Order(Order::Void { .. }));
        let before = self.judged_before.get(&(process, closing.product_id));
        let is_judged = before.is_some_and(|before| before.contains(&stamp.id));
        stamp.received_at.as_micros() < closing.auction_end && !is_void && !is_judged
    }
}
