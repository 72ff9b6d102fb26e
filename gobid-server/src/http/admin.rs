//! What admins do, and read.

mod audit;
mod log;
mod orders;

pub(crate) use audit::{audit, note_done};
pub(crate) use log::log;
pub(crate) use orders::{annul, cancel, extend, void_bid, void_bidder};
