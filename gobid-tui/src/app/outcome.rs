//! Bids that were sent and what came of them.
//!
//! A bid without an answer for three seconds is *unknown*: its own state, resolved by repeating
//! the same request id with the same `not_after`, one copy at a time, past which a copy is looked
//! up and never judged. Nothing is bid anew. What is final is said by the wire's contract:
//! accepted, at once; a refusal of the first and only copy; of a repeated one a refusal that was
//! received five seconds past `not_after`.

use std::time::Duration;

use gobid_api::live::{BidRejected, BuyNow, ClientFrame, PlaceBid};
use gobid_api::problem::{ErrorCode, Outcome};
use gobid_api::text::AmountText;
use gobid_api::{Currency, RequestId, Timestamp, UserId};
use gobid_auction::Offered;

/// How long a bid may be judged after it was sent.
pub(super) const VALID_FOR: Duration = Duration::from_secs(5);
/// After this long without an answer the outcome is unknown.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// A refusal received this long past `not_after` is final whatever came before it.
const SETTLED_AFTER: Duration = Duration::from_secs(5);
/// The longest wait between two copies.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// More bids without an answer than this wait for theirs first.
pub(super) const MOST: usize = 16;

/// The bids whose outcome is not settled, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Vec<Attempt>);

/// A bid that was sent and is not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What it is named by.
    pub request_id: RequestId,
    /// What was offered.
    pub offer: Offered,
    /// How often it was sent.
    pub copies: u32,
    /// Whether its outcome is unknown, and no longer just awaited.
    pub is_unknown: bool,
    /// Whether that was told.
    is_told: bool,
    currency: Currency,
    bidder: UserId,
    not_after: Timestamp,
    first_sent: Duration,
    /// When a copy that may still be answered was sent.
    in_flight: Option<Duration>,
    /// When the next copy is to be sent, should there be no answer.
    next_copy: Duration,
}

/// What came of a bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The bid.
    pub attempt: Attempt,
    /// From the first copy to the answer.
    pub after: Duration,
}

/// The moment of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Since the program's start.
    pub since_start: Duration,
    /// The server's time.
    pub server_time: Timestamp,
}

impl Attempts {
    /// Those not settled, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Attempt> {
        self.0.iter()
    }

    /// Whether every bid is settled.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One whose outcome is unknown, once.
    pub fn next_unknown(&mut self) -> Option<&Attempt> {
        let attempt = self.0.iter_mut().find(|attempt| attempt.is_unknown && !attempt.is_told)?;
        attempt.is_told = true;
        Some(attempt)
    }

    /// Whether the outcome of some bid is unknown.
    pub fn has_unknown(&self) -> bool {
        self.0.iter().any(|attempt| attempt.is_unknown)
    }

    /// Whether no more bids can be kept account of.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// A new bid; the frame is its first copy.
    pub fn place(
        &mut self,
        request_id: RequestId,
        offer: Offered,
        currency: Currency,
        bidder: UserId,
        now: Now,
    ) -> ClientFrame {
        let to_millis = |at: Timestamp| Timestamp::from_micros(at.as_micros() / 1_000 * 1_000);
        let mut attempt = Attempt {
            request_id,
            offer,
            copies: 0,
            is_unknown: false,
            is_told: false,
            currency,
            bidder,
            not_after: to_millis(now.server_time.plus(VALID_FOR)),
            first_sent: now.since_start,
            in_flight: None,
            next_copy: now.since_start,
        };
        let frame = attempt.copy(now.since_start);
        self.0.push(attempt);
        frame
    }

    /// There was no line to send a copy on: it never left. A first one is withdrawn and returned.
    pub fn not_sent(&mut self, id: RequestId) -> Option<Attempt> {
        let attempt = self.0.iter_mut().find(|attempt| attempt.request_id == id)?;
        attempt.copies = attempt.copies.saturating_sub(1);
        attempt.in_flight = None;
        if attempt.copies > 0 {
            return None;
        }
        self.take(id)
    }

    /// The line broke: what was in flight on it will not be answered.
    pub fn line_lost(&mut self, since_start: Duration) {
        for attempt in &mut self.0 {
            if attempt.in_flight.take().is_some() {
                attempt.is_unknown = true;
                attempt.next_copy = since_start;
            }
        }
    }

    /// Marks what has waited too long, and whether anything changed by it.
    pub fn grow_unknown(&mut self, since_start: Duration) -> bool {
        let mut changed = false;
        for attempt in &mut self.0 {
            if !attempt.is_unknown && since_start >= attempt.first_sent + PATIENCE {
                attempt.is_unknown = true;
                changed = true;
            }
        }
        changed
    }

    /// The copies that are due, of bids by whoever is logged in; each counts as sent.
    pub fn due(&mut self, bidder: UserId, since_start: Duration) -> Vec<ClientFrame> {
        let due =
            |attempt: &&mut Attempt| attempt.bidder == bidder && attempt.next_copy <= since_start;
        let attempts = self.0.iter_mut().filter(due);
        attempts.map(|attempt| attempt.copy(since_start)).collect()
    }

    /// Whether a copy by this bidder waits to be sent.
    pub fn is_due(&self, bidder: UserId, since_start: Duration) -> bool {
        self.0.iter().any(|attempt| attempt.bidder == bidder && attempt.next_copy <= since_start)
    }

    /// When something here changes by itself.
    pub fn next_change(&self) -> Option<Duration> {
        let changes = self.0.iter().map(|attempt| {
            if attempt.is_unknown {
                attempt.next_copy
            } else {
                attempt.next_copy.min(attempt.first_sent + PATIENCE)
            }
        });
        changes.min()
    }

    /// A bid was accepted: final.
    pub fn accepted(&mut self, id: RequestId, now: Now) -> Option<Settled> {
        self.settle(id, now)
    }

    /// A copy was refused: final, or not yet.
    pub fn rejected(&mut self, refusal: &BidRejected, now: Now) -> Option<Settled> {
        let id = refusal.request_id;
        let attempt = self.0.iter_mut().find(|attempt| attempt.request_id == id)?;
        if attempt.copies <= 1 || attempt.is_final(refusal) {
            return self.settle(id, now);
        }
        attempt.ask_when_settled(now);
        None
    }

    /// A copy could not be judged: final when it was the only one and nothing was recorded.
    pub fn unavailable(
        &mut self,
        id: RequestId,
        outcome: Outcome,
        retry_after: Duration,
        now: Now,
    ) -> Option<Settled> {
        let attempt = self.0.iter_mut().find(|attempt| attempt.request_id == id)?;
        if outcome == Outcome::NotRecorded && attempt.copies <= 1 {
            return self.settle(id, now);
        }
        attempt.in_flight = None;
        attempt.is_unknown = true;
        attempt.next_copy = now.since_start + retry_after.clamp(PATIENCE / 6, LONGEST_WAIT);
        None
    }

    fn settle(&mut self, id: RequestId, now: Now) -> Option<Settled> {
        let attempt = self.take(id)?;
        let after = now.since_start.saturating_sub(attempt.first_sent);
        Some(Settled { attempt, after })
    }

    fn take(&mut self, id: RequestId) -> Option<Attempt> {
        let place = self.0.iter().position(|attempt| attempt.request_id == id)?;
        Some(self.0.remove(place))
    }
}

impl Attempt {
    /// How long it has been without an answer.
    pub fn waiting(&self, since_start: Duration) -> Duration {
        since_start.saturating_sub(self.first_sent)
    }

    /// The currency of its amount.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whose bid it is.
    pub const fn bidder(&self) -> UserId {
        self.bidder
    }

    fn copy(&mut self, since_start: Duration) -> ClientFrame {
        self.copies = self.copies.saturating_add(1);
        self.in_flight = Some(since_start);
        self.next_copy = since_start + PATIENCE.saturating_mul(self.copies).min(LONGEST_WAIT);
        let request_id = self.request_id;
        let not_after = Some(self.not_after.to_string());
        let text = AmountText(self.offer.amount().to_decimal(self.currency).to_string());
        let (amount, max_amount) = match self.offer {
            Offered::Firm(_) => (Some(text), None),
            Offered::Maximum(_) => (None, Some(text)),
            Offered::Purchase(_) => return ClientFrame::BuyNow(BuyNow { request_id, not_after }),
        };
        let expected_price = None;
        let bid = PlaceBid { request_id, amount, max_amount, expected_price, not_after };
        ClientFrame::PlaceBid(bid)
    }

    /// Whether the refusal of a repeated copy says what became of all copies: it does when no copy
    /// can be judged any more, and when the bid was looked up and not found.
    fn is_final(&self, refusal: &BidRejected) -> bool {
        let looked_up = match refusal.code {
            ErrorCode::Expired => true,
            _ => refusal.facts.judged == Some(true),
        };
        let settled = self.not_after.plus(SETTLED_AFTER);
        looked_up && refusal.facts.received_at.is_some_and(|at| at >= settled)
    }

    /// The next copy goes out when its answer can be final.
    fn ask_when_settled(&mut self, now: Now) {
        const MARGIN: Duration = Duration::from_millis(200);
        let settled = self.not_after.plus(SETTLED_AFTER);
        let wait = settled.since(now.server_time) + MARGIN;
        self.in_flight = None;
        self.is_unknown = true;
        self.next_copy = now.since_start + wait.max(PATIENCE / 6);
    }
}

#[cfg(test)]
mod tests;
