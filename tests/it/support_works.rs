//! That what the tests stand on holds: a proxy that loses nothing would make the tests of faults
//! pass for the wrong reason.

mod database;
mod http;
mod postgres;
mod process;
mod proxy;
mod pty;
mod server;
