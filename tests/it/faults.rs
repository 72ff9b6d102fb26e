//! What holds when things break: the real programs on the real databases, killed, cut off, stalled
//! and stopped while people bid.
//!
//! Whatever broke, the verdict is the same: `verdict.rs`.

mod bid;
pub(crate) mod commits;
pub(crate) mod dead_link;
mod gone_clients;
pub(crate) mod held_row;
mod link;
mod load;
mod locked_file;
mod overload;
pub(crate) mod postgres_killed;
mod sender;
mod server_killed;
mod stage;
mod two_servers;
mod verdict;
