//! A program that runs beside the test.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;

use super::wait::{PATIENCE, soon};

/// Its standard output is read line by line, its standard error goes to a file, so that it never
/// waits for the test to read. It is killed when this value goes.
pub(crate) struct Process {
    name: String,
    child: Child,
    lines: watch::Receiver<Vec<String>>,
    errors: PathBuf,
}

impl Process {
    /// Starts it with the given environment and no other, but for where programs are found.
    pub(crate) fn start(
        program: &Path,
        args: &[String],
        env: &[(String, String)],
        folder: &Path,
    ) -> Self {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let errors = folder.join(format!("{name}.stderr"));
        let file = File::options().create(true).append(true).open(&errors).unwrap();
        let mut child = Command::new(program)
            .args(args)
            .env_clear()
            .envs(own_folders(folder))
            .envs(env.iter().map(|(name, value)| (name, value)))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let lines = read_lines(child.stdout.take().unwrap());
        Self { name, child, lines, errors }
    }

    /// The first line of standard output in which `pick` finds something. Panics when the program
    /// ends without it.
    pub(crate) async fn line<T>(&mut self, what: &str, pick: impl Fn(&str) -> Option<T>) -> T {
        let found = |lines: &[String]| lines.iter().find_map(|line| pick(line));
        let mut lines = self.lines.clone();
        let coming = async {
            lines.wait_for(|lines| found(lines).is_some()).await.ok()?;
            found(&lines.borrow())
        };
        let Ok(seen) = tokio::time::timeout(2 * PATIENCE, coming).await else {
            panic!("{} runs but says no {what}\n{}", self.name, self.said());
        };
        if let Some(seen) = seen {
            return seen;
        }
        let status = self.ended().await;
        panic!("{} ended before its {what}: {status}\n{}", self.name, self.said())
    }

    /// All lines of standard output so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// All of standard error so far.
    pub(crate) fn errors(&self) -> String {
        std::fs::read_to_string(&self.errors).unwrap_or_default()
    }

    /// The number of a process that has not ended.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap_or_else(|| panic!("{} has ended", self.name))
    }

    /// Sends it a signal by name: `TERM`, `STOP`, `CONT`, `KILL` …
    pub(crate) fn signal(&self, signal: &str) {
        send_signal(self.id(), signal);
    }

    /// Stops it where it stands, and waits until each of its threads does.
    pub(crate) fn stop(&self) {
        self.signal("STOP");
        let given_up = Instant::now() + PATIENCE;
        while !self.is_stopped() {
            assert!(Instant::now() < given_up, "{} does not stop", self.name);
            std::thread::yield_now();
        }
    }

    fn is_stopped(&self) -> bool {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.id())).unwrap();
        let mut states = threads.map(|thread| {
            let state = std::fs::read_to_string(thread.unwrap().path().join("stat")).ok()?;
            state.rsplit_once(") ")?.1.chars().next()
        });
        states.all(|state| state == Some('T'))
    }

    /// Kills it as a power cut would.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        self.ended_within(PATIENCE).await
    }

    /// Waits for its end, and until all that it printed was read, no longer than the deadline.
    pub(crate) async fn ended_within(&mut self, deadline: Duration) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        let ended = async {
            let status = self.child.wait().await.unwrap();
            while self.lines.changed().await.is_ok() {}
            status
        };
        soon(&what, deadline, ended).await
    }

    fn said(&self) -> String {
        format!("-- stdout\n{}\n-- stderr\n{}", self.lines().join("\n"), self.errors())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("== {}\n{}", self.name, self.said());
        }
    }
}

/// Sends a signal to any process, which must be there.
pub(crate) fn send_signal(process: u32, signal: &str) {
    let sent = try_signal(process, signal);
    assert!(sent, "no signal {signal} could be sent to process {process}");
}

/// Sends a signal to a process that may have ended; says whether it was there.
pub(crate) fn try_signal(process: u32, signal: &str) -> bool {
    std::process::Command::new("sh")
        .args(["-c", "kill -s \"$1\" \"$2\"", "sh", signal, &process.to_string()])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Where a program keeps its files, so that it neither finds nor leaves anything of a person's.
pub(crate) fn own_folders(folder: &Path) -> Vec<(String, String)> {
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let inherited = ["PATH", "TMPDIR"].iter().filter_map(|name| {
        Some(((*name).to_owned(), std::env::var_os(name)?.to_string_lossy().into_owned()))
    });
    let own = [
        ("HOME", at("home")),
        ("XDG_CONFIG_HOME", at("config")),
        ("XDG_DATA_HOME", at("data")),
        ("XDG_STATE_HOME", at("state")),
        ("XDG_CACHE_HOME", at("cache")),
        ("XDG_RUNTIME_DIR", at("runtime")),
        ("RUST_BACKTRACE", "1".to_owned()),
    ];
    inherited.chain(own.map(|(name, value)| (name.to_owned(), value))).collect()
}

fn read_lines(output: ChildStdout) -> watch::Receiver<Vec<String>> {
    let (sender, receiver) = watch::channel(Vec::new());
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sender.send_modify(|lines| lines.push(line));
        }
    });
    receiver
}

/// How much memory a process holds.
pub(crate) fn resident_bytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}
