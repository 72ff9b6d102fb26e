//! All SQL of GoBid, on SQLite and PostgreSQL, and the migrations.
//!
//! [`Database`] is one of two pools. A function's SQL stands beside it, one text for both; only
//! where a database needs its own words (locking, the batch write) do two texts stand side by
//! side. Ids are UUIDs, money is in minor units, times are microseconds since 1970.

mod database;
mod error;
mod product;

pub use database::{Database, Opening};
pub use error::StoreError;
pub use product::{Bidder, Product};
