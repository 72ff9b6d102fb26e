//! What the server says to a bid.

use std::time::Duration;

use gobid_api::bids::BidResult;
use gobid_api::client::safe_text;
use gobid_api::live::BidRejected;
use gobid_api::problem::{ErrorCode, Outcome};
use gobid_api::{Currency, RequestId};
use gobid_auction::{Format, Offered};

use super::log::Tone;
use super::note::{Claim, Claimed};
use super::notices::What;
use super::outcome::{Attempt, Settled};
use super::product;
use super::{App, Effect};
use crate::{money, words};

impl App {
    /// A bid was accepted.
    pub(super) fn accepted(&mut self, id: RequestId, result: &BidResult) -> Vec<Effect> {
        let now = self.answer_time();
        let Some(settled) = self.watch.attempts.accepted(id, now) else {
            return Vec::new(); // the answer to a copy of a bid that is settled
        };
        let Settled { attempt, after } = settled;
        let format = self.watch.format();
        let after_all = if attempt.copies > 1 { " after all" } else { "" };
        let answer = format!("accepted{after_all} ({})", span(after));
        let line = words::own_offer(attempt.offer, format, attempt.currency());
        let (at, bid) = (result.received_at, result.bid_id);
        self.watch.log.add_own_bid(at, bid, &line, Some(&answer));
        let (tone, text, what) = acceptance(&attempt, format, result);
        let claim = Claim { seq: result.seq, what };
        if self.may_hold(claim) {
            let text = format!("accepted{after_all}{text}");
            let was_unknown = attempt.is_unknown;
            match what {
                Claimed::Beaten(_) => self.watch.answer(What::Outbid, text.clone()),
                Claimed::Lead(_) if was_unknown => self.watch.answer(What::Leads, text.clone()),
                _ => {}
            }
            self.tell_claim(tone, text, claim);
        } else if what != Claimed::Bought {
            // The news of what came later overtook the answer.
            self.tell(Tone::Plain, format!("accepted{after_all}"));
        }
        Vec::new()
    }

    /// A copy of a bid was refused.
    pub(super) fn rejected(&mut self, refusal: &BidRejected) -> Vec<Effect> {
        let now = self.answer_time();
        let settled = self.watch.attempts.rejected(refusal, now);
        if let Some(Settled { attempt, .. }) = settled {
            let why = reason(refusal, &attempt, self.watch.format());
            self.not_placed(&attempt, why);
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
            let why = "not placed: the server could not record it just now";
            self.not_placed(&attempt, why.to_owned());
        }
        Vec::new()
    }

    fn not_placed(&mut self, attempt: &Attempt, why: String) {
        let offer = words::offer(attempt.offer, self.watch.format(), attempt.currency());
        let text = format!("your {offer} — {why}");
        self.watch.log.add(self.now.server_time, Tone::Bad, text.clone());
        self.watch.answer(What::Refused, text);
        self.tell(Tone::Bad, why);
    }
}

/// What came of an accepted bid, as the end of a sentence that begins with `accepted`, and what that
/// says of the standing.
fn acceptance(attempt: &Attempt, format: Format, result: &BidResult) -> (Tone, String, Claimed) {
    let currency = attempt.currency();
    let offered = attempt.offer.amount();
    let price = product::optional(result.current_price, currency).ok().flatten();
    let price = price.unwrap_or(offered);
    let (named, named_price) =
        (money::with_code(offered, currency), money::with_code(price, currency));
    match (attempt.offer, result.leading) {
        (Offered::Purchase(_), _) => {
            (Tone::Good, format!(": bought for {named_price}"), Claimed::Bought)
        }
        _ if format == Format::Dutch => {
            (Tone::Good, format!(": yours for {named_price}"), Claimed::Bought)
        }
        (_, None) => {
            let until = "it can be raised until the close";
            (Tone::Good, format!(": your sealed bid is {named}, {until}"), Claimed::Sealed)
        }
        (Offered::Maximum(_), Some(true)) => {
            let now = format!("you lead at {named_price}; your maximum is now {named}");
            (Tone::Good, format!(", {now}"), Claimed::Lead(price))
        }
        (Offered::Firm(_), Some(true)) => {
            (Tone::Good, format!(", you lead at {named}"), Claimed::Lead(offered))
        }
        (_, Some(false)) => {
            let digits = money::digits(price, currency);
            let text = format!(", but beaten at once by a maximum: price {digits}");
            (Tone::Warning, text, Claimed::Beaten(price))
        }
    }
}

/// Why a bid was refused, in few words.
fn reason(refusal: &BidRejected, attempt: &Attempt, format: Format) -> String {
    let facts = &refusal.facts;
    match refusal.code {
        ErrorCode::BidTooLow => too_low(refusal, attempt, format),
        ErrorCode::AlreadyLeading => "refused: you led already".to_owned(),
        ErrorCode::OwnProduct => "refused: it is your own auction".to_owned(),
        ErrorCode::AuctionNotOpen => "refused: bidding has not begun".to_owned(),
        ErrorCode::BuyNowUnavailable => "refused: it cannot be bought at once any more".to_owned(),
        ErrorCode::AuctionClosed if facts.received_in_time == Some(true) => {
            "refused: in time, but the auction had been closed".to_owned()
        }
        ErrorCode::AuctionClosed if format == Format::Dutch => {
            "refused: it came after another's acceptance, or after the end".to_owned()
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

fn too_low(refusal: &BidRejected, attempt: &Attempt, format: Format) -> String {
    let currency: Currency = attempt.currency();
    let minimum =
        product::optional(refusal.facts.minimum_next_bid.flatten(), currency).ok().flatten();
    let Some(minimum) = minimum else {
        return "refused: too low".to_owned();
    };
    let named = money::with_code(minimum, currency);
    match attempt.offer {
        _ if format == Format::Dutch => format!("refused: the price was still {named}"),
        // A maximum that is enough for anybody else is too low for whoever leads with a higher one.
        Offered::Maximum(maximum) if maximum >= minimum => {
            "refused: not above your own maximum".to_owned()
        }
        _ => format!("refused: too low, the minimum is now {named}"),
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
