//! The edge: requests are parsed, the hub or the store is called, the answer is mapped.

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod admin;
pub(crate) mod bearer;
pub(crate) mod bids;
pub(crate) mod caller;
pub(crate) mod csrf;
pub(crate) mod extract;
pub(crate) mod finish;
pub(crate) mod health;
pub(crate) mod limits;
pub(crate) mod live;
pub(crate) mod orders;
pub(crate) mod pages;
pub(crate) mod problem;
pub(crate) mod products;
pub(crate) mod session;
pub(crate) mod stall;
pub(crate) mod stamped;
pub(crate) mod users;
pub(crate) mod validate;
pub(crate) mod whence;
pub(crate) mod writes;
