//! A row lock per bid, as most programs would do it, by pgbench.

use std::time::Duration;

use anyhow::Context as _;
use tokio::process::Command;

use crate::place::{Kind, Place};
use crate::seed;

/// What is run for each bid.
const SCRIPT: &str = include_str!("../../lock-per-bid.sql");
/// How many bid at once.
const CLIENTS: &str = "--client=32";

/// Bids a second on so many products.
pub(crate) async fn run(place: &Place, products: u64, duration: Duration) -> anyhow::Result<f64> {
    let fresh = place.migrated(Kind::Postgres, "lock").await?;
    seed::products(&fresh, products).await?;
    let script = place.folder().join("lock-per-bid.sql");
    std::fs::write(&script, SCRIPT)?;
    let mut pgbench = place.cluster()?.client("pgbench");
    pgbench.args(["--no-vacuum", CLIENTS, "--jobs=2", "--protocol=prepared"]);
    pgbench.arg("--time").arg(duration.as_secs().max(1).to_string());
    pgbench.arg("--define").arg(format!("products={products}"));
    pgbench.arg("--file").arg(&script).arg(&fresh.name);
    let output = Command::from(pgbench).kill_on_drop(true).output().await.context("pgbench")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().find_map(|line| line.strip_prefix("tps = "));
    let figure = line.and_then(|line| line.split(' ').next()?.parse().ok());
    place.remove(&fresh).await?;
    figure.with_context(|| format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)))
}
