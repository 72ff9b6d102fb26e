//! A run: what each scenario uses of place, programs and report.

use std::io::Write as _;
use std::time::Duration;

use serde_json::Value;

use crate::args::Args;
use crate::figures::figure;
use crate::place::{Fresh, Kind, Place};
use crate::program;
use crate::report::{Line, Report};

/// A run.
pub(crate) struct Run {
    pub(crate) args: Args,
    pub(crate) place: Place,
    pub(crate) report: Report,
}

impl Run {
    pub(crate) fn kinds(&self) -> &'static [Kind] {
        self.args.kinds()
    }

    pub(crate) fn has_postgres(&self) -> bool {
        self.kinds().contains(&Kind::Postgres)
    }

    pub(crate) const fn duration(&self) -> Duration {
        self.args.duration()
    }

    /// Adds what was measured, and shows it.
    pub(crate) fn add(&mut self, line: Line) {
        let ours = line.ours.map(|ours| format!(" {}", crate::figures::shown(ours)));
        let raw = line.raw.as_ref();
        let raw = raw.map(|(raw, what)| format!(" · {what} {}", crate::figures::shown(*raw)));
        let (ours, raw) = (ours.unwrap_or_default(), raw.unwrap_or_default());
        note(&format!("  {} {}: {}{ours}{raw}", line.scenario, line.database, line.what));
        self.report.lines.push(line);
    }

    /// Runs a scenario of `gobid-cli bench`, with arguments between blanks, on a fresh database. What
    /// went wrong is in the report.
    pub(crate) async fn bench(&mut self, kind: Kind, scenario: &str, args: &str) -> Option<Value> {
        let fresh = match self.place.fresh(kind, scenario).await {
            Ok(fresh) => fresh,
            Err(why) => {
                self.fail(format!("{scenario} on {}: {why:#}", kind.name()));
                return None;
            }
        };
        let found = self.bench_on(&fresh, scenario, args).await;
        if let Err(why) = self.place.remove(&fresh).await {
            self.fail(format!("{scenario}: {why:#}"));
        }
        found
    }

    async fn bench_on(&mut self, fresh: &Fresh, scenario: &str, args: &str) -> Option<Value> {
        let mut words = vec![scenario.to_owned()];
        words.extend(args.split_whitespace().map(str::to_owned));
        let what = format!("{} on {}", words.join(" "), fresh.kind.name());
        if scenario != "idle" && !args.contains("--duration") {
            words.extend(["--duration".to_owned(), format!("{}s", self.duration().as_secs())]);
        }
        words.extend(["--database-url".to_owned(), fresh.url.clone()]);
        note(&what);
        match program::bench(&self.place, &words).await {
            Ok(report) => {
                for broken in broken(&report) {
                    self.fail(format!("{what}: {broken} is not so"));
                }
                self.report.runs.push(report.clone());
                Some(report)
            }
            Err(why) => {
                self.fail(format!("{what}: {why:#}"));
                None
            }
        }
    }

    /// Notes what is wrong, other than slow.
    pub(crate) fn fail(&mut self, what: String) {
        note(&format!("  wrong: {what}"));
        self.report.failures.push(what);
    }
}

/// A figure of a report.
pub(crate) fn get(report: Option<&Value>, name: &str) -> Option<f64> {
    let value = report?.get(name)?;
    value.as_f64().or_else(|| value.as_u64().map(figure))
}

/// The promises of a report's verdict that were broken.
fn broken(report: &Value) -> Vec<String> {
    match report.get("correct") {
        Some(Value::Bool(false)) => vec!["correct".to_owned()],
        Some(Value::Object(promises)) => promises
            .iter()
            .filter(|(_, kept)| **kept == Value::Bool(false))
            .map(|(promise, _)| promise.clone())
            .collect(),
        _ => Vec::new(),
    }
}

/// Says what happens meanwhile.
pub(crate) fn note(text: &str) {
    // Nobody who listens is no error.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
