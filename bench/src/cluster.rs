//! A PostgreSQL of the bench's own, with the settings of a durable one.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// What a database on a disk that may be pulled out needs is on, as in production; all else is as
/// PostgreSQL brings it.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
fsync = on
full_page_writes = on
synchronous_commit = on
max_connections = 200
";

/// A running cluster, reached as its superuser `postgres` on 127.0.0.1 without a password. It goes
/// with this value.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes one in a temporary folder and starts it on a free port.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs = find_programs()?;
        let folder = tempfile::Builder::new().prefix("gobid-bench-postgres-").tempdir()?.keep();
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self { folder, programs, port };
        if runs_as_root() {
            done(Command::new("chown").arg("postgres:").arg(&cluster.folder))
                .context("PostgreSQL does not run as root, and there is no user postgres")?;
        }
        let mut initdb = cluster.tool("initdb");
        initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        done(initdb.arg("--pgdata=data"))?;
        let settings = cluster.folder.join("data/postgresql.conf");
        let mut file = fs::File::options().append(true).open(settings)?;
        let sockets = cluster.folder.display();
        write!(file, "{SETTINGS}port = {port}\nunix_socket_directories = '{sockets}'\n")?;
        done(cluster.pg_ctl().args(["--log=log", "start"]))?;
        Ok(cluster)
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// One of its client programs, with the arguments that lead to the cluster.
    pub(crate) fn client(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.args(["--host=127.0.0.1", "--username=postgres", "--port"]);
        command.arg(self.port.to_string());
        command
    }

    /// A program of the server, run in the folder by the user to whom the folder belongs.
    fn tool(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if runs_as_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder).env("LC_ALL", "C");
        command
    }

    fn pg_ctl(&self) -> Command {
        let mut command = self.tool("pg_ctl");
        command.args(["--pgdata=data", "--wait", "--timeout=60", "--silent"]);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // What it held was for this run alone; what cannot be removed is only litter.
        let _ = done(self.pg_ctl().args(["--mode=immediate", "stop"]));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Runs a command to its end; what it said is in the error.
pub(crate) fn done(command: &mut Command) -> anyhow::Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let complained = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?}: {}\n{said}{complained}", output.status);
    }
    Ok(said)
}

/// PostgreSQL refuses to run as root: then its user runs it, whom its package made.
fn runs_as_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn find_programs() -> anyhow::Result<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    folders.sort_by_key(|folder| version(folder));
    if let Ok(told) = done(Command::new("pg_config").arg("--bindir")) {
        folders.push(told.trim().into());
    }
    let mut newest_first = folders.into_iter().rev();
    newest_first.find(|folder| folder.join("initdb").exists()).context(
        "PostgreSQL 14 or later is needed, with initdb, pg_ctl and pgbench \
         (Debian: apt-get install postgresql)",
    )
}

fn version(folder: &Path) -> u32 {
    let name = folder.parent().and_then(Path::file_name).unwrap_or_default();
    name.to_string_lossy().parse().unwrap_or(0)
}
