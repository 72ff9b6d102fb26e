//! The live feed: frames of the WebSocket, and the events they carry.

mod command;
mod event;

pub use command::{BuyNow, ClientFrame, FrameError, PlaceBid};
pub use event::{AuctionEvent, EventKind, SealedBidRow};

use serde::{Deserialize, Serialize};

use crate::bids::{BidResult, BidRow};
use crate::problem::{ErrorCode, Facts, Outcome};
use crate::products::{ProductView, YourStatus};
use crate::{Decimal, RequestId, Timestamp};

/// Close codes of the socket.
pub mod close {
    /// The auction is over and nothing is unanswered.
    pub const OVER: u16 = 1000;
    /// The server stops: reconnect.
    pub const GOING_AWAY: u16 = 1001;
    /// Too many violations.
    pub const VIOLATIONS: u16 = 1008;
    /// A frame over [`MAX_FRAME_BYTES`](super::MAX_FRAME_BYTES).
    pub const TOO_BIG: u16 = 1009;
    /// The session ended, or there was none.
    pub const SESSION_ENDED: u16 = 4401;
    /// Forbidden.
    pub const FORBIDDEN: u16 = 4403;
    /// No such product.
    pub const NOT_FOUND: u16 = 4404;
    /// The reader is too slow.
    pub const TOO_SLOW: u16 = 4408;
}

/// The largest frame a client may send, in bytes.
pub const MAX_FRAME_BYTES: usize = 4096;

/// A frame from the server.
///
/// `E` is an event: the server sends those of the log as they are stored there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame<E = AuctionEvent> {
    /// The whole state.
    Snapshot(Box<Snapshot>),
    /// What happened since.
    Update(Update<E>),
    /// How the bidder stands.
    You(You),
    /// A bid was accepted.
    BidAccepted {
        /// The bid's request id.
        request_id: RequestId,
        /// What became of it.
        #[serde(flatten)]
        result: BidResult,
    },
    /// A bid was refused.
    BidRejected(Box<BidRejected>),
    /// A bid could not be judged, or what became of it is not known.
    BidUnavailable {
        /// The bid's request id.
        request_id: RequestId,
        /// Whether it is certain that it was not recorded.
        outcome: Outcome,
        /// How long to wait before repeating it, in milliseconds.
        retry_after_ms: u64,
    },
    /// Nothing else was sent for a while.
    Heartbeat {
        /// The number of the last event.
        seq: i64,
        /// The server's time.
        server_time: Timestamp,
        /// How many sockets watch this product on this server.
        watchers: usize,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's number.
        n: u64,
        /// The server's time.
        server_time: Timestamp,
    },
    /// A frame could not be understood.
    Error {
        /// What was wrong.
        code: FrameErrorCode,
        /// The same in a sentence.
        detail: String,
    },
    /// A frame of a type this client does not know.
    #[serde(other)]
    Unknown,
}

/// The whole state of an auction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The epoch of the database: a resume names it.
    pub epoch: String,
    /// The number of the last event.
    pub seq: i64,
    /// Whether something asked for, or sent before, is missing.
    pub reset: bool,
    /// The server's time.
    pub server_time: Timestamp,
    /// The product.
    pub product: ProductView,
    /// The newest 50 bids, newest first.
    pub bids: Vec<BidRow>,
    /// How many sockets watch this product on this server.
    pub watchers: usize,
}

/// What happened since the last frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update<E = AuctionEvent> {
    /// The number of the last event in it.
    pub seq: i64,
    /// The server's time.
    pub server_time: Timestamp,
    /// The events, oldest first.
    pub events: Vec<E>,
    /// How many older events were left out before the first one.
    pub skipped: i64,
    /// What holds after the last event.
    pub product: ProductChange,
}

/// The part of a product that events change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductChange {
    /// What the leader would pay now.
    pub current_price: Option<Decimal>,
    /// The lowest next bid.
    pub minimum_next_bid: Option<Decimal>,
    /// Accepted bids; null before the close of a sealed auction.
    pub bid_count: Option<i64>,
    /// How many users have bid; null before the close of a sealed auction.
    pub bidder_count: Option<i64>,
    /// Who leads, by the name the public sees.
    pub leader: Option<String>,
    /// The effective end.
    pub auction_end: Timestamp,
    /// `scheduled`, `open`, `sold`, `unsold` or `cancelled`.
    pub status: String,
    /// Whether the reserve is met; null without one, and before the close of a sealed auction.
    pub reserve_met: Option<bool>,
    /// Whether the buy-now price can be paid now.
    pub buy_now_available: bool,
}

/// How the bidder stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct You {
    /// The number of the last event it accounts for.
    pub seq: i64,
    /// How the bidder stands; null in a sealed auction that is open.
    pub status: Option<YourStatus>,
    /// The most the bidder has offered, when that was firm or sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// The most the bidder has offered, when that was a maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<Decimal>,
    /// The name the public sees, once the user has bid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
}

/// Why a bid was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidRejected {
    /// The bid's request id.
    pub request_id: RequestId,
    /// The refusal.
    pub code: ErrorCode,
    /// The same in a sentence.
    pub detail: String,
    /// What else there is to know.
    #[serde(flatten)]
    pub facts: Facts,
}

/// What was wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameErrorCode {
    /// Not the JSON it must be.
    MalformedJson,
    /// A `type` nobody knows.
    UnknownType,
    /// Too many frames.
    RateLimited,
}
