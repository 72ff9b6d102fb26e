//! The scenarios: each runs the project and its raw limit one after the other, and says what they
//! are to be compared by.

mod fanout;
mod growth;
mod lists;
mod load;
mod races;
mod start;

use crate::args::Scenario;
use crate::run::Run;

/// Runs a scenario on each database.
pub(crate) async fn run(run: &mut Run, scenario: Scenario) -> anyhow::Result<()> {
    match scenario {
        Scenario::Hot => races::hot(run).await,
        Scenario::Many => races::many(run).await,
        Scenario::Fanout => fanout::fanout(run).await,
        Scenario::Idle => fanout::idle(run).await,
        Scenario::Storm => fanout::storm(run).await,
        Scenario::Latency => growth::latency(run).await,
        Scenario::Growth => growth::growth(run).await,
        Scenario::Start => start::run(run).await,
        Scenario::Overload => load::overload(run).await,
        Scenario::Mixed => load::mixed(run).await,
        Scenario::Lists => lists::run(run).await,
    }
}
