//! The programs, built once for all tests of a run.
//!
//! `cargo nextest run` builds the test program but not the programs it starts, and then runs every
//! test in a process of its own. The first one builds; the others of the same run find in a file
//! what it built.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `gobid-server`.
pub(crate) fn server() -> &'static Path {
    program("gobid-server")
}

/// `gobid-cli`.
pub(crate) fn cli() -> &'static Path {
    program("gobid-cli")
}

/// `gobid-tui`.
pub(crate) fn tui() -> &'static Path {
    program("gobid-tui")
}

/// `gobid-server-planted`: the server with a bug planted in it.
pub(crate) fn planted_server() -> &'static Path {
    PLANTED.get("gobid-server-planted").expect("the feature builds it")
}

type Programs = BTreeMap<String, PathBuf>;

static PROGRAMS: LazyLock<Programs> =
    LazyLock::new(|| of_this_run("programs", &["--workspace", "--bins"]));

/// It is built by itself: its feature must not get into the other programs. With the whole workspace
/// in view, so that what it depends on is what the others depend on, and built already.
static PLANTED: LazyLock<Programs> = LazyLock::new(|| {
    let args = ["--workspace", "--features=gobid-server/planted", "--bin=gobid-server-planted"];
    of_this_run("planted", &args)
});

fn program(name: &str) -> &'static Path {
    PROGRAMS.get(name).unwrap_or_else(|| panic!("the workspace builds no program {name}"))
}

#[derive(Serialize, Deserialize)]
struct Built {
    run: String,
    programs: Programs,
}

fn of_this_run(name: &str, what: &[&str]) -> Programs {
    let Some(run) = std::env::var_os("NEXTEST_RUN_ID") else {
        return build(what);
    };
    let run = run.to_string_lossy().into_owned();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let lock = File::create(folder.join(format!("{name}.lock"))).unwrap();
    lock.lock().unwrap();
    let file = folder.join(format!("{name}.json"));
    let known = fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Built>(&text).ok());
    if let Some(built) = known.filter(|built| built.run == run) {
        return built.programs;
    }
    let built = Built { run, programs: build(what) };
    fs::write(&file, serde_json::to_vec(&built).unwrap()).unwrap();
    built.programs
}

fn build(what: &[&str]) -> Programs {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(what)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    for (name, _value) in std::env::vars_os().filter(|(name, _value)| is_of_this_package(name)) {
        command.env_remove(name);
    }
    let output = command.output().expect("cargo can be started");
    assert!(output.status.success(), "cargo build {what:?}: {}", output.status);
    let lines = output.stdout.split(|byte| *byte == b'\n');
    lines.filter_map(|line| executable(&serde_json::from_slice(line).ok()?)).collect()
}

/// What cargo tells a test about its own package would look like a change to the build scripts.
fn is_of_this_package(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn executable(message: &Value) -> Option<(String, PathBuf)> {
    let path = message["executable"].as_str()?;
    Some((message["target"]["name"].as_str()?.to_owned(), path.into()))
}
