//! What the tests stand on: the real programs, the real databases, and people who use them.
//!
//! Nothing of the server is linked here. What the tests know of the wire they know from its
//! documentation, so that they read it independently of the clients.

#![allow(
    dead_code,
    reason = "a verb stands here as soon as one kind of test needs it, and stays when that test goes"
)]

pub(crate) mod actors;
pub(crate) mod clock;
pub(crate) mod crowd;
pub(crate) mod database;
pub(crate) mod hold;
pub(crate) mod http;
pub(crate) mod planted;
pub(crate) mod ports;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod programs;
pub(crate) mod proxy;
pub(crate) mod pty;
pub(crate) mod puppet;
pub(crate) mod relay;
pub(crate) mod server;
pub(crate) mod socket;
pub(crate) mod wait;
