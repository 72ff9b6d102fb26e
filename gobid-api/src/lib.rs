//! The wire of GoBid, once, for the server and its clients: types, paths and error codes.
//!
//! The contract is additive: a server may add fields, and messages and events of new types; it
//! never renames or removes one. So what clients read ignores what it does not know, and what the
//! server reads refuses it by name.
//!
//! With the feature `client` there is also a typed client (module `client`).

pub mod accounts;
pub mod admin;
pub mod bids;
#[cfg(feature = "client")]
pub mod client;
pub mod live;
pub mod page;
pub mod paths;
pub mod problem;
pub mod products;
pub mod text;
pub mod users;
pub mod values;

pub use gobid_auction::{Amount, Currency, Decimal, ProductId, RequestId, Timestamp, UserId};
