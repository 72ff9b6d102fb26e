//! How far long work has come is shown to people, and is no part of the result.

use std::path::Path;

use super::clean;
use super::products::boxes;
use crate::cli::Market;
use crate::cli::shell::{Ran, Shell};
use crate::support::programs;
use crate::support::pty::STANDARD;

/// Runs a program with files for its input and its result; standard error is the terminal.
const WITH_FILES: &str = r#"cd "$1" && shift && exec "$@" <input >result"#;

/// Runs a command whose result goes to a file; gives what the terminal was sent, too.
async fn at_terminal(shell: &Shell, args: &[&str], input: &str) -> (Ran, String) {
    shell.file("input", input);
    let folder = shell.folder().to_str().unwrap();
    let before = ["-c", WITH_FILES, "sh", folder, programs::cli().to_str().unwrap()];
    let args = [&before[..], args].concat();
    let terminal = shell.terminal_of(STANDARD, Path::new("sh"), &args).await;
    let code = Some(terminal.ended().await);
    let stdout = std::fs::read_to_string(shell.folder().join("result")).unwrap();
    let shown = String::from_utf8(terminal.bytes()).unwrap();
    (Ran { code, stdout, stderr: String::new() }, shown)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bar_is_no_part_of_the_result() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let id = &*market.product_id;
    eva.ok(&["bid", "place", id, "100"]).await;
    let bench = ["bench", "hot", "--bidders", "2", "--duration", "1s"];
    let bench = [&bench[..], &["--server", market.server.url()]].concat();
    let boxes = boxes();
    for form in ["json", "ndjson", "csv", "id"] {
        let commands: [(&[&str], &str, &str); 2] = [
            (&["product", "export", id], "", "] 2 of 2 events"),
            (&["product", "create", "-f", "-"], &boxes, "] 2 of 2 products"),
        ];
        for (args, input, bar) in commands {
            let (ran, shown) = at_terminal(&eva, &[&["-o", form], args].concat(), input).await;
            assert!(ran.code == Some(0) && !ran.stdout.is_empty(), "{ran:?} {shown}");
            clean::check(args, form, &ran);
            assert!(shown.contains(bar), "{form} {args:?}: {shown}");
        }
    }
    let (ran, shown) = at_terminal(&eva, &bench, "").await;
    assert!(ran.stdout.starts_with('{') && shown.contains("s of 1s"), "{ran:?} {shown}");
    clean::check(&bench, "table", &ran);
}
