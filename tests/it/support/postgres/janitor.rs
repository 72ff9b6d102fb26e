//! Who removes a cluster when the tests are gone, killed ones too.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const SCRIPT: &str = include_str!("janitor.sh");

/// Starts a janitor of a session of its own for the cluster. When one is at work already, the new
/// one leaves at once.
pub(super) fn hire(folder: &Path, users: &Path, grace: Duration) {
    let hired = Command::new("setsid")
        .args(["--fork", "sh", "-c", SCRIPT, "janitor"])
        .args([folder, users])
        .arg(grace.as_secs().to_string())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("setsid is there");
    assert!(hired.success(), "setsid: {hired}");
}
