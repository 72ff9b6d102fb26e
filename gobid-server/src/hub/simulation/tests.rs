//! The simulation as tests.

use super::simulate;
use super::reached::Reached;

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
    for seed in 0..variable("GOBID_SEEDS").unwrap_or(20) {
        let verdict = simulate(seed, false);
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
