//! The rules of an auction, as a value.
//!
//! [`Auction::judge`] takes a command and the two times that matter and answers with the [`Event`]s
//! it leads to, or with the [`Rejection`] that explains why there are none. [`Auction::apply`]
//! changes the state by an event without judging again, so that a log replays to the same state.
//!
//! There is no I/O here, no clock, no randomness and nothing asynchronous: whoever needs the time
//! is given it, and the ids of entries come in with the command, so that a repeated attempt has
//! the same ones. What a command needs beyond the state (the bidder's own part, the log for a
//! void, the best of a sealed auction) comes in with it, too.

mod auction;
mod bid;
mod command;
mod dutch;
mod english;
mod entries;
mod event;
mod increment;
mod life;
mod money;
mod orders;
mod outcome;
#[doc(hidden)]
pub mod planted;
mod rejection;
mod replay;
mod sealed;
mod state;
mod terms;
mod timestamp;
mod void;

pub use auction::Auction;
pub use command::{
    Action, Actor, Bid, Command, EntryIds, Offer, Order, ReserveEdit, SpendingCap, VoidTarget,
};
pub use dutch::Dutch;
pub use event::{After, Change, Event, Offered, PlacedBid, Voided};
pub use increment::{Increment, LadderError, Rung};
pub use money::{Amount, Currency, Decimal, MoneyError};
pub use outcome::{Closing, Outcome, Standing, Unsold};
pub use rejection::{Rejection, TooLow};
pub use replay::{Lead, Past, PastChange, replay};
pub use sealed::SealedBid;
pub use state::{State, Status};
pub use terms::{Fault, Format, Terms};
pub use timestamp::{Timestamp, TimestampError};

/// The id of a product, and of its auction: a `UUIDv7`.
pub type ProductId = uuid::Uuid;
/// The id of a user: a `UUIDv7`.
pub type UserId = uuid::Uuid;
/// The id of an entry of a log, a bid's included: a `UUIDv7`.
pub type EntryId = uuid::Uuid;
/// What a bidder names a bid by, so that repeating it is safe: any UUID.
pub type RequestId = uuid::Uuid;

/// A word that is no status or format of an auction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a word the rules know")]
pub struct UnknownWord;
