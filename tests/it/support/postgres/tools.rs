//! The programs that PostgreSQL is run with.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(find_programs);

/// PostgreSQL refuses to run as root: then its user runs it, as which its package made one.
static AS_ROOT: LazyLock<bool> =
    LazyLock::new(|| fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0));

/// What a database on a disk that may be pulled out needs is on, as in production.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
fsync = on
full_page_writes = on
synchronous_commit = on
max_connections = 500
log_line_prefix = '%m [%p] %a '
";

/// An empty folder that PostgreSQL may write to, on a path that its user may walk.
pub(super) fn create_folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("gobid-postgres-").tempdir().unwrap().keep();
    if *AS_ROOT {
        done(Command::new("chown").arg("postgres:").arg(&folder)).unwrap_or_else(|error| {
            panic!("PostgreSQL does not run as root, and there is no user postgres: {error}")
        });
    }
    folder
}

/// A new cluster in the folder, to run on the port.
pub(super) fn create_cluster(folder: &Path, port: u16) {
    let mut initdb = tool(folder, "initdb");
    initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
    // What initdb writes is not what the tests are about; all later writes are synced.
    initdb.args(["--no-sync", "--pgdata=data"]);
    done(&mut initdb).unwrap_or_else(|error| panic!("{error}"));
    let mut file = fs::File::options().append(true).open(folder.join("data/postgresql.conf"));
    let file = file.as_mut().unwrap();
    let sockets = folder.display();
    write!(file, "{SETTINGS}port = {port}\nunix_socket_directories = '{sockets}'\n").unwrap();
}

/// Starts or stops the cluster in the folder, and waits until that is done.
pub(super) fn pg_ctl(folder: &Path, args: &[&str]) -> Result<(), String> {
    let data = folder.join("data");
    let mut command = tool(folder, "pg_ctl");
    command.arg("--pgdata").arg(data).args(["--log=log", "--wait", "--timeout=60", "--silent"]);
    done(command.args(args)).map_err(|error| {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        let mut last: Vec<&str> = log.lines().rev().take(20).collect();
        last.reverse();
        format!("{error}\n{}", last.join("\n"))
    })
}

/// The port of a cluster that answers.
pub(super) fn port_of_running(folder: &Path) -> Option<u16> {
    let file = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
    let port: u16 = file.lines().nth(3)?.trim().parse().ok()?;
    let mut command = Command::new(PROGRAMS.join("pg_isready"));
    command.args(["--host=127.0.0.1", "--timeout=10", "--quiet", "--port"]).arg(port.to_string());
    done(&mut command).ok()?;
    Some(port)
}

/// Drops a database, whoever is connected to it. A cluster that was killed has none to drop.
pub(super) fn drop_database(port: u16, database: &str) {
    let mut command = Command::new(PROGRAMS.join("dropdb"));
    command.args(["--host=127.0.0.1", "--username=postgres", "--no-password", "--port"]);
    command.arg(port.to_string()).args(["--if-exists", "--force", database]);
    if let Err(error) = done(&mut command) {
        eprintln!("the database {database} stays: {error}");
    }
}

/// One of its programs, run in the folder by the user to whom the folder belongs.
fn tool(folder: &Path, name: &str) -> Command {
    let program = PROGRAMS.join(name);
    let mut command = if *AS_ROOT {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder).env("LC_ALL", "C");
    command
}

fn done(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let Output { status, stdout, stderr } =
        output.map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let said = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    Err(format!("{command:?}: {status}\n{}", said.concat()))
}

fn find_programs() -> PathBuf {
    let asked = Command::new("pg_config").arg("--bindir").output();
    let told = asked.ok().filter(|output| output.status.success());
    let told = told.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    debian.sort_by_key(|folder| version(folder));
    let mut folders = told.into_iter().chain(debian.into_iter().rev());
    folders.find(|folder| folder.join("initdb").exists()).expect(
        "PostgreSQL 14 or later is needed, with initdb and pg_ctl: the tests run on it too \
         (Debian: apt-get install postgresql)",
    )
}

fn version(folder: &Path) -> u32 {
    let name = folder.parent().and_then(Path::file_name).unwrap_or_default();
    name.to_string_lossy().parse().unwrap_or(0)
}
