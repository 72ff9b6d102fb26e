//! Every bug that can be planted is written down, and some test plants it.

use std::fs;

use gobid_auction::planted::Bug;

use super::repository::{Repository, root};

const TABLES: &str = "docs/planted-bugs.md";
/// The files whose tests plant bugs.
const PLANTING: [&str; 2] = ["planted.rs", "leaks.rs"];

#[test]
fn every_bug_is_written_down_and_planted() -> anyhow::Result<()> {
    let tables = fs::read_to_string(root().join(TABLES))?;
    let repository = Repository::read()?;
    let planting: String = repository
        .rust_files()
        .filter(|file| PLANTING.contains(&file.name()) && !file.is_in("gobid-auction/src"))
        .map(|file| file.text.as_str())
        .collect();
    let names: Vec<_> = planting.split(|it: char| !it.is_alphanumeric() && it != '_').collect();
    for bug in Bug::ALL {
        let (word, variant) = (bug.as_str(), format!("{bug:?}"));
        assert!(tables.contains(&format!("`{word}`")), "{word} is not in {TABLES}");
        let is_planted = names.contains(&word) || names.contains(&variant.as_str());
        assert!(is_planted, "no test plants {word}");
    }
    Ok(())
}

#[test]
fn every_test_of_the_tables_is_there() -> anyhow::Result<()> {
    let tables = fs::read_to_string(root().join(TABLES))?;
    let repository = Repository::read()?;
    let rows = tables.lines().filter(|line| line.starts_with("| "));
    let quoted = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    let named = quoted.filter(|it| it.contains("::") || it.ends_with("_is_found"));
    let mut count = 0;
    for name in named {
        let function = name.trim_end_matches('…').rsplit("::").next().unwrap_or(name);
        let is_there = repository.rust_files().any(|file| file.text.contains(function));
        assert!(is_there, "{name} is in {TABLES} and nowhere else");
        count += 1;
    }
    assert!(count > 20, "{count} tests are named in {TABLES}");
    Ok(())
}
