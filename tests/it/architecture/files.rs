//! The rules for any file, whatever crate it belongs to.

use super::{
    assert_holds,
    repository::{self, Breach, Repository},
    rust,
};

pub(super) const LONGEST_FILE: usize = 350;

#[test]
fn every_source_file_is_short() {
    assert_holds(files_are_short);
}

pub(super) fn files_are_short(repository: &Repository) -> Vec<Breach> {
    let long = repository.rust_files().filter(|file| file.text.lines().count() > LONGEST_FILE);
    long.map(|file| {
        let lines = file.text.lines().count();
        file.breach(lines, format!("{lines} lines are more than {LONGEST_FILE}: find the seam"))
    })
    .collect()
}

#[test]
fn no_file_is_named_mod() {
    assert_holds(files_are_named_for_what_they_hold);
}

pub(super) fn files_are_named_for_what_they_hold(repository: &Repository) -> Vec<Breach> {
    let unnamed = repository.rust_files().filter(|file| file.name() == "mod.rs");
    unnamed.map(|file| file.breach(1, "a module is a file of its own name")).collect()
}

#[test]
fn nothing_is_left_undone() {
    assert_holds(work_is_done);
}

pub(super) fn work_is_done(repository: &Repository) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in repository.rust_files() {
        for (number, line) in (1..).zip(rust::code(&file.text).lines()) {
            let left = ["todo!", "unimplemented!", "#[ignore"];
            if let Some(left) = left.into_iter().find(|left| line.contains(left)) {
                breaches.push(file.breach(number, format!("`{left}` is work left undone")));
            }
        }
    }
    breaches
}

#[test]
fn no_text_names_a_place_of_one_machine() {
    assert_holds(places_are_those_of_any_machine);
}

pub(super) fn places_are_those_of_any_machine(repository: &Repository) -> Vec<Breach> {
    let places = places_of_one_machine();
    let mut breaches = Vec::new();
    for file in &repository.files {
        for (number, line) in (1..).zip(file.text.lines()) {
            if let Some(place) = places.iter().find(|place| has_path_below(line, place)) {
                breaches.push(file.breach(number, format!("{place} is a place of one machine")));
            }
        }
    }
    breaches
}

/// Where people and programs keep their own, and the checkout's top folder where that is none
/// which every machine has.
fn places_of_one_machine() -> Vec<String> {
    const EVERYWHERE: [&str; 15] = [
        "bin", "boot", "dev", "etc", "lib", "media", "mnt", "opt", "proc", "run", "sbin", "srv",
        "sys", "usr", "var",
    ];
    let mut tops: Vec<_> = ["Users", "home", "root", "tmp"].map(str::to_owned).into();
    let checkout = repository::root().to_string_lossy().into_owned();
    let top = checkout.split('/').nth(1).unwrap_or_default();
    if !EVERYWHERE.contains(&top) && !tops.iter().any(|known| known == top) {
        tops.push(top.to_owned());
    }
    tops.into_iter().map(|top| format!("/{top}/")).collect()
}

/// Whether the line names something in the folder. `<a>/b/c`, `a/b/c`, `./b/c` and `~/b/c` name
/// nothing in `/b/`.
fn has_path_below(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let (before, from) = line.split_at(at);
        let relative = |last: char| last.is_alphanumeric() || "_.-~*)}>".contains(last);
        let below = from.strip_prefix(folder).unwrap_or_default();
        !before.ends_with(relative) && below.starts_with(|first: char| first.is_alphanumeric())
    })
}
