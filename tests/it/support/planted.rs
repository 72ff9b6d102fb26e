//! A bug that is planted in all that a test starts. Every test has a process of its own.

use std::sync::OnceLock;

use gobid_auction::planted::Bug;

use super::database::Database;

/// Where a bug is.
#[derive(Clone, Copy)]
pub(crate) enum Planted {
    /// In every server.
    InServers(Bug),
    /// In the schema: what is done to it once it is there.
    InSchema(&'static str),
}

static PLANTED: OnceLock<Planted> = OnceLock::new();

/// Plants a bug, for good.
pub(crate) fn plant(bug: Planted) {
    assert!(PLANTED.set(bug).is_ok(), "one bug at a time");
}

/// The bug that is in every server.
pub(super) fn in_servers() -> Option<Bug> {
    match PLANTED.get() {
        Some(Planted::InServers(bug)) => Some(*bug),
        _ => None,
    }
}

/// Spoils the schema, if the bug is there.
pub(crate) async fn spoil(database: &Database) {
    if let Some(Planted::InSchema(text)) = PLANTED.get() {
        database.execute(text).await;
    }
}
