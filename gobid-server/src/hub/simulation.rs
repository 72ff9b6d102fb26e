//! A simulation of several servers: their lanes, closers, tickets, clocks and rooms as they are,
//! on a database in memory, with people, clients and everything that goes wrong. One number decides
//! all that happens, so that whatever is found is found again.
//!
//! What the server does beside its decisions (`lane/driver.rs`, `closer.rs`, `room/task.rs`) is done
//! here in its stead. What is promised is checked at every step (`checks.rs`), against the model
//! that was made of the text of the rules alone.
//!
//! `GOBID_SEED=7` runs one seed and prints what happened; `GOBID_SEEDS=100000` says how many seeds
//! the tests run in all.

mod checks;
mod client;
mod closer;
mod edge;
mod event;
mod fault;
mod feed;
mod lane;
mod link;
mod people;
mod plan;
mod planted;
mod random;
mod reached;
mod read;
mod room;
mod sale;
mod seeds;
mod server;
mod socket;
mod step;
mod trace;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use gobid_auction::Timestamp;
use gobid_auction::planted::Bug;
use gobid_store::simulated::Options;

use reached::Reached;
use world::World;

/// When the world begins.
const START: Timestamp = Timestamp::from_micros(1_900_000_000_000_000);
/// A moment later.
const SOON: Duration = Duration::from_millis(1);

/// How a run ended.
#[derive(Debug)]
struct Verdict {
    /// What was promised and not kept.
    broken: Option<String>,
    reached: Reached,
    /// What happened, when somebody wants to read it.
    trace: Vec<String>,
}

/// What is wrong with the database on purpose.
fn planted_options() -> Options {
    Options {
        lock_and_read_in_one: gobid_auction::planted::is(Bug::LookUpWithLock),
        clock_beside_the_lock: gobid_auction::planted::is(Bug::ClockBeforeLock),
        ..Options::default()
    }
}

/// Runs a seed.
fn simulate(seed: u64, is_traced: bool) -> Verdict {
    let mut world = World::new(seed, is_traced);
    let running = catch_unwind(AssertUnwindSafe(|| world.run()));
    if running.is_err() {
        world.broken("it panicked".to_owned());
    }
    world.verdict()
}
