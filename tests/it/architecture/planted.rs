//! Proof that the rules can fail: a small repository with one breach for each, and one without.

use super::{
    Rule,
    files::{self, LONGEST_FILE},
    repository::{File, Repository},
};

/// A rule, a file that breaks it, and the line of the breach.
const BREACHES: [(Rule, &str, &str, usize); 23] = [
    (
        super::crates_depend_along_the_arrows,
        "gobid-tui/Cargo.toml",
        "[package]\nname = \"gobid-tui\"\n[dependencies]\ngobid-store.workspace = true",
        4,
    ),
    (
        super::crates_depend_along_the_arrows,
        "gobid-api/Cargo.toml",
        "[package]\nname = \"gobid-api\"\n[target.x.dependencies]\ndb = { package = \"gobid-store\" }",
        4,
    ),
    (
        super::crates_depend_along_the_arrows,
        "gobid-new/Cargo.toml",
        "[package]\nname = \"gobid-new\"",
        2,
    ),
    (
        super::crates_depend_along_the_arrows,
        "gobid-cli/Cargo.toml",
        "[package]\nname = \"gobid-cli\"\n[dependencies]\ngobid-bench.workspace = true",
        4,
    ),
    (
        super::crates_take_the_lints,
        "gobid-tui/Cargo.toml",
        "[package]\nname = \"gobid-tui\"\n[lints]\nrust.dead_code = \"allow\"",
        3,
    ),
    (
        super::rules_are_pure,
        "gobid-auction/Cargo.toml",
        "[package]\nname = \"gobid-auction\"\n[dependencies]\ntokio.workspace = true",
        4,
    ),
    (super::rules_are_pure, "gobid-auction/src/a.rs", "use std::{\n    fs,\n    fmt,\n};", 2),
    (super::rules_are_pure, "gobid-auction/src/a.rs", "\nasync fn judge() {}", 2),
    (super::rules_are_pure, "gobid-auction/src/a.rs", "fn id() { Uuid::now_v7(); }", 1),
    (
        super::sql_stands_in_the_store,
        "gobid-server/src/a.rs",
        "// sqlx\nfn f() { sqlx::query(\"\"); }",
        2,
    ),
    (
        super::sql_stands_in_the_store,
        "gobid-cli/Cargo.toml",
        "[package]\nname = \"gobid-cli\"\n[dependencies]\nsqlx.workspace = true",
        4,
    ),
    (super::the_web_framework_stands_in_the_server, "gobid-store/src/a.rs", "use axum::Json;", 1),
    (super::the_terminal_stands_in_the_terminal_client, "gobid-cli/src/a.rs", "use ratatui::x;", 1),
    (
        super::the_command_line_opens_the_store_in_two_commands,
        "gobid-cli/src/commands/bid.rs",
        "use gobid_store::Database;",
        1,
    ),
    (super::the_hub_is_below_http, "gobid-server/src/hub/room.rs", "use crate::{app, http::x};", 1),
    (super::the_hub_is_below_http, "gobid-server/src/hub.rs", "use super::http;", 1),
    (super::status_codes_stand_at_the_edge, "gobid-server/src/hub.rs", "use http::StatusCode;", 1),
    (
        super::the_clock_is_read_in_one_file,
        "gobid-tui/src/run.rs",
        "fn f() {\n    tokio::time::Instant::now();\n}",
        2,
    ),
    (files::files_are_named_for_what_they_hold, "gobid-tui/src/view/mod.rs", "", 1),
    (files::work_is_done, "tests/it/a.rs", "#[ignore = \"slow\"]", 1),
    (files::work_is_done, "gobid-api/src/a.rs", "fn f() {\n    todo!()\n}", 2),
    (files::places_are_those_of_any_machine, "README.md", concat!("`/home", "/eva/gobid`"), 1),
    (files::places_are_those_of_any_machine, "justfile", concat!("x:\n\tcd /tmp", "/x"), 2),
];

/// What looks like a breach and is none, for any rule.
const INNOCENT: [(&str, &str); 9] = [
    ("gobid-auction/src/a.rs", "//! No tokio.\nuse std::{fmt, time::Duration};"),
    ("gobid-auction/src/b.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}"),
    ("bench/src/raw/a.rs", "fn f() { sqlx::query(\"\"); }"),
    ("gobid-cli/src/commands/migrate.rs", "use gobid_store::Database;"),
    ("gobid-server/src/http/problem.rs", "use axum::http::StatusCode;"),
    ("gobid-server/src/hub/lane.rs", "use crate::{clock, hub::room};"),
    ("gobid-server/src/telemetry.rs", "const FILTER: &str = \"info,sqlx=warn,todo!\";"),
    ("gobid-tui/src/clock.rs", "fn f() { std::time::Instant::now(); }"),
    ("README.md", "`~/home/x`, `<server>/tmp/y`, `/usr/lib`, `gobid-server/root/z`, `/tmp`"),
];

#[test]
fn every_rule_finds_a_breach() -> anyhow::Result<()> {
    for (rule, path, text, line) in BREACHES {
        let found = rule(&repository(&[(path, text)])?);
        let lines: Vec<_> = found.iter().map(|breach| breach.line).collect();
        assert_eq!(lines, [line], "in {path}: {text}");
    }
    Ok(())
}

#[test]
fn a_file_too_long_and_a_second_clock_are_found() -> anyhow::Result<()> {
    let long = "\n".repeat(LONGEST_FILE);
    let fits = repository(&[("gobid-api/src/a.rs", &long)])?;
    assert!(files::files_are_short(&fits).is_empty());
    let longer = repository(&[("tests/it/a.rs", &format!("{long}\n"))])?;
    assert_eq!(files::files_are_short(&longer).len(), 1);

    let clocks = repository(&[
        ("gobid-api/Cargo.toml", "[package]\nname = \"gobid-api\""),
        ("gobid-api/src/client/clock.rs", ""),
        ("gobid-api/src/clock.rs", ""),
    ])?;
    assert_eq!(super::the_clock_is_read_in_one_file(&clocks).len(), 1);
    Ok(())
}

#[test]
fn no_rule_suspects_the_innocent() -> anyhow::Result<()> {
    let innocent = repository(&INNOCENT)?;
    for (rule, ..) in BREACHES {
        let found: Vec<_> = rule(&innocent).iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:?}");
    }
    Ok(())
}

fn repository(files: &[(&str, &str)]) -> anyhow::Result<Repository> {
    let files = files
        .iter()
        .map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() });
    Repository::of(files.collect())
}
