//! Start-up with many open auctions, and what they hold in memory.

use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::{sleep, timeout};

use crate::clock;
use crate::figures::{figure, ms, ratio};
use crate::place::{Fresh, Kind};
use crate::program::Running;
use crate::report::{Line, Target};
use crate::run::{Run, note};
use crate::seed;

/// How long a start may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long after a start its memory is looked at: what comes up in the background is there then.
const SETTLED: Duration = Duration::from_secs(3);

/// A start: how long it took, and what the server held afterwards.
struct Started {
    took: Duration,
    memory_kib: u64,
}

/// Starts a server on an empty database and on a full one.
pub(super) async fn run(run: &mut Run) -> anyhow::Result<()> {
    if run.args.raw {
        return Ok(());
    }
    let count = if run.args.quick { 10_000 } else { 100_000 };
    for kind in run.kinds() {
        let empty = started(run, *kind, 1).await?;
        let full = started(run, *kind, count).await?;
        let line = |what| Line::of(format!("start, {count} open"), kind.name(), what);
        run.add(
            line("ms from start to ready")
                .ours(Some(ms(full.took)))
                .raw(ms(empty.took), "one open product")
                .target(Target::AtMost(1_000.0)),
        );
        let more = figure(full.memory_kib.saturating_sub(empty.memory_kib));
        run.add(line("KiB of memory an open product").ours(Some(ratio(more, figure(count)))));
    }
    Ok(())
}

async fn started(run: &Run, kind: Kind, open: u64) -> anyhow::Result<Started> {
    note(&format!("a start on {} with {open} open products", kind.name()));
    let fresh = run.place.migrated(kind, "start").await?;
    seed::products(&fresh, open).await?;
    fresh.seed("analyze", 0).await?;
    let started = start(run, &fresh).await?;
    run.place.remove(&fresh).await?;
    Ok(started)
}

async fn start(run: &Run, fresh: &Fresh) -> anyhow::Result<Started> {
    let config = run.place.folder().join("server.toml");
    std::fs::write(&config, "")?;
    let words = ["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--config"];
    let mut words: Vec<String> = words.map(str::to_owned).to_vec();
    words.extend([config.display().to_string(), "--database-url".to_owned(), fresh.url.clone()]);
    let begun = clock::now();
    let mut server = Running::start(&run.place, "gobid-server", &words)?;
    let stdout = server.child.stdout.take().context("a server without output")?;
    let mut line = String::new();
    let mut stdout = BufReader::new(stdout);
    timeout(PATIENCE, stdout.read_line(&mut line)).await.context("the server is not ready")??;
    let took = clock::since(begun);
    serde_json::from_str::<serde_json::Value>(&line).context("the server is not ready")?;
    sleep(SETTLED).await;
    let process = server.child.id().context("the server has ended")?;
    let memory_kib = memory_kib(process).context("its memory cannot be read")?;
    drop(stdout);
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(i32::try_from(process)?).context("no process")?,
        rustix::process::Signal::TERM,
    )?;
    timeout(PATIENCE, server.child.wait()).await.context("the server does not stop")??;
    Ok(Started { took, memory_kib })
}

fn memory_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
