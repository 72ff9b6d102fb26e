//! Commands from a socket: each is answered with its request id, whatever becomes of it.

use std::collections::BTreeMap;
use std::time::Duration;

use gobid_api::RequestId;
use gobid_api::accounts::Scope;
use gobid_api::bids::{NewBid, NewPurchase};
use gobid_api::live::{AuctionEvent, BidRejected, BuyNow, PlaceBid, ServerFrame};
use gobid_api::problem::{ErrorCode, Facts};
use gobid_auction::Timestamp;
use serde_json::value::RawValue;

use super::Line;
use crate::frame::TextFrame;
use crate::http::bids;
use crate::http::caller;
use crate::http::extract;
use crate::http::problem::ApiError;
use crate::hub::{self, Answer, AnswerPlace, AnsweredBy, Caller, Ticket};

/// Places a bid; whatever becomes of it, its place gets an answer.
pub(super) fn place_bid(line: &Line, bid: PlaceBid, place: AnswerPlace) {
    let PlaceBid { request_id, amount, max_amount, expected_price, not_after } = bid;
    let bid = NewBid { amount, max_amount, expected_price, not_after };
    send(line, request_id, place, || bids::bid(request_id, &bid));
}

/// Buys the product; whatever becomes of it, its place gets an answer.
pub(super) fn buy_now(line: &Line, purchase: BuyNow, place: AnswerPlace) {
    let BuyNow { request_id, not_after } = purchase;
    let purchase = NewPurchase { not_after };
    send(line, request_id, place, || bids::purchase(request_id, &purchase));
}

/// Sends a command to the hub, or says at once why it does not go there.
fn send(
    line: &Line,
    request_id: RequestId,
    place: AnswerPlace,
    parse: impl FnOnce() -> Result<hub::PlaceBid, ApiError>,
) {
    let product_id = line.product_id;
    match checked(line, parse) {
        Ok(Checked { ticket: Ok(ticket), caller, bid }) => {
            line.app.hub.place_then(ticket, caller, bid, move |said, by| {
                bids::log_refusal(&said, caller, product_id);
                match by {
                    AnsweredBy::Teller => place.write(frame(request_id, said).bytes()),
                    AnsweredBy::Socket => place.answer(request_id, said),
                }
            });
        }
        Ok(Checked { ticket: Err(said), .. }) => place.answer(request_id, *said),
        Err(why) => {
            let (code, detail, facts) = why.words();
            let received_at = line.app.clock.now();
            let rejected = rejected(request_id, received_at, code, detail, facts);
            place.reply(TextFrame::json(&rejected).bytes());
        }
    }
}

/// A command that may go to the hub, with its stamp, or with why there is none.
struct Checked {
    ticket: Result<Ticket, Box<Answer>>,
    caller: Caller,
    bid: hub::PlaceBid,
}

/// The stamp comes first, of one who is logged in: before anything is looked at.
fn checked(
    line: &Line,
    parse: impl FnOnce() -> Result<hub::PlaceBid, ApiError>,
) -> Result<Checked, ApiError> {
    let caller = line.caller.ok_or(ApiError::Unauthenticated)?;
    let caller = caller::must(caller, Scope::Bid)?;
    let ticket = line.app.hub.stamp(line.product_id);
    let bid = parse()?;
    line.app.limits.user.check(&caller.user_id)?;
    line.app.limits.bids.check(&(caller.user_id, line.product_id))?;
    Ok(Checked { ticket, caller, bid })
}

/// What is wrong with a command whose id could be read, field by field; `why` is what the parser
/// said of it first.
pub(super) fn faults(text: &str, why: String) -> ApiError {
    let fields = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text);
    let mut fields = fields.unwrap_or_default();
    let buys = fields.get("type").is_some_and(|kind| kind.get() == r#""buy_now""#);
    fields.retain(|name, _| !["type", "request_id"].contains(&name.as_str()));
    let alone = serde_json::to_vec(&fields).unwrap_or_default();
    let field = field_of(&why).to_owned();
    let parsed = if buys {
        extract::parse::<NewPurchase>(&alone).map(drop)
    } else {
        extract::parse::<NewBid>(&alone).map(drop)
    };
    match parsed {
        Err(faults @ ApiError::Invalid(_)) => faults,
        _ => ApiError::invalid(&field, why),
    }
}

/// The field that the parser's words name, if they do.
fn field_of(why: &str) -> &str {
    let named = why.split('`').nth(1);
    named.filter(|name| !name.contains(' ')).unwrap_or("frame")
}

/// The frame that a command is refused with before it reaches the hub.
pub(super) fn rejected(
    request_id: RequestId,
    received_at: Timestamp,
    code: ErrorCode,
    detail: String,
    facts: Facts,
) -> ServerFrame {
    let facts = Facts {
        judged: facts.judged.or(Some(false)),
        received_at: facts.received_at.or(Some(received_at)),
        ..facts
    };
    ServerFrame::BidRejected(Box::new(BidRejected { request_id, code, detail, facts }))
}

/// The frame for the hub's answer.
pub(super) fn frame(request_id: RequestId, answer: Answer) -> TextFrame {
    TextFrame::json(&match answer {
        Answer::Accepted { result, .. } => {
            ServerFrame::<AuctionEvent>::BidAccepted { request_id, result }
        }
        Answer::Unavailable { outcome, retry_after, .. } => {
            ServerFrame::BidUnavailable { request_id, outcome, retry_after_ms: millis(retry_after) }
        }
        refused => {
            let (code, detail, facts) = ApiError::from(refused).words();
            ServerFrame::BidRejected(Box::new(BidRejected { request_id, code, detail, facts }))
        }
    })
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
