//! The server under load: one of the bench's own, on a database of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout};

use crate::error::CliError;

/// On which database the server runs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The database, `sqlite:…` or `postgres://…`; it must be an empty one of the bench's own
    /// [default: a file in a temporary folder]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

/// A server that ends with the bench.
pub(super) struct OwnServer {
    process: Child,
    url: String,
    database: String,
    folder: PathBuf,
    _stdout: BufReader<ChildStdout>,
}

impl OwnServer {
    /// Starts the `gobid-server` that stands beside this program, without limits. What the person
    /// has set for servers, above all their database, does not reach it.
    pub(super) async fn start(args: &Args) -> Result<Self, CliError> {
        let program = std::env::current_exe().map_err(|why| no_server(&why))?;
        let program = program.with_file_name("gobid-server");
        let folder = std::env::temp_dir().join(format!("gobid-bench-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).map_err(|why| no_server(&why))?;
        let config = folder.join("server.toml");
        std::fs::write(&config, "").map_err(|why| no_server(&why))?;
        let mut command = tokio::process::Command::new(program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .arg("--config")
            .arg(&config)
            .args(["--max-sockets", "100000", "--max-sockets-per-user", "100000"])
            .env("XDG_STATE_HOME", &folder)
            .env_remove("DATABASE_URL")
            .env_remove("DATABASE_URL_FILE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let settings = std::env::vars_os().map(|(name, _value)| name);
        for name in settings.filter(|name| name.to_string_lossy().starts_with("GOBID_")) {
            command.env_remove(name);
        }
        for limit in ["address", "user", "bids", "login", "signup", "socket"] {
            command.arg(format!("--rate-limit-{limit}")).arg("off");
        }
        if let Some(url) = &args.database_url {
            command.arg("--database-url").arg(url);
        }
        let mut process = command.spawn().map_err(|why| no_server(&why))?;
        let stdout = process.stdout.take().ok_or_else(|| no_server(&"it has no output"))?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line).await.map_err(|why| no_server(&why))?;
        let ready: Ready = serde_json::from_str(&line)
            .map_err(|_why| no_server(&"it did not say that it is ready"))?;
        let Ready { url, database } = ready;
        Ok(Self { process, url, database, folder, _stdout: stdout })
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// On which kind of database it runs.
    pub(super) fn database(&self) -> &str {
        &self.database
    }

    /// How much memory it holds, in KiB.
    pub(super) fn memory_kib(&self) -> Option<u64> {
        let process = self.process.id()?;
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // The folder was made for this run alone; what cannot be removed is only litter.
        let _ = self.process.start_kill();
        let _ = std::fs::remove_dir_all(Path::new(&self.folder));
    }
}

#[derive(serde::Deserialize)]
struct Ready {
    url: String,
    database: String,
}

fn no_server(why: &dyn std::fmt::Display) -> CliError {
    CliError::Bench(format!(
        "gobid-server, beside gobid-cli, could not be started: {why}; build both"
    ))
}
