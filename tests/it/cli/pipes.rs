//! A reader who has enough is no error.

use std::process::Stdio;

use super::Market;
use super::shell::Shell;
use crate::support::wait::{PATIENCE, soon};

/// Runs a command whose standard output nobody reads.
pub(super) async fn unread(shell: &Shell, args: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = shell.command(args);
    command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().unwrap();
    drop(command);
    let output = soon("the end of the command", PATIENCE, child.wait_with_output()).await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn a_pipe_that_is_closed_is_no_error() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let commands: [&[&str]; 7] = [
        &["product", "list"],
        &["product", "show", &market.product_id],
        &["product", "export", &market.product_id],
        &["api", "GET", "/products"],
        &["completions", "bash"],
        &["--help"],
        &["--version"],
    ];
    for args in commands {
        for form in ["table", "json", "csv"] {
            let args = if args.len() > 1 { &[args, &["-o", form]].concat() } else { args };
            assert_eq!(unread(&shell, args).await, (Some(0), String::new()), "{args:?}");
        }
    }
}

#[tokio::test]
async fn an_error_that_nobody_reads_is_an_error() {
    let shell = Shell::new();
    for args in [&["product", "sell"][..], &["--server", "nowhere", "product", "list"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = shell.command(args);
        command.stdin(Stdio::null()).stderr(writer).kill_on_drop(true);
        let running = command.spawn().unwrap().wait_with_output();
        let output = soon("the end of the command", PATIENCE, running).await.unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
}

#[tokio::test]
async fn a_watcher_whose_reader_has_gone_ends_with_the_next_event() {
    let market = Market::open().await;
    let (eva, shell) = (market.shell_of("Eva").await, Shell::at(&market.server));
    let errors = std::fs::File::create(shell.folder().join("errors")).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let args = ["product", "watch", &market.product_id, "-v"];
    let mut command = shell.command(&args);
    command.stdin(Stdio::null()).stdout(writer).stderr(errors).kill_on_drop(true);
    let mut watcher = command.spawn().unwrap();
    drop(command);
    crate::support::wait::eventually("the first words", PATIENCE, async || {
        let said = std::fs::read_to_string(shell.folder().join("errors")).unwrap();
        said.contains(", ends ").then_some(())
    })
    .await;
    drop(reader);
    eva.ok(&["bid", "place", &market.product_id, "100"]).await;
    let status = soon("the end of the watcher", PATIENCE, watcher.wait()).await.unwrap();
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn a_secret_that_nobody_reads_is_told_to_be_lost() {
    let market = Market::open().await;
    let (eva, root) = (market.shell_of("Eva").await, market.shell_of_admin().await);
    let token = ["user", "tokens", "create", "--scope", "read", "-o", "json"];
    let (code, stderr) = unread(&eva, &token).await;
    assert_eq!(code, Some(1), "{stderr}");
    let error: serde_json::Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(error["code"], "not_shown", "{error}");
    let (_words, revoke) = error["hint"].as_str().unwrap().split_once("gobid-cli ").unwrap();
    eva.ok(&revoke.split(' ').collect::<Vec<_>>()).await;
    assert_eq!(eva.json(&["user", "tokens", "list"]).await, serde_json::json!([]));
    for args in [
        &["admin", "reset-password", "Eva", "--reason", "Lost."][..],
        &["admin", "user-create", "--user-name", "New", "--email", "new@example.org"],
    ] {
        let (code, stderr) = unread(&root, args).await;
        assert_eq!(code, Some(1), "{stderr}");
        assert!(stderr.contains("password was made and could not be shown"), "{stderr}");
        assert!(stderr.contains("next: gobid-cli admin reset-password "), "{stderr}");
    }
}

#[tokio::test]
async fn where_ids_alone_are_printed_no_secret_is_made() {
    let market = Market::open().await;
    let (eva, root) = (market.shell_of("Eva").await, market.shell_of_admin().await);
    let bob = market.shell_of("Bob").await;
    let error = eva.run(&["user", "tokens", "create", "--scope", "read", "-o", "id"]).await;
    assert!(error.failed(2).contains("would be lost"));
    assert_eq!(eva.json(&["user", "tokens", "list"]).await, serde_json::json!([]));
    let root = root.env("GOBID_OUTPUT", "id");
    root.run(&["admin", "reset-password", "Bob", "--reason", "Lost."]).await.failed(2);
    bob.json(&["user", "whoami"]).await;
    let create = ["admin", "user-create", "--user-name", "New", "--email", "new@example.org"];
    root.run(&create).await.failed(2);
    let own = [&create[..], &["--password-stdin"]].concat();
    let id = root.run_with(&own, "a password of his own").await.ok();
    assert!(uuid::Uuid::parse_str(id.trim()).is_ok(), "{id}");
}
