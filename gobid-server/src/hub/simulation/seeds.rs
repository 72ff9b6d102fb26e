//! Seed after seed: in parts, so that several processors have something to do.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::plan::Plan;
use super::random::Random;
use super::reached::Reached;
use super::{Verdict, simulate};

/// How many seeds all parts run together, unless the environment says another number.
const SEEDS: u64 = 2_000;
const PARTS: u64 = 4;
/// As many seeds reach everything there is to be reached.
const ENOUGH: u64 = 500;
/// So many small worlds are compared with themselves.
const COMPARED: usize = 100;
/// Codes of refusals: all that people here can run into.
const CODES: usize = 17;
/// Kinds of entries: all that a log can have.
const KINDS: usize = 12;
/// How much of a line is printed, unless one seed was asked for.
const WIDTH: usize = 400;

#[test]
fn every_promise_is_kept_in_the_first_quarter() {
    run(0);
}

#[test]
fn every_promise_is_kept_in_the_second_quarter() {
    run(1);
}

#[test]
fn every_promise_is_kept_in_the_third_quarter() {
    run(2);
}

#[test]
fn every_promise_is_kept_in_the_fourth_quarter() {
    run(3);
}

#[test]
fn the_same_seed_twice_is_the_same_run() {
    for seed in 0..12 {
        let (once, again) = (simulate(seed, true), simulate(seed, true));
        assert!(once.trace.len() > 100, "seed {seed}");
        assert_eq!(once.trace, again.trace, "seed {seed}");
    }
}

#[test]
fn many_small_worlds_are_the_same_twice() {
    let is_small = |seed: &u64| Plan::of(&mut Random::of(*seed)).is_small();
    for seed in (0..).filter(is_small).take(COMPARED) {
        let [once, again] = [(); 2].map(|()| hash(&simulate(seed, true)));
        assert_eq!(once, again, "seed {seed}");
    }
}

/// All that happened, in one number.
fn hash(verdict: &Verdict) -> u64 {
    let mut hasher = DefaultHasher::new();
    verdict.trace.hash(&mut hasher);
    hasher.finish()
}

/// A number that the environment gives.
#[expect(clippy::disallowed_methods, reason = "a test has no configuration")]
fn number(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap())
}

/// Runs the seeds of a part; or the one seed that the environment names, in the part it belongs to.
fn run(part: u64) {
    if let Some(seed) = number("GOBID_SEED") {
        if seed % PARTS == part {
            let verdict = simulate(seed, true);
            println!("{}\n{}", told(&verdict, usize::MAX), verdict.reached);
            assert_eq!(verdict.broken, None, "seed {seed}");
        }
        return;
    }
    let seeds = number("GOBID_SEEDS").unwrap_or(SEEDS);
    let mut reached = Reached::default();
    let mut count = 0;
    for seed in (part..seeds).step_by(usize::try_from(PARTS).unwrap()) {
        let verdict = simulate(seed, false);
        if let Some(how) = verdict.broken {
            panic!("seed {seed}: {how}\n{}", told(&simulate(seed, true), WIDTH));
        }
        reached.add(&verdict.reached);
        count += 1;
    }
    println!("{count} seeds\n{reached}");
    if count >= ENOUGH {
        assert_eq!(reached.missing(), [""; 0], "never reached");
        assert_eq!(reached.entries.len(), KINDS);
        assert_eq!(reached.refusals.len(), CODES, "{:?}", reached.refusals);
    }
}

/// What happened, line by line, of each so many characters.
fn told(verdict: &Verdict, width: usize) -> String {
    verdict.trace.iter().fold(String::new(), |mut told, line| {
        let end = line.char_indices().nth(width).map_or(line.len(), |(end, _)| end);
        writeln!(told, "{}", &line[..end]).unwrap();
        told
    })
}
