//! More load than can be carried, and bids while people log in.

use serde_json::Value;

use crate::figures::{ratio, rounded, times};
use crate::place::Kind;
use crate::report::{Line, Target};
use crate::run::{Run, get, note};

const P99: &str = "p99 of the answer, ms";
/// The rates that are tried, each some 1.4 times the one before, to find the one that can be carried.
const RATES: &str =
    "500,700,1000,1400,2000,2800,4000,5600,8000,11000,16000,22000,32000,45000,64000,90000";
/// Each on a product of his own, where he raises his maximum: bids on the way to one product overtake
/// one another, and are refused as too low. So many that none has 32 bids without an answer: his socket
/// would not be read until some of them have theirs.
const BIDDERS: &str = "--maxima --bidders 128 --products 128";
/// So much of what is offered is accepted, where the load is carried.
const NEARLY_ALL: f64 = 0.95;

/// The load that can be carried: 0.8 of it, twice as much, and 0.8 of it again.
pub(super) async fn overload(run: &mut Run) -> anyhow::Result<()> {
    if run.args.raw {
        return Ok(());
    }
    for kind in run.kinds() {
        overload_on(run, *kind).await;
    }
    Ok(())
}

async fn overload_on(run: &mut Run, kind: Kind) {
    let line = |what: &str| Line::of("overload", kind.name(), what);
    let Some(carried) = carried(run, kind).await else {
        run.add(line("bids/s that can be carried"));
        return;
    };
    run.add(line("bids/s that can be carried").ours(Some(carried)));
    let (usual, twice) = (rounded(times(carried, 0.8)), rounded(times(carried, 2.0)));
    let args = format!("{BIDDERS} --rate {usual},{twice},{usual}");
    let report = run.bench(kind, "load", &args).await;
    let phases = phases(report.as_ref());
    let figure = |place: usize, name| get(phases.get(place), name);
    let before = figure(0, "p99_ms");
    run.add(line("p99 of the answer at 0.8 of that, ms").ours(before));
    run.add(line("accepted bids/s at twice that").ours(figure(1, "accepted_per_second")));
    run.add(line("unavailable/s at twice that").ours(figure(1, "unavailable_per_second")));
    run.add(
        line("p99 of the answer at twice that, ms")
            .ours(figure(1, "p99_ms"))
            .raw_if_any(before, "at 0.8")
            .target(Target::TimesAtMost(3.0)),
    );
    let again = line("p99 of the answer at 0.8 again, ms").ours(figure(2, "p99_ms"));
    run.add(again.raw_if_any(before, "before"));
}

/// How many bids a second are accepted at the highest rate of which nearly all are: there the
/// server turns none away, and is not behind.
async fn carried(run: &mut Run, kind: Kind) -> Option<f64> {
    let seconds = if run.args.quick { 1 } else { 3 };
    let args = format!("{BIDDERS} --rate {RATES} --duration {seconds}s");
    let report = run.bench(kind, "load", &args).await;
    let accepted = |phase: &Value| {
        let accepted = get(Some(phase), "accepted_per_second")?;
        let offered = get(Some(phase), "offered_per_second")?;
        note(&format!("  {accepted:.0} of {offered:.0} bids/s"));
        (ratio(accepted, offered) >= NEARLY_ALL).then_some(accepted)
    };
    phases(report.as_ref()).iter().filter_map(accepted).reduce(f64::max)
}

fn phases(report: Option<&Value>) -> &[Value] {
    let phases = report.and_then(|report| report.get("phases")?.as_array());
    phases.map(Vec::as_slice).unwrap_or_default()
}

/// Bids with and without logins.
pub(super) async fn mixed(run: &mut Run) -> anyhow::Result<()> {
    if run.args.raw {
        return Ok(());
    }
    for kind in run.kinds() {
        let without = run.bench(*kind, "mixed", "--logins 0").await;
        let with = run.bench(*kind, "mixed", "--logins 50").await;
        run.add(
            Line::of("mixed, 50 logins/s", kind.name(), P99)
                .ours(get(with.as_ref(), "p99_ms"))
                .raw_if_any(get(without.as_ref(), "p99_ms"), "without logins")
                .target(Target::TimesAtMost(2.0)),
        );
    }
    Ok(())
}
