//! What a user has: a password, sessions, API tokens, bids, products and a watchlist.

mod lists;
mod password;
mod sessions;
mod tokens;
mod watchlist;

pub(crate) use lists::{bids, products};
pub(crate) use password::change as change_password;
pub(crate) use sessions::{end as end_session, list as sessions};
pub(crate) use tokens::{create as create_token, list as tokens, revoke as revoke_token};
pub(crate) use watchlist::{list as watchlist, one as watched, unwatch, watch};

pub(super) use lists::{bids_of, only_closed};
pub(super) use sessions::page as sessions_of;
pub(super) use tokens::make as make_token;
