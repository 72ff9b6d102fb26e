//! Races, beside a row lock per bid and a bare loop that writes the same rows.

use crate::place::Kind;
use crate::raw::{batches, lock};
use crate::report::{Line, Target};
use crate::run::{Run, get, note};

const ACCEPTED: &str = "accepted bids/s";
const P50: &str = "p50 of the answer, ms";
const P99: &str = "p99 of the answer, ms";

/// Many bidders on one product.
pub(super) async fn hot(run: &mut Run) -> anyhow::Result<()> {
    let lock = row_lock(run, "hot", 1).await?;
    for kind in run.kinds() {
        one_in_flight(run, *kind, lock).await;
        many_in_flight(run, *kind).await?;
    }
    Ok(())
}

async fn one_in_flight(run: &mut Run, kind: Kind, lock: Option<f64>) {
    if run.args.raw {
        return;
    }
    let report = run.bench(kind, "hot", "").await;
    let line = |what| Line::of("hot", kind.name(), what);
    let ours = get(report.as_ref(), "accepted_per_second");
    run.add(
        line(ACCEPTED)
            .ours(ours)
            .raw_if_any(lock, "a row lock per bid")
            .target(Target::TimesAtLeast(8.0)),
    );
    run.add(line(P50).ours(get(report.as_ref(), "p50_ms")).target(Target::AtMost(5.0)));
    run.add(line(P99).ours(get(report.as_ref(), "p99_ms")));
}

async fn many_in_flight(run: &mut Run, kind: Kind) -> anyhow::Result<()> {
    let mut largest = 0.0;
    for size in batches::SIZES {
        largest = batches::run(&run.place, kind, size, run.duration()).await?;
        let what = format!("bids/s written by a bare loop in batches of {size}");
        run.add(Line::of("hot", kind.name(), &what).raw(largest, "a bare loop"));
    }
    if run.args.raw {
        return Ok(());
    }
    let report = run.bench(kind, "hot", "--in-flight 8").await;
    let empty = get(report.as_ref(), "accepted_per_second");
    let line = |what| Line::of("hot, 8 in flight", kind.name(), what);
    run.add(
        line(ACCEPTED)
            .ours(empty)
            .raw(largest, "a bare loop, batches of 256")
            .target(Target::TimesAtLeast(0.5)),
    );
    run.add(line(ACCEPTED).ours(empty).target(Target::AtLeast(25_000.0)));
    run.add(line(P50).ours(get(report.as_ref(), "p50_ms")));
    run.add(line(P99).ours(get(report.as_ref(), "p99_ms")));
    let preload = if run.args.quick { 10_000 } else { 100_000 };
    let args = format!("--in-flight 8 --preload {preload}");
    let report = run.bench(kind, "hot", &args).await;
    let full = get(report.as_ref(), "accepted_per_second");
    let scenario = format!("hot, 8 in flight, {preload} bids before");
    run.add(
        Line::of(scenario, kind.name(), ACCEPTED)
            .ours(full)
            .raw_if_any(empty, "an empty log")
            .target(Target::TimesAtLeast(0.9)),
    );
    Ok(())
}

/// Twice as many bidders as products.
pub(super) async fn many(run: &mut Run) -> anyhow::Result<()> {
    let lock = row_lock(run, "many", 200).await?;
    if run.args.raw {
        return Ok(());
    }
    for kind in run.kinds() {
        let report = run.bench(*kind, "many", "").await;
        let line = |what| Line::of("many", kind.name(), what);
        let ours = get(report.as_ref(), "accepted_per_second");
        run.add(
            line(ACCEPTED)
                .ours(ours)
                .raw_if_any(lock, "a row lock per bid, 200 products")
                .target(Target::TimesAtLeast(2.0)),
        );
        run.add(line(P50).ours(get(report.as_ref(), "p50_ms")).target(Target::AtMost(30.0)));
        run.add(line(P99).ours(get(report.as_ref(), "p99_ms")));
    }
    Ok(())
}

/// A row lock per bid, where there is a PostgreSQL.
async fn row_lock(run: &mut Run, scenario: &str, products: u64) -> anyhow::Result<Option<f64>> {
    if !run.has_postgres() {
        return Ok(None);
    }
    note(&format!("a row lock per bid on {products} products"));
    let figure = lock::run(&run.place, products, run.duration()).await?;
    let what = format!("bids/s of 32 clients on {products} products, a row lock each");
    let line = Line::of(scenario, Kind::Postgres.name(), &what);
    run.add(line.raw(figure, "pgbench"));
    Ok(Some(figure))
}
