//! A bid under one request id, and every answer that its copies got.

use std::time::Duration;

use gobid_auction::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::actors::{User, now};
use crate::support::http::Answer;

/// How long after a bid was first sent its copies are judged. The wire allows 5 s.
const NOT_AFTER: Duration = Duration::from_secs(2);
/// A refusal of a repeated bid is final when it was received so long after `not_after`.
const FINAL_AFTER: Duration = Duration::from_secs(5);

/// A bid. Its copies all say the same.
#[derive(Clone)]
pub(super) struct Bid {
    pub(super) bidder: User,
    pub(super) product_id: String,
    pub(super) request_id: Uuid,
    /// What is offered, in minor units.
    pub(super) offer: i64,
    pub(super) not_after: Timestamp,
    /// What became of each copy that was sent, in their order.
    pub(super) replies: Vec<Reply>,
}

/// What became of a copy.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reply {
    /// The `BidResult`, and nothing beside it.
    Accepted(Value),
    /// What the rules or the lane said; `judged` when it was looked up.
    Refused { code: String, judged: bool, received_at: Timestamp, facts: Value },
    /// It is certain that this copy was not recorded.
    NotRecorded,
    /// The server does not know.
    Unknown,
    /// No answer came.
    Lost,
}

impl Bid {
    /// A new one, that may be repeated for two seconds.
    pub(super) fn new(bidder: &User, product_id: &str, offer: i64) -> Self {
        Self::until(bidder, product_id, offer, now().plus(NOT_AFTER))
    }

    /// A new one, that may be repeated until then.
    pub(super) fn until(bidder: &User, product_id: &str, offer: i64, until: Timestamp) -> Self {
        Self {
            bidder: bidder.clone(),
            product_id: product_id.to_owned(),
            request_id: Uuid::new_v4(),
            offer,
            // As exactly as the wire has it.
            not_after: until.to_string().parse().unwrap(),
            replies: Vec::new(),
        }
    }

    /// The body of a request.
    pub(super) fn body(&self) -> Value {
        json!({"amount": money(self.offer), "not_after": self.not_after})
    }

    /// The frame of a socket.
    pub(super) fn frame(&self) -> Value {
        let mut frame = self.body();
        frame["type"] = "place_bid".into();
        frame["request_id"] = self.request_id.to_string().into();
        frame
    }

    /// The moment from which on a refusal of any copy is final.
    pub(super) fn final_from(&self) -> Timestamp {
        self.not_after.plus(FINAL_AFTER)
    }
}

impl Reply {
    /// From a frame that answers a bid.
    pub(super) fn of_frame(mut frame: Value) -> Self {
        let kind = frame["type"].take();
        match kind.as_str().unwrap() {
            "bid_accepted" => Self::Accepted(without(frame, &["type", "request_id"])),
            "bid_rejected" => Self::refused(frame),
            "bid_unavailable" => Self::unavailable(&frame),
            _ => panic!("no answer to a bid: {kind} {frame}"),
        }
    }

    /// From the answer to a request.
    pub(super) fn of_answer(answer: Answer) -> Self {
        match answer.status {
            200 | 201 => Self::Accepted(without(answer.body, &["idempotency_key"])),
            503 => Self::unavailable(&answer.body),
            _ => Self::refused(answer.body),
        }
    }

    /// Whether nothing that was sent can have been recorded by this copy.
    pub(super) fn says_no(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::NotRecorded)
    }

    /// The code of a refusal.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The result of an acceptance.
    #[track_caller]
    pub(super) fn accepted(&self) -> &Value {
        match self {
            Self::Accepted(result) => result,
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// Only these codes can come about here; another one is a fault of the server.
    fn refused(facts: Value) -> Self {
        let code = facts["code"].as_str().unwrap_or_else(|| panic!("no code: {facts}")).to_owned();
        let known = ["bid_too_low", "already_leading", "expired"];
        assert!(known.contains(&code.as_str()), "a bid was refused: {facts}");
        let received_at = facts["received_at"].as_str().unwrap().parse().unwrap();
        Self::Refused { code, judged: facts["judged"].as_bool().unwrap(), received_at, facts }
    }

    fn unavailable(facts: &Value) -> Self {
        match facts["outcome"].as_str() {
            Some("not_recorded") => Self::NotRecorded,
            Some("unknown") => Self::Unknown,
            _ => panic!("no outcome: {facts}"),
        }
    }
}

fn without(mut object: Value, fields: &[&str]) -> Value {
    let map = object.as_object_mut().unwrap();
    map.retain(|name, _value| !fields.contains(&name.as_str()));
    object
}

/// Minor units as the wire has them.
pub(super) fn money(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// Minor units of an amount of the wire, if there is one.
pub(super) fn minor(amount: &Value) -> Option<i64> {
    let (whole, hundredths) = amount.as_str()?.split_once('.').unwrap();
    assert_eq!(hundredths.len(), 2, "{amount}");
    Some(whole.parse::<i64>().unwrap() * 100 + hundredths.parse::<i64>().unwrap())
}
