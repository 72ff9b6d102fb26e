use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use crate::support::process::Process;
use crate::support::programs;

fn shell(script: &str, folder: &Path) -> Process {
    let args = ["-c".to_owned(), script.to_owned()];
    Process::start(Path::new("sh"), &args, &[("GIVEN".to_owned(), "yes".to_owned())], folder)
}

#[test]
fn the_programs_are_there() {
    for program in [programs::server(), programs::cli(), programs::tui()] {
        assert!(program.is_file(), "{}", program.display());
    }
}

#[tokio::test]
async fn a_line_is_waited_for_and_a_signal_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = shell("echo what >&2; echo no; echo yes 7; exec sleep 1000", folder.path());
    let number = process.line("yes", |line| line.strip_prefix("yes ")?.parse::<u32>().ok()).await;
    assert_eq!(number, 7);
    assert_eq!(
        (process.lines(), process.errors()),
        (vec!["no".into(), "yes 7".into()], "what\n".into())
    );
    process.signal("STOP");
    process.signal("CONT");
    process.signal("TERM");
    assert_eq!(process.ended().await.signal(), Some(15));
}

#[tokio::test]
#[should_panic(expected = "sh ended before its answer: exit status: 3")]
async fn an_early_end_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    shell("echo why >&2; exit 3", folder.path()).line("answer", |_line| None::<()>).await;
}

#[tokio::test]
async fn nothing_of_the_machines_settings_reaches_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = shell("env; echo end", folder.path());
    process.line("end", |line| (line == "end").then_some(())).await;
    let lines = process.lines();
    assert!(lines.contains(&"GIVEN=yes".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("CARGO")), "{lines:?}");
    let home = format!("HOME={}", folder.path().join("home").display());
    assert!(lines.contains(&home), "{lines:?}");
}
