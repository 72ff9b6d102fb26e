//! The rules of an auction, as a value.
//!
//! [`Auction::judge`] takes a command and the two times that matter and answers with the [`Event`]s
//! it leads to, or with the [`Rejection`] that explains why there are none. [`Auction::apply`]
//! changes the state by an event without judging again, so that a log replays to the same state.
//!
//! There is no I/O here, no clock, no randomness and nothing asynchronous: whoever needs the time
//! is given it, and the ids of entries come in with the command, so that a repeated attempt has
//! the same ones.

mod auction;
mod command;
mod english;
mod event;
mod increment;
mod money;
mod outcome;
mod rejection;
mod timestamp;

pub use auction::{Auction, Format, State, Status, Terms};
pub use command::{Action, Bid, Command, EntryIds, Offer};
pub use event::{After, Change, Event, PlacedBid};
pub use increment::{Increment, Rung};
pub use money::{Amount, Currency, Decimal, MoneyError};
pub use outcome::{Outcome, Standing, Unsold};
pub use rejection::{Rejection, TooLow};
pub use timestamp::{Timestamp, TimestampError};

/// The id of a product, and of its auction: a `UUIDv7`.
pub type ProductId = uuid::Uuid;
/// The id of a user: a `UUIDv7`.
pub type UserId = uuid::Uuid;
/// The id of an entry of a log, a bid's included: a `UUIDv7`.
pub type EntryId = uuid::Uuid;
/// What a bidder names a bid by, so that repeating it is safe: any UUID.
pub type RequestId = uuid::Uuid;
