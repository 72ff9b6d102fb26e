//! The simulation as tests.

use super::reached::Reached;
use super::simulate;
use gobid_auction::planted::{self, Bug};

fn variable(name: &str) -> Option<u64> {
    std::env::vars().find(|(key, _)| key == name)?.1.parse().ok()
}

#[test]
fn one() {
    if let Some(seed) = variable("GOBID_SEED") {
        let verdict = simulate(seed, true);
        for line in &verdict.trace {
            println!("{line}");
        }
        println!("{}", verdict.reached);
        println!("{:?}", verdict.virtual_time);
        assert_eq!(verdict.broken, None);
        return;
    }
    let mut all = Reached::default();
    let mut broken = 0;
    let from = variable("GOBID_FROM").unwrap_or(0);
    for seed in from..from + variable("GOBID_SEEDS").unwrap_or(20) {
        #[allow(clippy::disallowed_methods, reason = "x")]
        let began = std::time::Instant::now();
        let verdict = simulate(seed, false);
        println!("time {seed} {} {}", began.elapsed().as_micros(), verdict.virtual_time.as_secs());
        all.add(&verdict.reached);
        if let Some(how) = verdict.broken {
            println!("seed {seed}: {how} {:?}", verdict.virtual_time);
            broken += 1;
        }
    }
    println!("{all}");
    println!("missing: {:?}", all.missing());
    assert_eq!(broken, 0);
}

#[test]
fn all_planted() {
    for bug in &Bug::ALL[..30] {
        planted::plant(Some(*bug));
        let found = (0..300).find_map(|seed| {
            let outcome = std::panic::catch_unwind(|| simulate(seed, false).broken);
            let broken = outcome.unwrap_or_else(|_| Some("panicked".to_owned()));
            broken.map(|how| (seed, how))
        });
        println!("planted {}: {:?}", bug.as_str(), found.map(|(seed, how)| (seed, how.chars().take(150).collect::<String>())));
    }
}
