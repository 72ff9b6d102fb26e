//! The running server and a model of the rules, which was written from their text alone, agree on
//! every answer and on everything there is to see, whatever is commanded.

mod cast;
mod command;
mod dice;
mod ledger;
mod listing;
mod look;
mod play;
#[path = "../../gobid-auction/tests/it/reference/model.rs"]
mod reference;
mod send;
mod tally;
mod twin;
mod two_servers;
mod words;

use futures_util::future::join_all;

use crate::support::database::{Backend, Database, on_both};
use crate::support::server::Setup;
use cast::Cast;
use dice::Dice;
use tally::Tally;

on_both!(whatever_is_commanded);

/// How many auctions there are at a time, each with one command at a time.
const AUCTIONS: u64 = 16;
/// How many commands are compared, at least.
const COMMANDS: u64 = 3_600;
/// The seed, unless `GOBID_SEED` names another.
const SEED: u64 = 1955;

async fn whatever_is_commanded(database: Database) {
    let seed = seed();
    // On PostgreSQL the commands go to two servers in turn.
    let count = if database.backend() == Backend::Postgres { 2 } else { 1 };
    let servers = join_all((0..count).map(|_| setup(&database).start())).await;
    let cast = Cast::sign_up(&servers[0], &database).await;
    let casts: Vec<Cast> = servers.iter().map(|server| cast.at(server)).collect();
    let plays = (0..AUCTIONS).zip(0..).map(|(task, place)| {
        play::auctions(&database, &casts, Dice::of_one(seed, task), place, COMMANDS / AUCTIONS)
    });
    let mut tally = Tally::default();
    join_all(plays).await.into_iter().for_each(|other| tally.add(other));
    eprintln!("{tally:?}");
    assert!(tally.commands() >= COMMANDS, "{tally:#?}");
    tally.assert_complete();
}

/// At the usual level a server would log every bid that comes after the end.
fn setup(database: &Database) -> Setup {
    Setup::on(database.url()).args(&["--log", "warn"])
}

/// The seed that was named, or else the usual one; it is printed.
fn seed() -> u64 {
    let seed = std::env::var("GOBID_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    eprintln!("GOBID_SEED={seed}");
    seed
}
