//! One bid on an idle server, beside a bare commit, and as products and logs grow.

use crate::figures::{ms, ratio};
use crate::place::Kind;
use crate::raw::commit;
use crate::report::{Line, Target};
use crate::run::{Run, get, note};

const P50: &str = "p50 of the answer, ms";

/// One bid on an idle server.
pub(super) async fn latency(run: &mut Run) -> anyhow::Result<()> {
    for kind in run.kinds() {
        note(&format!("a bare commit on {}", kind.name()));
        let bare = ms(commit::run(&run.place, *kind, run.duration()).await?);
        let line = |what| Line::of("latency", kind.name(), what).raw(bare, "a bare commit");
        if run.args.raw {
            run.add(line("p50 of a commit, ms"));
            continue;
        }
        let report = run.bench(*kind, "latency", "").await;
        let ours = get(report.as_ref(), "p50_ms");
        run.add(line(P50).ours(ours).target(Target::AboveAtMost(1.0)));
        let p99 = Line::of("latency", kind.name(), "p99 of the answer, ms");
        run.add(p99.ours(get(report.as_ref(), "p99_ms")));
    }
    Ok(())
}

/// The same with ever more open products, and with ever longer logs.
pub(super) async fn growth(run: &mut Run) -> anyhow::Result<()> {
    if run.args.raw {
        return Ok(());
    }
    let (products, events) = if run.args.quick {
        ([10, 100, 1_000], [10, 100, 1_000])
    } else {
        ([10, 1_000, 100_000], [10, 10_000, 1_000_000])
    };
    for kind in run.kinds() {
        grow(run, *kind, "open", products, "open products").await;
        grow(run, *kind, "preload", events, "events in the log").await;
    }
    Ok(())
}

async fn grow(run: &mut Run, kind: Kind, flag: &str, sizes: [u64; 3], of_what: &str) {
    let mut medians = Vec::new();
    for size in sizes {
        let report = run.bench(kind, "latency", &format!("--{flag} {size}")).await;
        let median = get(report.as_ref(), "p50_ms");
        run.add(Line::of(format!("growth, {size} {of_what}"), kind.name(), P50).ours(median));
        medians.extend(median);
    }
    let slowest = medians.iter().copied().reduce(f64::max);
    let fastest = medians.iter().copied().reduce(f64::min);
    let spread = slowest.zip(fastest).filter(|_| medians.len() == sizes.len());
    let what = "the largest median by the smallest";
    let line = Line::of(format!("growth, {of_what}"), kind.name(), what);
    let ours = spread.map(|(slowest, fastest)| ratio(slowest, fastest));
    run.add(line.ours(ours).target(Target::AtMost(1.3)));
}
