//! Leaks, planted on purpose: for each a comparison that finds it, and by which channels it does.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use gobid_auction::planted::Bug;

use super::Run;
use super::cases::Case::{
    self, Alias, Height, Kind, Raise, ReserveUnmet, SealedAmount, SealedBids,
};
use super::transcript::Channel::{
    self, AdminLog, Answers, Bids, Cursors, Events, Frames, Lists, Refusals, ServerLog, Tags,
};
use crate::support::database::Backend::{self, Postgres, Sqlite};

/// Makes a test for each leak: its bug, the secret, which variants of it are compared, and by which
/// channels they can be told.
macro_rules! leaks {
    ($($bug:ident: $case:ident $variants:tt on $backend:ident => $channels:tt,)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $bug() {
                assert_leaks(stringify!($bug), $case, $variants, $backend, &$channels).await;
            }
        )+

        const TESTED: &[&str] = &[$(stringify!($bug)),+];
    };
}

leaks! {
    leak_in_answer: Height [0, 1] on Sqlite => [Answers],
    leak_in_order: Raise [0, 1] on Sqlite => [Lists],
    leak_in_price_order: Height [0, 1] on Sqlite => [Lists, Cursors, ServerLog],
    leak_in_tag: Raise [0, 1] on Sqlite => [Tags, ServerLog],
    leak_in_cursor: Raise [0, 1] on Sqlite => [Events, Cursors],
    leak_in_refusal: Height [0, 1] on Sqlite => [Refusals, Frames],
    leak_in_event: Height [0, 1] on Sqlite => [Events, Frames, AdminLog],
    leak_in_row: Kind [0, 1] on Sqlite => [Bids, Events, Frames],
    leak_in_frame: Raise [0, 1] on Sqlite => [Frames],
    leak_in_catching_up: Raise [0, 1] on Postgres => [Frames],
    leak_in_seq: Raise [0, 1] on Sqlite
        => [Answers, Tags, Lists, Bids, Events, Cursors, Refusals, Frames, ServerLog],
    leak_in_bid_count: Raise [0, 1] on Sqlite => [Answers, Tags, Lists, Events, Frames, ServerLog],
    leak_in_sealed_count: SealedBids [0, 1] on Sqlite => [Answers, Tags, Lists, Frames, ServerLog],
    leak_in_sealed_price: SealedAmount [0, 2] on Sqlite => [Answers, Lists, Frames, AdminLog],
    leak_in_revision: SealedBids [1, 3] on Sqlite
        => [Answers, Tags, Lists, Events, Refusals, Frames, ServerLog],
    leak_in_alias: Alias [0, 1] on Sqlite => [Answers, Frames],
    leak_in_own_part: ReserveUnmet [0, 1] on Sqlite => [Answers],
    leak_in_admin_log: Height [0, 1] on Sqlite => [AdminLog],
    leak_in_server_log: Height [0, 1] on Sqlite => [ServerLog],
}

#[test]
fn every_leak_is_tested() {
    let all: BTreeSet<_> =
        Bug::ALL.iter().map(|bug| bug.as_str()).filter(|bug| bug.starts_with("leak_")).collect();
    assert_eq!(TESTED.iter().copied().collect::<BTreeSet<_>>(), all);
}

/// Holds two auctions at servers with the bug: the secret must show, by these channels and no other.
async fn assert_leaks(
    bug: &'static str,
    case: Case,
    variants: [usize; 2],
    backend: Backend,
    channels: &[Channel],
) {
    let run = |variant| Run { case, variant, bug: Some(bug), to_the_end: false }.seen(backend);
    let runs = join_all(variants.map(run)).await;
    let differences = runs[0].differences(&runs[1]);
    let told: String = differences.iter().map(ToString::to_string).collect();
    let found_by: BTreeSet<_> = differences.iter().map(|found| found.channel).collect();
    assert_eq!(found_by, channels.iter().copied().collect(), "{bug} shows so:\n{told}");
}
