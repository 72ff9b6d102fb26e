//! GoBid's own programs, as they were built beside this one.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::place::Place;

/// How long a scenario may take, with the million bids that some of them begin with.
const PATIENCE: Duration = Duration::from_mins(20);

/// A program that was started, with all that it started itself: they end with this value.
pub(crate) struct Running {
    pub(crate) child: Child,
    group: Option<Pid>,
}

impl Running {
    /// Starts a program that stands beside this one, with settings of nobody's.
    pub(crate) fn start(place: &Place, name: &str, args: &[String]) -> anyhow::Result<Self> {
        let program = beside(name)?;
        let mut command = Command::new(&program);
        command
            .args(args)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME"))
            .env("TMPDIR", place.folder())
            .env("XDG_STATE_HOME", place.folder())
            .env("XDG_CONFIG_HOME", place.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0);
        let child = command.spawn().with_context(|| program.display().to_string())?;
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Ok(Self { child, group: id.and_then(Pid::from_raw) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // A group whose processes are all gone needs no end.
            let _ = kill_process_group(group, Signal::TERM);
        }
    }
}

fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name(name);
    if !program.exists() {
        bail!("{name} is to stand beside this program: build the workspace with --bins");
    }
    Ok(program)
}

/// Runs a scenario of `gobid-cli bench` to its end, and reads its report.
pub(crate) async fn bench(place: &Place, args: &[String]) -> anyhow::Result<Value> {
    let args: Vec<String> = ["bench".to_owned()].iter().chain(args).cloned().collect();
    let mut running = Running::start(place, "gobid-cli", &args)?;
    let mut said = String::new();
    if let Some(stdout) = &mut running.child.stdout {
        let end = timeout(PATIENCE, stdout.read_to_string(&mut said)).await;
        end.with_context(|| format!("gobid-cli {} does not end", args.join(" ")))??;
    }
    let status = running.child.wait().await?;
    let report = said.lines().rev().find_map(|line| serde_json::from_str(line).ok());
    report.with_context(|| format!("gobid-cli {}: {status}", args.join(" ")))
}
