//! What admins do, and read.

mod audit;
mod log;
mod orders;
mod users;

pub(crate) use audit::{audit, note_done};
pub(crate) use log::log;
pub(crate) use orders::{annul, cancel, extend, void_bid, void_bidder};
pub(crate) use users::{
    bids, create as create_user, create_token, list as users, make_admin, reinstate, remove_admin,
    reset_password, sessions, suspend,
};
