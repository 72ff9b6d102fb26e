//! Every filter and sort of a million products.

use serde_json::Value;

use crate::lists;
use crate::report::{Line, Target};
use crate::run::{Run, get, note};

/// Fills a database and times its lists.
pub(super) async fn run(run: &mut Run) -> anyhow::Result<()> {
    if run.args.raw {
        return Ok(());
    }
    for kind in run.kinds() {
        note(&format!("lists of a million products on {}", kind.name()));
        let fresh = run.place.fresh(*kind, "lists").await?;
        let report = lists::run(&fresh.url).await?;
        run.place.remove(&fresh).await?;
        for list in report.get("lists").and_then(Value::as_array).into_iter().flatten() {
            let word = |name| list.get(name).and_then(Value::as_str).unwrap_or_default();
            let scenario = format!("lists, {}, sort={}", word("filter"), word("sort"));
            let line = |what| Line::of(scenario.clone(), kind.name(), what);
            let median = get(Some(list), "median_ms");
            run.add(line("median of a page, ms").ours(median).target(Target::AtMost(9.99)));
            run.add(line("the slowest page, ms").ours(get(Some(list), "max_ms")));
        }
        run.report.runs.push(report);
    }
    Ok(())
}
