//! The bot's process, and the lines that go to it and come from it.

use std::io;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Take};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;

use crate::error::CliError;

/// How many lines wait for a bot that does not read.
const LINES: usize = 1024;
/// The longest line that a bot may write, in bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Credentials that are none of the bot's business.
const SECRETS: [&str; 7] = [
    "DATABASE_URL",
    "DATABASE_URL_FILE",
    "GOBID_ADMIN_PASSWORD_FILE",
    "GOBID_DATABASE_URL",
    "GOBID_PASSWORD_FILE",
    "GOBID_TOKEN",
    "GOBID_TOKEN_FILE",
];

/// A bot that runs. It is killed when this value goes.
pub(super) struct Bot {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Take<BufReader<ChildStdout>>,
    /// As much of a line as has come.
    line: Vec<u8>,
}

/// Where lines for the bot go.
pub(super) type Lines = mpsc::Sender<String>;

impl Bot {
    pub(super) fn start(command: &[String]) -> Result<Self, CliError> {
        let (program, args) =
            command.split_first().ok_or_else(|| CliError::Usage("name a program".to_owned()))?;
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C reaches this program alone, which ends the bot and tells what it has bid.
        command.process_group(0);
        for name in SECRETS {
            command.env_remove(name);
        }
        let failed = |why: &dyn std::fmt::Display| {
            CliError::Bot(format!("the bot {program:?} does not start: {why}"))
        };
        let mut child = command.spawn().map_err(|why| failed(&why))?;
        let stdout = child.stdout.take().ok_or_else(|| failed(&"it has no output"))?;
        let stdin = child.stdin.take();
        let stdout = BufReader::new(stdout).take(MAX_LINE_BYTES);
        Ok(Self { child, stdin, stdout, line: Vec::new() })
    }

    /// Where lines for it go, and what writes them, for as long as there is anybody to send some.
    pub(super) fn lines(&mut self) -> (Lines, impl Future<Output = ()> + use<>) {
        let (lines, mut waiting) = mpsc::channel::<String>(LINES);
        let stdin = self.stdin.take();
        let write = async move {
            let Some(mut stdin) = stdin else { return };
            while let Some(line) = waiting.recv().await {
                if stdin.write_all(line.as_bytes()).await.is_err() {
                    // It reads no more, which is its own affair; its end is noticed elsewhere.
                    while waiting.recv().await.is_some() {}
                }
            }
        };
        (lines, write)
    }

    /// The next line that it writes, `None` at the end. May be cancelled without losing anything.
    pub(super) async fn next_line(&mut self) -> Result<Option<String>, CliError> {
        let failed =
            |why: io::Error| CliError::Input { what: "what the bot writes".to_owned(), why };
        let read = self.stdout.read_until(b'\n', &mut self.line).await.map_err(failed)?;
        let is_whole = self.line.last() == Some(&b'\n');
        if !is_whole && self.stdout.limit() == 0 {
            let why = format!("the bot writes a line of more than {MAX_LINE_BYTES} bytes");
            return Err(CliError::Bot(why));
        }
        self.stdout.set_limit(MAX_LINE_BYTES);
        if read == 0 && self.line.is_empty() {
            return Ok(None);
        }
        let line = std::mem::take(&mut self.line);
        Ok(Some(String::from_utf8_lossy(&line).trim().to_owned()))
    }

    /// Waits for its end.
    pub(super) async fn ended(&mut self) -> Result<ExitStatus, CliError> {
        let failed = |why: io::Error| CliError::Bot(format!("the bot cannot be waited for: {why}"));
        self.child.wait().await.map_err(failed)
    }

    /// Ends it, and what it has started.
    pub(super) async fn kill(&mut self) -> Result<(), CliError> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = id {
            // Whoever has gone already needs no signal.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let failed = |why: io::Error| CliError::Bot(format!("the bot cannot be ended: {why}"));
        self.child.kill().await.map_err(failed)
    }
}
