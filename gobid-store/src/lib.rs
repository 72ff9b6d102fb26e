//! All SQL of GoBid, on SQLite and PostgreSQL, and the migrations.
//!
//! [`Database`] is one of two pools. A function's SQL stands beside it, one text for both; only
//! where a database needs its own words (locking, the batch write) do two texts stand side by
//! side. Ids are UUIDs, money is in minor units, times are microseconds since 1970.

mod audit;
mod database;
mod due;
mod durability;
mod error;
mod hex;
mod history;
mod lane;
mod lease;
mod lists;
mod log;
mod migrate;
mod own;
#[cfg(test)]
mod plans;
mod prices;
mod private;
mod product;
mod products;
mod sessions;
mod settings;
#[cfg(feature = "simulated")]
pub mod simulated;
mod tokens;
mod url;
mod users;
mod words;

pub use audit::{AuditAction, AuditLine, NewAudit};
pub use database::{Database, Opening};
pub use due::Due;
pub use durability::Setting;
pub use error::StoreError;
pub use history::{LogLine, SealedAmount};
pub use lane::{
    AcceptedBid, Backend, Batch, BidderChange, Edit, Found, LaneConnection, LockMode, Locked,
    LockedAuction, Lookup, More, NamedSealedBid, ProductChange, Wants,
};
pub use lists::{Place, ProductFilter, ProductPage, ProductSort};
pub use log::{BidderRow, LogEnd, LogEntry, StoredEvent};
pub use migrate::{Migration, SchemaState};
pub use own::{OwnProduct, Watching};
pub use prices::Mended;
pub use private::{History, OfferKind, Private};
pub use product::{Bidder, Product};
pub use products::{Created, NewProductRow, Reference};
pub use sessions::own::SessionLine;
pub use sessions::{NewSession, SessionKey, SessionRow};
pub use settings::Installation;
pub use tokens::{ApiToken, NewApiToken, TokenLine, TokenMade};
pub use url::{DatabaseUrl, masked};
pub use users::{Credentials, NewPassword, NewUser, Ordered, Taken, User, UserPage};
pub use words::words_of;
