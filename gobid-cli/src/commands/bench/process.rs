//! What the system says of processes.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;

use super::figures;

/// What a process has cost so far.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Cost {
    /// Of the processors, in user and in system mode.
    pub(super) cpu_seconds: f64,
    /// What it holds in memory now (RSS).
    pub(super) memory_kib: u64,
}

impl Cost {
    /// What the process has cost since it began.
    pub(super) fn of(process: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name of the program, in parentheses, may hold anything.
        let (_name, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_whitespace().skip(11);
        let mut ticks = || fields.next().and_then(|ticks| ticks.parse::<u64>().ok());
        let ticks = ticks()?.checked_add(ticks()?)?;
        let cpu_seconds = figures::ratio(ticks, rustix::param::clock_ticks_per_second());
        Some(Self { cpu_seconds, memory_kib: kib(process, "status", "VmRSS:")? })
    }

    /// What was spent since an earlier look.
    pub(super) fn since(self, before: Self) -> Self {
        let cpu_seconds = figures::difference(self.cpu_seconds, before.cpu_seconds);
        Self { cpu_seconds, ..self }
    }
}

/// A figure in KiB of one of the files that the system keeps of a process.
pub(super) fn kib(process: u32, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Every socket is a file, and by default a process may have fewer than a bench opens. What is not
/// allowed shows when a socket cannot be opened.
pub(super) fn allow_many_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}
