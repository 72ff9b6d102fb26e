//! The report of a run: one JSON object in every form, over several lines for people.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::process::Cost;
use super::server::Server;
use super::verdict::Verdict;
use crate::credentials::Context;
use crate::error::CliError;

/// What every report says, and the figures of its scenario.
#[derive(Debug, Serialize)]
struct Report<F> {
    scenario: &'static str,
    database: Option<String>,
    durability: Option<Value>,
    seconds: f64,
    #[serde(flatten)]
    figures: F,
    server: Option<Cost>,
    correct: Verdict,
}

/// A run that is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) scenario: &'static str,
    pub(super) took: Duration,
    /// What it has cost the server, when that is the bench's own.
    pub(super) cost: Option<Cost>,
    pub(super) verdict: Verdict,
}

impl Run {
    /// Prints the report; an error when the verdict is that a promise was broken.
    pub(super) fn report(
        self,
        server: &Server,
        context: &Context,
        figures: impl Serialize,
    ) -> Result<(), CliError> {
        let report = Report {
            scenario: self.scenario,
            database: server.database(),
            durability: server.durability(),
            seconds: self.took.as_secs_f64(),
            figures,
            server: self.cost,
            correct: self.verdict,
        };
        context.output.document(&report)?;
        self.verdict.result()
    }
}
