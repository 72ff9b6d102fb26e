//! The architecture, held by tests: each rule reads the manifests and the sources and names every
//! place that breaks it. `ARCHITECTURE.md` says what the rules are for.
//!
//! The rules see names, not types, so a determined author gets around them; what needs types is a
//! lint (`clippy.toml`).

mod bugs;
mod files;
mod planted;
mod repository;
mod rust;

use repository::{Breach, File, Manifest, Repository};

type Rule = fn(&Repository) -> Vec<Breach>;

/// What each package may depend on of the workspace's own. Tests may depend on anything.
const ARROWS: [(&str, &[&str]); 8] = [
    ("gobid-auction", &[]),
    ("gobid-api", &["gobid-auction"]),
    ("gobid-store", &["gobid-auction"]),
    ("gobid-server", &["gobid-api", "gobid-auction", "gobid-store"]),
    ("gobid-cli", &["gobid-api", "gobid-auction", "gobid-store"]),
    ("gobid-tui", &["gobid-api", "gobid-auction"]),
    ("gobid-bench", &["gobid-store"]),
    ("gobid-tests", &[]),
];

/// All that the rules of an auction are made of: data, and no way to the world.
const PURE_DEPENDENCIES: [&str; 4] = ["jiff", "serde", "thiserror", "uuid"];

/// The ways to the world that the standard library and those dependencies have.
const IMPURE: [&str; 18] = [
    "async",
    "rand",
    "sqlx",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "tokio",
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Uuid::new_v4",
    "Uuid::now_v6",
    "Uuid::now_v7",
    "Zoned::now",
    "thread_rng",
];

const CLOCKS: [&str; 6] = [
    "Instant::now",
    "OffsetDateTime::now_local",
    "OffsetDateTime::now_utc",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
];

#[test]
fn crates_depend_along_the_arrows_alone() {
    assert_holds(crates_depend_along_the_arrows);
}

fn crates_depend_along_the_arrows(repository: &Repository) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for manifest in &repository.manifests {
        let package = &manifest.package;
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| from == package) else {
            breaches.push(manifest.breach("name", "a crate without a place in the architecture"));
            continue;
        };
        let ours = manifest.dependencies.iter().filter(|name| name.starts_with("gobid-"));
        for name in ours.filter(|name| !allowed.contains(&name.as_str())) {
            breaches.push(manifest.breach(name, format!("{package} may not depend on {name}")));
        }
    }
    breaches
}

#[test]
fn every_crate_of_the_architecture_is_there() -> anyhow::Result<()> {
    let mut found: Vec<_> =
        Repository::read()?.manifests.into_iter().map(|manifest| manifest.package).collect();
    let mut drawn = ARROWS.map(|(package, _)| package);
    found.sort();
    drawn.sort_unstable();
    assert_eq!(found, drawn);
    Ok(())
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    assert_holds(crates_take_the_lints);
}

fn crates_take_the_lints(repository: &Repository) -> Vec<Breach> {
    let lax = repository.manifests.iter().filter(|manifest| !manifest.has_lints_of_workspace);
    lax.map(|manifest| manifest.breach("[lints]", "wants `[lints] workspace = true`")).collect()
}

#[test]
fn the_rules_of_an_auction_are_pure() {
    assert_holds(rules_are_pure);
}

fn rules_are_pure(repository: &Repository) -> Vec<Breach> {
    let why = "the rules of an auction have no I/O, no clock, no async and no randomness";
    let manifests = repository.manifests.iter().filter(|it| it.package == "gobid-auction");
    let mut breaches = Vec::new();
    for manifest in manifests {
        for name in &manifest.dependencies {
            if !PURE_DEPENDENCIES.contains(&name.as_str()) && !name.starts_with("gobid-") {
                breaches.push(manifest.breach(name, format!("{name}: {why}")));
            }
        }
    }
    let sources = repository.sources().filter(|file| file.is_in("gobid-auction"));
    breaches.extend(forbid(&IMPURE, sources, why));
    breaches
}

#[test]
fn sql_stands_in_the_store_and_the_raw_limits_alone() {
    assert_holds(sql_stands_in_the_store);
}

fn sql_stands_in_the_store(repository: &Repository) -> Vec<Breach> {
    let why = "SQL stands in gobid-store, and in the raw limits that it is measured by";
    forbid_outside(&["gobid-store", "bench"], "sqlx", repository, why)
}

#[test]
fn the_web_framework_stands_in_the_server_alone() {
    assert_holds(the_web_framework_stands_in_the_server);
}

fn the_web_framework_stands_in_the_server(repository: &Repository) -> Vec<Breach> {
    let why = "the store and the wire know no web framework, gobid-server does";
    forbid_outside(&["gobid-server"], "axum", repository, why)
}

#[test]
fn the_terminal_stands_in_the_terminal_client_alone() {
    assert_holds(the_terminal_stands_in_the_terminal_client);
}

fn the_terminal_stands_in_the_terminal_client(repository: &Repository) -> Vec<Breach> {
    forbid_outside(&["gobid-tui"], "ratatui", repository, "gobid-tui alone draws")
}

#[test]
fn the_command_line_opens_the_store_in_migrate_and_admin_alone() {
    assert_holds(the_command_line_opens_the_store_in_two_commands);
}

fn the_command_line_opens_the_store_in_two_commands(repository: &Repository) -> Vec<Breach> {
    const OPEN: [&str; 2] =
        ["gobid-cli/src/commands/migrate.rs", "gobid-cli/src/commands/admin.rs"];
    let why = "a command speaks to the server; only `migrate` and `admin create` open a database";
    let sources = repository.sources().filter(|file| file.is_in("gobid-cli"));
    forbid(&["gobid_store"], sources.filter(|file| !OPEN.contains(&file.path.as_str())), why)
}

#[test]
fn the_hub_knows_nothing_of_http() {
    assert_holds(the_hub_is_below_http);
}

fn the_hub_is_below_http(repository: &Repository) -> Vec<Breach> {
    let hub = repository.sources().filter(|file| {
        file.path == "gobid-server/src/hub.rs" || file.path.starts_with("gobid-server/src/hub/")
    });
    forbid(&["crate::http", "super::http"], hub, "http calls the hub, never the other way round")
}

#[test]
fn status_codes_stand_at_the_edge_alone() {
    assert_holds(status_codes_stand_at_the_edge);
}

fn status_codes_stand_at_the_edge(repository: &Repository) -> Vec<Breach> {
    const EDGES: [&str; 4] = [
        "gobid-api/src/problem.rs",
        "gobid-api/src/problem/",
        "gobid-server/src/http.rs",
        "gobid-server/src/http/",
    ];
    let inside =
        repository.sources().filter(|file| !EDGES.iter().any(|edge| file.path.starts_with(edge)));
    forbid(&["StatusCode"], inside, "which fault has which status is said once, where it leaves")
}

#[test]
fn each_program_reads_the_clock_in_one_file() {
    assert_holds(the_clock_is_read_in_one_file);
}

fn the_clock_is_read_in_one_file(repository: &Repository) -> Vec<Breach> {
    let why = "the time is read in clock.rs; whoever needs it is given it";
    let others = repository.sources().filter(|file| file.name() != "clock.rs");
    let mut breaches = forbid(&CLOCKS, others, why);
    for manifest in &repository.manifests {
        let clocks = repository.sources().filter(|file| file.is_in(manifest.folder()));
        let second = clocks.filter(|file| file.name() == "clock.rs").skip(1);
        breaches.extend(second.map(|file| file.breach(1, "a second clock of one crate")));
    }
    breaches
}

/// A breach for each line of the files that names one of the paths.
fn forbid<'a>(names: &[&str], files: impl Iterator<Item = &'a File>, why: &str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in files {
        let mut last = 0;
        for found in file.names() {
            if found.line != last && names.iter().any(|name| found.has(name)) {
                last = found.line;
                breaches.push(file.breach(found.line, format!("`{}`: {why}", found.path)));
            }
        }
    }
    breaches
}

/// A breach for each line that names the crate of others, or depends on it, outside its homes.
fn forbid_outside(homes: &[&str], name: &str, repository: &Repository, why: &str) -> Vec<Breach> {
    let is_home = |manifest: &&Manifest| homes.contains(&manifest.folder());
    let others = repository.manifests.iter().filter(|manifest| !is_home(manifest));
    let dependent = others.filter(|it| it.dependencies.iter().any(|it| it == name));
    let mut breaches: Vec<_> = dependent.map(|manifest| manifest.breach(name, why)).collect();
    let outside = |file: &&File| !homes.iter().any(|home| file.is_in(home));
    breaches.extend(forbid(&[name], repository.sources().filter(outside), why));
    breaches
}

fn assert_holds(rule: Rule) {
    let breaches = match Repository::read() {
        Ok(repository) => rule(&repository).iter().map(ToString::to_string).collect(),
        Err(error) => vec![format!("{error:#}")],
    };
    assert!(breaches.is_empty(), "the architecture is broken here:\n{}", breaches.join("\n"));
}
