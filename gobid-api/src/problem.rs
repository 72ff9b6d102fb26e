//! Errors as the wire tells them: RFC 9457 problem documents.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Decimal, RequestId, Timestamp};

/// A problem document, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A URI for the kind of problem; it ends with the code.
    pub r#type: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time, and what to do about it.
    pub detail: String,
    /// The kind of problem for programs.
    pub code: ErrorCode,
    /// The request's name in the server's log.
    pub trace_id: String,
    /// What else there is to know.
    #[serde(flatten)]
    pub facts: Facts,
}

/// What a problem document, or the refusal of a bid on the socket, says beyond code and detail;
/// each where its code calls for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What is wrong with each field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<FieldErrors>,
    /// Whether the lane looked the request id up and judged the bid; false when it was turned away
    /// before, and the answer speaks of this send alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<bool>,
    /// When the server received the bid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// The lowest amount that would have been enough; null where no legal amount is left.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "told")]
    pub minimum_next_bid: Option<Option<Decimal>>,
    /// The next four steps above that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_bids: Option<Vec<Decimal>>,
    /// What the leader would pay now; null while nobody leads.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "told")]
    pub current_price: Option<Option<Decimal>>,
    /// The revision that the product has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// When bidding begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auction_start: Option<Timestamp>,
    /// The effective end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auction_end: Option<Timestamp>,
    /// Whether the bid was received before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_in_time: Option<bool>,
    /// Whether it is certain that the bid was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// How long to wait before the next try, in milliseconds; over REST the header `Retry-After`
    /// says it in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The key of the bid that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<RequestId>,
}

/// A fact that is told, and may be null.
#[expect(clippy::option_option, reason = "a fact may be null, and need not be told")]
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Decimal>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What is wrong with each field: sentences without the field's name as their subject.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// What became of a bid that could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was not recorded, and will not be.
    NotRecorded,
    /// Nobody knows yet: repeat it with the same request id.
    Unknown,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])+ $name:ident $text:literal $status:literal $title:literal;)+) => {
        /// The kinds of problems. Codes are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])+ #[serde(rename = $text)] $name,)+
            /// A code this client does not know.
            #[serde(other, rename = "unknown_code")]
            UnknownCode,
        }

        impl ErrorCode {
            /// The code as the wire writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ Self::UnknownCode => "unknown_code" }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ Self::UnknownCode => 500 }
            }

            /// The same in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ Self::UnknownCode => "Unknown problem" }
            }
        }
    };
}

error_codes! {
    /// Values of the request are not what they must be; `errors` says which.
    ValidationFailed "validation_failed" 422 "Some values are not valid";
    /// The request is not what it must be: its body is not JSON, or not one object; it does not
    /// ask for the WebSocket, or for another subprotocol.
    MalformedJson "malformed_json" 400 "Malformed request";
    /// An id in the path is not one.
    MalformedId "malformed_id" 400 "Not an id";
    /// Nobody is logged in.
    Unauthenticated "unauthenticated" 401 "Not logged in";
    /// E-mail or password is wrong.
    InvalidCredentials "invalid_credentials" 401 "E-mail or password is wrong";
    /// The CSRF token is missing or does not belong to the caller.
    CsrfTokenInvalid "csrf_token_invalid" 403 "CSRF token missing or invalid";
    /// The caller may not do this.
    Forbidden "forbidden" 403 "Not allowed";
    /// The caller's account is suspended.
    Suspended "suspended" 403 "Account suspended";
    /// There is no such thing.
    NotFound "not_found" 404 "Not found";
    /// Something of that name is there already.
    AlreadyExists "already_exists" 409 "Exists already";
    /// Nobody may sign up here by himself.
    RegistrationClosed "registration_closed" 403 "Registration closed";
    /// Less than the minimum next bid.
    BidTooLow "bid_too_low" 409 "Bid too low";
    /// The bidder leads already.
    AlreadyLeading "already_leading" 409 "Already leading";
    /// The bidder is the seller.
    OwnProduct "own_product" 403 "Own product";
    /// The auction has not begun.
    AuctionNotOpen "auction_not_open" 409 "Auction not open yet";
    /// The auction has ended.
    AuctionClosed "auction_closed" 409 "Auction closed";
    /// The price is not the expected one.
    PriceMoved "price_moved" 409 "Price moved";
    /// The request id named another bid before.
    RequestIdReused "request_id_reused" 422 "Request id used for another bid";
    /// The bid's `not_after` had passed: it was looked up and not judged.
    Expired "expired" 409 "Expired";
    /// The auction's format has no such bid: a maximum, a purchase or an expected price.
    WrongFormat "wrong_format" 409 "Not in an auction of this format";
    /// More than the token may offer.
    SpendingCap "spending_cap" 403 "Above the token's spending cap";
    /// The reserve may not be changed, or not so.
    PriceFixed "price_fixed" 409 "Price fixed";
    /// The product was edited since: its `revision` is another one.
    PreconditionFailed "precondition_failed" 412 "Edited since";
    /// The product has no buy-now price, or it cannot be paid any more.
    BuyNowUnavailable "buy_now_unavailable" 409 "Buy-now not available";
    /// Too many requests.
    RateLimited "rate_limited" 429 "Too many requests";
    /// The method is not one of this path's.
    MethodNotAllowed "method_not_allowed" 405 "Method not allowed";
    /// The body is not JSON.
    UnsupportedMediaType "unsupported_media_type" 415 "Unsupported media type";
    /// The body is too large.
    PayloadTooLarge "payload_too_large" 413 "Payload too large";
    /// The body did not arrive whole within 10 s: send the request again.
    RequestTimeout "request_timeout" 408 "Request too slow";
    /// The server cannot do this now; `outcome` says what became of a bid.
    Unavailable "unavailable" 503 "Not available now";
    /// A fault of the server.
    Internal "internal" 500 "Fault of the server";
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

impl Problem {
    /// The media type of a problem document.
    pub const MEDIA_TYPE: &'static str = "application/problem+json";

    /// A problem of a kind.
    pub fn new(code: ErrorCode, detail: impl Into<String>, trace_id: String, facts: Facts) -> Self {
        Self {
            r#type: format!("urn:gobid:problem:{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            trace_id,
            facts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_flat_and_says_nothing_empty() {
        let facts = Facts { judged: Some(true), ..Facts::default() };
        let problem = Problem::new(ErrorCode::BidTooLow, "too low", "t".to_owned(), facts);
        insta::assert_json_snapshot!(problem);
    }

    #[test]
    fn an_unknown_code_is_read_as_that() {
        let code: ErrorCode = serde_json::from_str(r#""brand_new""#).unwrap();
        assert_eq!(code, ErrorCode::UnknownCode);
    }
}
