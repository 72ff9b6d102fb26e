//! What was measured, as a table and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::figures::{above, ratio, shown};

/// What was measured, in order.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) lines: Vec<Line>,
    /// What the programs reported, as they did.
    pub(crate) runs: Vec<Value>,
    /// What is wrong, other than slow.
    pub(crate) failures: Vec<String>,
    /// On what machine, and with which settings.
    pub(crate) machine: Vec<String>,
}

/// A figure, beside the raw limit and the target where there are.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) scenario: String,
    pub(crate) database: &'static str,
    /// What is measured, with its unit.
    pub(crate) what: String,
    pub(crate) ours: Option<f64>,
    /// The limit, and what it is the limit of.
    pub(crate) raw: Option<(f64, String)>,
    pub(crate) target: Option<Target>,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// So many times the raw limit.
    TimesAtLeast(f64),
    TimesAtMost(f64),
    /// So much above the raw limit.
    AboveAtMost(f64),
}

impl Line {
    /// A figure by itself.
    pub(crate) fn of(scenario: impl Into<String>, database: &'static str, what: &str) -> Self {
        let (scenario, what) = (scenario.into(), what.to_owned());
        Self { scenario, database, what, ours: None, raw: None, target: None }
    }

    pub(crate) fn ours(mut self, figure: Option<f64>) -> Self {
        self.ours = figure;
        self
    }

    pub(crate) fn raw(mut self, figure: f64, what: impl Into<String>) -> Self {
        self.raw = Some((figure, what.into()));
        self
    }

    pub(crate) fn raw_if_any(self, figure: Option<f64>, what: &str) -> Self {
        match figure {
            Some(figure) => self.raw(figure, what),
            None => self,
        }
    }

    pub(crate) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Whether the target was met, and the number that says it; `None` where something is missing.
    fn verdict(&self) -> Option<(bool, f64)> {
        let (ours, raw) = (self.ours?, self.raw.as_ref().map(|(raw, _)| *raw));
        Some(match self.target? {
            Target::AtLeast(bound) => (ours >= bound, ours),
            Target::AtMost(bound) => (ours <= bound, ours),
            Target::TimesAtLeast(bound) => (ratio(ours, raw?) >= bound, ratio(ours, raw?)),
            Target::TimesAtMost(bound) => (ratio(ours, raw?) <= bound, ratio(ours, raw?)),
            Target::AboveAtMost(bound) => (above(ours, raw?) <= bound, above(ours, raw?)),
        })
    }

    /// Whether it is a raw limit by itself.
    const fn is_limit(&self) -> bool {
        self.ours.is_none() && self.target.is_none() && self.raw.is_some()
    }

    fn limit_row(&self) -> String {
        let Self { scenario, database, what, raw, .. } = self;
        let how = raw.as_ref().map(|(_, how)| how.as_str()).unwrap_or_default();
        let figure = raw.as_ref().map_or_else(String::new, |(raw, _)| shown(*raw));
        format!("| {scenario} | {database} | {what} | {how} | {figure} |")
    }

    fn row(&self) -> String {
        let figure = |figure: Option<f64>| figure.map_or_else(|| "—".to_owned(), shown);
        let raw = self.raw.as_ref();
        let limit = raw.map_or_else(String::new, |(raw, what)| format!("{} ({what})", shown(*raw)));
        let ratio = raw.zip(self.ours).map(|((raw, _), ours)| format!("{:.2}", ratio(ours, *raw)));
        let target = self.target.map_or_else(String::new, Target::text);
        let verdict = match self.verdict() {
            Some((true, figure)) => format!("met ({})", shown(figure)),
            Some((false, figure)) => format!("**missed** ({})", shown(figure)),
            None if self.target.is_some() => "not measured".to_owned(),
            None => String::new(),
        };
        let Self { scenario, database, what, .. } = self;
        let (ours, ratio) = (figure(self.ours), ratio.unwrap_or_default());
        format!(
            "| {scenario} | {database} | {what} | {ours} | {limit} | {ratio} | {target} | {verdict} |"
        )
    }

    fn json(&self) -> Value {
        json!({
            "scenario": self.scenario,
            "database": self.database,
            "what": self.what,
            "ours": self.ours,
            "raw": self.raw.as_ref().map(|(raw, _)| raw),
            "raw_limit_of": self.raw.as_ref().map(|(_, what)| what),
            "target": self.target.map(Target::text),
            "met": self.verdict().map(|(met, _)| met),
        })
    }
}

impl Target {
    fn text(self) -> String {
        match self {
            Self::AtLeast(bound) => format!("≥ {}", shown(bound)),
            Self::AtMost(bound) => format!("≤ {}", shown(bound)),
            Self::TimesAtLeast(bound) => format!("≥ {bound} × the limit"),
            Self::TimesAtMost(bound) => format!("≤ {bound} × the limit"),
            Self::AboveAtMost(bound) => format!("≤ {bound} above the limit"),
        }
    }
}

impl Report {
    /// The table, as Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        for line in &self.machine {
            let _ = writeln!(text, "- {line}");
        }
        let (limits, figures): (Vec<&Line>, Vec<&Line>) =
            self.lines.iter().partition(|line| line.is_limit());
        if !limits.is_empty() {
            text.push_str(
                "\n| raw limit | database | measured | how | figure |\n\
                 | --- | --- | --- | --- | ---: |\n",
            );
        }
        for line in limits {
            let _ = writeln!(text, "{}", line.limit_row());
        }
        if !figures.is_empty() {
            text.push_str(
                "\n| scenario | database | measured | GoBid | raw limit | ratio | target | verdict |\n\
                 | --- | --- | --- | ---: | ---: | ---: | --- | --- |\n",
            );
        }
        for line in figures {
            let _ = writeln!(text, "{}", line.row());
        }
        if !self.failures.is_empty() {
            text.push_str("\nWrong, other than slow:\n\n");
        }
        for failure in &self.failures {
            let _ = writeln!(text, "- {failure}");
        }
        text
    }

    /// Everything, as one JSON object.
    pub(crate) fn json(&self) -> Value {
        json!({
            "machine": self.machine,
            "lines": self.lines.iter().map(Line::json).collect::<Vec<_>>(),
            "runs": self.runs,
            "failures": self.failures,
        })
    }
}
