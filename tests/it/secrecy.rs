//! Secrecy, shown by comparison: an auction is held twice, and the two runs differ in nothing but one
//! secret. Everybody else sees the same in both: the same answers, lists, pages, cursors, tags and
//! refusals, the same frames in the same order, the same lines in the server's log. What
//! `RULES.md` itself makes public is the same by the choice of the bids.
//!
//! On PostgreSQL there are two servers, and everybody watches at both.

mod cases;
mod cursor;
mod hidden;
mod leaks;
mod plain;
mod reading;
mod server_log;
mod stage;
mod tags;
mod transcript;
mod watcher;

use futures_util::future::join_all;

use crate::support::database::{Backend, Database, on_both};
use cases::Case;
use server_log::has_number;
use stage::Stage;
use transcript::{Difference, Transcript};

on_both!(
    the_height_of_a_maximum,
    the_height_of_a_maximum_when_it_is_called_off,
    that_it_was_raised,
    that_a_bid_was_a_maximum,
    a_reserve_until_it_is_met,
    a_reserve_that_is_never_met,
    the_reserve_of_a_sealed_auction,
    a_sealed_amount,
    that_there_are_sealed_amounts,
    the_number_of_a_sealed_bidder,
);

async fn the_height_of_a_maximum(database: Database) {
    assert_nothing_shows(Case::Height, database.backend()).await;
}

async fn the_height_of_a_maximum_when_it_is_called_off(database: Database) {
    assert_nothing_shows(Case::HeightCalledOff, database.backend()).await;
}

async fn the_reserve_of_a_sealed_auction(database: Database) {
    assert_nothing_shows(Case::SealedReserve, database.backend()).await;
}

async fn that_it_was_raised(database: Database) {
    assert_nothing_shows(Case::Raise, database.backend()).await;
}

async fn that_a_bid_was_a_maximum(database: Database) {
    assert_nothing_shows(Case::Kind, database.backend()).await;
}

async fn a_reserve_until_it_is_met(database: Database) {
    assert_nothing_shows(Case::ReserveMet, database.backend()).await;
}

async fn a_reserve_that_is_never_met(database: Database) {
    assert_nothing_shows(Case::ReserveUnmet, database.backend()).await;
}

async fn a_sealed_amount(database: Database) {
    assert_nothing_shows(Case::SealedAmount, database.backend()).await;
}

async fn that_there_are_sealed_amounts(database: Database) {
    assert_nothing_shows(Case::SealedBids, database.backend()).await;
}

async fn the_number_of_a_sealed_bidder(database: Database) {
    assert_nothing_shows(Case::Alias, database.backend()).await;
}

/// A run to compare.
struct Run {
    case: Case,
    variant: usize,
    /// The bug that is planted in its servers.
    bug: Option<&'static str>,
    /// Whether it goes on to the end of the auction.
    to_the_end: bool,
}

impl Run {
    /// What everybody else has seen of it.
    async fn seen(self, backend: Backend) -> Transcript {
        let Self { case, variant, bug, to_the_end } = self;
        let mut stage = Stage::set(case, variant, Database::new(backend).await, bug).await;
        case.play(variant, &mut stage).await;
        if to_the_end {
            case.end(&mut stage).await;
        }
        stage.end().await
    }
}

/// Holds an auction once for each variant of a secret.
async fn assert_nothing_shows(case: Case, backend: Backend) {
    let run = |variant| Run { case, variant, bug: None, to_the_end: true }.seen(backend);
    let runs = join_all((0..case.variants()).map(run)).await;
    let (first, others) = runs.split_first().unwrap();
    let (channels, lines) = first.extent();
    assert!(channels.len() >= 9 && lines > 500, "{lines} lines were seen, by {channels:?}");
    for other in others {
        assert_same(case, &first.differences(other));
    }
    for secret in case.secrets() {
        let minor_units = secret.replace('.', "");
        for run in &runs {
            assert_eq!(run.lines_with(secret), [""; 0], "{secret} is secret");
            let is_logged =
                [secret, minor_units.as_str()].iter().any(|it| has_number(&run.logs, it));
            assert!(!is_logged, "{secret} is in a log");
        }
    }
}

fn assert_same(case: Case, differences: &[Difference]) {
    let all: String = differences.iter().map(ToString::to_string).collect();
    assert!(differences.is_empty(), "{case:?} can be told:\n{all}");
}
