//! What the server says to a bid.

use std::time::Duration;

use gobid_api::RequestId;
use gobid_api::bids::BidResult;
use gobid_api::client::safe_text;
use gobid_api::live::BidRejected;
use gobid_api::problem::{ErrorCode, Outcome};

use super::log::Tone;
use super::outcome::Settled;
use super::product;
use super::{App, Effect};
use crate::money;

impl App {
    /// A bid was accepted.
    pub(super) fn accepted(&mut self, id: RequestId, result: &BidResult) -> Vec<Effect> {
        let now = self.answer_time();
        let Some(settled) = self.watch.attempts.accepted(id, now) else {
            return Vec::new(); // the answer to a copy of a bid that is settled
        };
        let Settled { attempt, after } = settled;
        let currency = attempt.currency();
        let amount = money::with_code(attempt.amount, currency);
        let after_all = if attempt.copies > 1 { " after all" } else { "" };
        let (tone, text) = match result.leading {
            Some(true) => (Tone::Good, format!("accepted{after_all}, you lead at {amount}")),
            Some(false) => {
                let price = product::optional(result.current_price, currency);
                let price = price.ok().flatten().unwrap_or(attempt.amount);
                let price = money::digits(price, currency);
                let text = "but beaten at once by a maximum: price";
                (Tone::Warning, format!("accepted{after_all}, {text} {price}"))
            }
            None => (Tone::Good, format!("accepted{after_all}: {amount}")),
        };
        let line = format!("you bid {}", money::with_sign(attempt.amount, currency));
        let answer = format!("accepted{after_all} ({})", span(after));
        let (at, bid) = (result.received_at, result.bid_id);
        self.watch.log.add_own_bid(at, bid, &line, Some(&answer));
        self.tell(tone, text);
        Vec::new()
    }

    /// A copy of a bid was refused.
    pub(super) fn rejected(&mut self, refusal: &BidRejected) -> Vec<Effect> {
        let now = self.answer_time();
        let settled = self.watch.attempts.rejected(refusal, now);
        if let Some(Settled { attempt, .. }) = settled {
            let text = reason(refusal, attempt.currency());
            let amount = money::with_sign(attempt.amount, attempt.currency());
            let line = format!("your bid of {amount} — {text}");
            self.watch.log.add(now.server_time, Tone::Bad, line);
            self.tell(Tone::Bad, text);
        }
        if refusal.code == ErrorCode::Unauthenticated {
            return self.signed_out();
        }
        Vec::new()
    }

    /// A copy of a bid could not be judged, or nobody knows what became of it.
    pub(super) fn unavailable(
        &mut self,
        id: RequestId,
        outcome: Outcome,
        retry_after: Duration,
    ) -> Vec<Effect> {
        let now = self.answer_time();
        let settled = self.watch.attempts.unavailable(id, outcome, retry_after, now);
        if let Some(Settled { attempt, .. }) = settled {
            let text = "not placed: the server could not record it just now";
            let amount = money::with_sign(attempt.amount, attempt.currency());
            let line = format!("your bid of {amount} — {text}");
            self.watch.log.add(now.server_time, Tone::Bad, line);
            self.tell(Tone::Bad, text);
        }
        Vec::new()
    }
}

/// Why a bid was refused, in few words.
fn reason(refusal: &BidRejected, currency: gobid_api::Currency) -> String {
    let facts = &refusal.facts;
    match refusal.code {
        ErrorCode::BidTooLow => {
            let minimum = product::optional(facts.minimum_next_bid, currency).ok().flatten();
            let minimum = minimum.map(|minimum| money::with_code(minimum, currency));
            minimum.map_or_else(
                || "refused: too low".to_owned(),
                |minimum| format!("refused: too low, the minimum is now {minimum}"),
            )
        }
        ErrorCode::AlreadyLeading => "refused: you led already".to_owned(),
        ErrorCode::OwnProduct => "refused: it is your own auction".to_owned(),
        ErrorCode::AuctionNotOpen => "refused: bidding has not begun".to_owned(),
        ErrorCode::AuctionClosed if facts.received_in_time == Some(true) => {
            "refused: in time, but the auction had been closed".to_owned()
        }
        ErrorCode::AuctionClosed => "refused: it came after the end".to_owned(),
        ErrorCode::Expired => "not placed: it was too long on its way".to_owned(),
        ErrorCode::Unauthenticated => "refused: not logged in any more".to_owned(),
        ErrorCode::RateLimited => {
            let wait = Duration::from_millis(facts.retry_after_ms.unwrap_or(1_000));
            format!("refused: too many bids, wait {}", span(wait))
        }
        _ => format!("refused: {}", safe_text(&refusal.detail)),
    }
}

/// A short span: `41 ms`, `2.3 s`.
fn span(span: Duration) -> String {
    if span < Duration::from_secs(1) {
        format!("{} ms", span.as_millis())
    } else {
        format!("{}.{} s", span.as_secs(), span.subsec_millis() / 100)
    }
}
