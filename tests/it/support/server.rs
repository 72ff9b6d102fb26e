//! `gobid-server serve`, as an operator runs it.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::database::Database;
use super::planted;
use super::ports::Port;
use super::process::Process;
use super::programs;

/// The limits that a test's flood of people from one address would meet.
const NO_LIMITS: [&str; 6] = ["address", "user", "bids", "login", "signup", "socket"];

/// The time a server takes to drain, and a little more.
const DRAIN: Duration = Duration::from_secs(45);

/// Where a program is, once it is built.
type Program = fn() -> &'static Path;

/// How a server is started.
pub(crate) struct Setup {
    program: Program,
    args: Vec<String>,
    env: Vec<(String, String)>,
    limits: bool,
    listen: Option<String>,
}

impl Setup {
    /// A server on the address of a database.
    pub(crate) fn on(database_url: &str) -> Self {
        Self::bare().args(&["--database-url", database_url])
    }

    /// A server on its default database, in a folder of its own.
    pub(crate) fn bare() -> Self {
        let (args, env) = (Vec::new(), Vec::new());
        Self { program: programs::server, args, env, limits: false, listen: None }
    }

    /// A server with a bug planted in it.
    pub(crate) fn planted(self, bug: &str) -> Self {
        Self { program: programs::planted_server, ..self.env("GOBID_PLANTED", bug) }
    }

    /// More arguments of `serve`.
    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// A variable of its environment, which is otherwise empty.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the rate limits and the shortest auction that a server has by itself. Tests want
    /// neither, as a rule: many people from one address, and auctions of seconds.
    pub(crate) fn with_limits(mut self) -> Self {
        self.limits = true;
        self
    }

    /// Where it listens, instead of a port that it gets again after a restart.
    pub(crate) fn listen(mut self, listen: &str) -> Self {
        self.listen = Some(listen.to_owned());
        self
    }

    /// Starts it and waits until it is ready.
    pub(crate) async fn start(mut self) -> Server {
        if let Some(bug) = planted::in_servers() {
            self = self.planted(bug.as_str());
        }
        let port = Port::reserve();
        let listen = self.listen.unwrap_or_else(|| format!("127.0.0.1:{}", port.number()));
        let mut args = vec!["serve".to_owned(), "--listen".to_owned(), listen];
        if !self.limits {
            let rates = NO_LIMITS.iter().map(|limit| format!("--rate-limit-{limit}=off"));
            args.extend(rates.chain(["--min-auction-duration=1s".to_owned()]));
        }
        args.extend(self.args);
        let folder = tempfile::Builder::new().prefix("gobid-server-").tempdir().unwrap();
        let program = self.program;
        let mut process = Process::start(program(), &args, &self.env, folder.path());
        let url = ready(&mut process).await;
        Server { process, url, program, args, env: self.env, folder, _port: port }
    }
}

/// A running server. It is killed when this value goes.
pub(crate) struct Server {
    process: Process,
    url: String,
    program: Program,
    args: Vec<String>,
    env: Vec<(String, String)>,
    folder: TempDir,
    _port: Port,
}

impl Server {
    /// A server on the database.
    pub(crate) async fn start(database: &Database) -> Self {
        Setup::on(database.url()).start().await
    }

    /// Its address, as `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its address without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").expect("the tests speak plain http")
    }

    /// Kills it as a power cut would.
    pub(crate) async fn kill_9(&mut self) {
        self.process.kill().await;
    }

    /// Asks it to stop (SIGTERM) and waits until it has drained.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        self.process.signal("TERM");
        self.ended().await
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        self.process.ended_within(DRAIN).await
    }

    /// Sends it a signal by name.
    pub(crate) fn signal(&self, signal: &str) {
        self.process.signal(signal);
    }

    /// Stops it where it stands (SIGSTOP): its sockets stay, nothing reads them.
    pub(crate) fn stop(&self) {
        self.process.stop();
    }

    /// Lets it go on.
    pub(crate) fn cont(&self) {
        self.process.signal("CONT");
    }

    /// Starts it again after its end: same port, same database, same folders.
    pub(crate) async fn start_again(&mut self) {
        let program = (self.program)();
        self.process = Process::start(program, &self.args, &self.env, self.folder.path());
        self.url = ready(&mut self.process).await;
    }

    /// The number of its process.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Its log so far, of all its starts.
    pub(crate) fn log(&self) -> String {
        self.process.errors()
    }

    /// The lines it has written on standard output since its last start.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.process.lines()
    }
}

/// Waits for the line that says where it listens.
async fn ready(process: &mut Process) -> String {
    process.line("line that it is ready", url_of_ready).await
}

fn url_of_ready(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    (line["event"] == "ready").then(|| line["url"].as_str().map(str::to_owned))?
}
