//! The raw limits: what disk and sockets allow whoever does nothing but write.

pub(crate) mod batches;
pub(crate) mod commit;
pub(crate) mod lock;
mod postgres;
mod rows;
pub(crate) mod sockets;
mod sqlite;
