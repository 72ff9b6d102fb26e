//! Frames from clients.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::RequestId;
use crate::text::AmountText;

/// A frame from a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Place a bid.
    PlaceBid(PlaceBid),
    /// Buy at the buy-now price.
    BuyNow(BuyNow),
    /// Is the line alive, and what time is it?
    Ping {
        /// Comes back in the pong.
        n: u64,
    },
}

/// A purchase at the buy-now price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BuyNow {
    /// What the purchase is named by.
    pub request_id: RequestId,
    /// A moment of the server's time, RFC 3339, after which it is not judged any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
}

/// A bid: an amount or a maximum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceBid {
    /// What the bid is named by.
    pub request_id: RequestId,
    /// A firm bid: exactly this amount. In a Dutch auction the highest price that is agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
    /// A maximum: the house bids for the bidder, as little as needed, up to this secret amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<AmountText>,
    /// The current price the bidder wants to bid at, and at no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_price: Option<AmountText>,
    /// A moment of the server's time, RFC 3339, after which the bid is not judged any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
}

/// Why a frame could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Not the JSON it must be, and nobody to answer.
    #[error("the frame is not what it must be: {0}")]
    Malformed(String),
    /// A type nobody knows.
    #[error("no frame has the type {0:?}; there are place_bid, buy_now and ping")]
    UnknownType(String),
    /// A command whose request id could be read, and the rest could not.
    #[error("{why}")]
    Command {
        /// Its request id.
        request_id: RequestId,
        /// What is wrong.
        why: String,
    },
}

impl ClientFrame {
    /// Reads a frame: its type first, then what a frame of that type holds.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        if !text.trim_start().starts_with('{') {
            return Err(FrameError::Malformed("a frame is one JSON object".to_owned()));
        }
        let head: Head = read(text, None)?;
        let request_id = head.request_id.as_ref().and_then(|id| id.as_str()?.parse().ok());
        match head.r#type.as_str() {
            "ping" => read::<PingIn>(text, None).map(|ping| Self::Ping { n: ping.n }),
            "place_bid" => {
                read::<PlaceBidIn>(text, request_id).map(|bid| Self::PlaceBid(bid.into()))
            }
            "buy_now" => {
                read::<BuyNowIn>(text, request_id).map(|purchase| Self::BuyNow(purchase.into()))
            }
            unknown => Err(FrameError::UnknownType(unknown.chars().take(40).collect())),
        }
    }
}

/// What every frame has, whatever else is in it.
#[derive(Deserialize)]
struct Head {
    r#type: String,
    request_id: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PingIn {
    #[serde(rename = "type")]
    _type: IgnoredAny,
    n: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuyNowIn {
    #[serde(rename = "type")]
    _type: IgnoredAny,
    request_id: RequestId,
    not_after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceBidIn {
    #[serde(rename = "type")]
    _type: IgnoredAny,
    request_id: RequestId,
    amount: Option<AmountText>,
    max_amount: Option<AmountText>,
    expected_price: Option<AmountText>,
    not_after: Option<String>,
}

impl From<PlaceBidIn> for PlaceBid {
    fn from(bid: PlaceBidIn) -> Self {
        let PlaceBidIn { _type, request_id, amount, max_amount, expected_price, not_after } = bid;
        Self { request_id, amount, max_amount, expected_price, not_after }
    }
}

impl From<BuyNowIn> for BuyNow {
    fn from(purchase: BuyNowIn) -> Self {
        let BuyNowIn { _type, request_id, not_after } = purchase;
        Self { request_id, not_after }
    }
}

fn read<T: DeserializeOwned>(text: &str, request_id: Option<RequestId>) -> Result<T, FrameError> {
    serde_json::from_str(text).map_err(|error| {
        let why = error.to_string();
        match request_id {
            Some(request_id) => FrameError::Command { request_id, why },
            None => FrameError::Malformed(why),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190b0a0-0000-7000-8000-000000000001";

    #[test]
    fn frames_that_are_understood() {
        let bid = format!(
            r#"{{"type":"place_bid","request_id":"{ID}","amount":1300.10,"not_after":null}}"#
        );
        let ClientFrame::PlaceBid(bid) = ClientFrame::parse(&bid).unwrap() else {
            panic!("not a bid");
        };
        assert_eq!(bid.amount.unwrap().0, "1300.10");
        assert_eq!(bid.not_after, None);
        let ping = ClientFrame::parse(r#" {"type":"ping","n":7}"#);
        assert_eq!(ping, Ok(ClientFrame::Ping { n: 7 }));
    }

    #[test]
    fn a_command_whose_id_could_be_read_is_answered_with_it() {
        for rest in [r#","most":"5""#, r#","amount":true"#, r#","amount":"1","amount":"2""#] {
            let frame = format!(r#"{{"type":"place_bid","request_id":"{ID}"{rest}}}"#);
            let Err(FrameError::Command { request_id, .. }) = ClientFrame::parse(&frame) else {
                panic!("{frame}");
            };
            assert_eq!(request_id.to_string(), ID);
        }
    }

    #[test]
    fn everything_else_is_malformed_or_unknown() {
        for frame in ["", "7", r#"["place_bid"]"#, "{", r#"{"type":7}"#, r#"{"n":7}"#] {
            assert!(matches!(ClientFrame::parse(frame), Err(FrameError::Malformed(_))), "{frame}");
        }
        let unknown = ClientFrame::parse(r#"{"type":"dance"}"#);
        assert_eq!(unknown, Err(FrameError::UnknownType("dance".to_owned())));
        let no_id = ClientFrame::parse(r#"{"type":"place_bid","request_id":"x","amount":"1"}"#);
        assert!(matches!(no_id, Err(FrameError::Malformed(_))));
    }
}
