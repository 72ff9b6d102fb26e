//! The server under load: one of the bench's own, on a database of its own, or one that was named.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Stdio;

use gobid_api::client::Client;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout};

use super::TIMEOUT;
use super::process::{self, Cost};
use crate::credentials::Context;
use crate::error::CliError;

/// Which server is put under load.
#[derive(Debug, clap::Args)]
pub(crate) struct ServerArgs {
    /// The database, `sqlite:…` or `postgres://…`; it must be an empty one of the bench's own
    /// [default: a file in a temporary folder]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Put load on the server of --server, too, when it is not on this machine
    #[arg(long)]
    force: bool,
}

/// A server under load. One of the bench's own ends with it.
pub(super) struct Server {
    url: String,
    /// What it runs on, as it said itself.
    database: Option<String>,
    durability: Option<Value>,
    own: Option<Own>,
}

struct Own {
    process: Child,
    folder: PathBuf,
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    /// The server that the flag names; without it one is started.
    pub(super) async fn start(args: &ServerArgs, context: &Context) -> Result<Self, CliError> {
        process::allow_many_files();
        let Some(url) = &context.settings.server_by_flag else {
            return Self::start_own(args).await;
        };
        if args.database_url.is_some() {
            let why = "--database-url is for a server of the bench's own: leave --server out";
            return Err(CliError::Usage(why.to_owned()));
        }
        let url = Client::new(url, None, TIMEOUT)?.server().to_owned();
        if !args.force && !is_on_this_machine(&url) {
            let why = format!(
                "{url} is not on this machine, and a bench could ruin it: --force does it all the same"
            );
            return Err(CliError::Usage(why));
        }
        Ok(Self { url, database: None, durability: None, own: None })
    }

    /// Starts the `gobid-server` that stands beside this program, without limits. What the person
    /// has set for servers, above all their database, does not reach it.
    async fn start_own(args: &ServerArgs) -> Result<Self, CliError> {
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
        let read = stdout.read_line(&mut line).await;
        let own = Some(Own { process, folder, _stdout: stdout });
        read.map_err(|why| no_server(&why))?;
        let ready: Ready = serde_json::from_str(&line)
            .map_err(|_why| no_server(&"it did not say that it is ready"))?;
        let Ready { url, database, durability } = ready;
        Ok(Self { url, database: Some(database), durability, own })
    }

    /// A client of it, not logged in.
    pub(super) fn client(&self) -> Result<Client, CliError> {
        Ok(Client::new(&self.url, None, TIMEOUT)?)
    }

    /// On which kind of database it runs, if it said so.
    pub(super) fn database(&self) -> Option<String> {
        self.database.clone()
    }

    /// What its database says of its durability, if it said so.
    pub(super) fn durability(&self) -> Option<Value> {
        self.durability.clone()
    }

    /// What it has cost so far; `None` of a server that is not the bench's own.
    pub(super) fn cost(&self) -> Option<Cost> {
        Cost::of(self.process_id()?)
    }

    /// Its process, when it is the bench's own.
    pub(super) fn process_id(&self) -> Option<u32> {
        self.own.as_ref()?.process.id()
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // The folder was made for this run alone; what cannot be removed is only litter.
        let _ = self.process.start_kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[derive(serde::Deserialize)]
struct Ready {
    url: String,
    database: String,
    durability: Option<Value>,
}

/// Whether an origin, `http(s)://host:port`, is of this machine.
fn is_on_this_machine(origin: &str) -> bool {
    let place = origin.split_once("://").map_or(origin, |(_scheme, place)| place);
    let host = match place.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => place.split(':').next(),
    };
    let host = host.unwrap_or_default();
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn no_server(why: &dyn std::fmt::Display) -> CliError {
    CliError::Bench(format!(
        "gobid-server, beside gobid-cli, could not be started: {why}; build both"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for here in
            ["http://127.0.0.1:3080", "http://127.9.9.9", "http://[::1]:80", "http://localhost"]
        {
            assert!(is_on_this_machine(here), "{here}");
        }
        for there in [
            "http://10.0.0.1",
            "https://127.example",
            "http://localhost.example:80",
            "http://[::2]",
        ] {
            assert!(!is_on_this_machine(there), "{there}");
        }
    }
}
