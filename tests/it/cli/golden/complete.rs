//! Whether every command, form, exit code and error there is has a golden output.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::transcript::{FORMS, OUTCOME, PROMPT, TERMINAL};
use crate::cli::shell::Shell;

/// A command of a transcript, a form, and the exit code.
struct Golden {
    words: Vec<String>,
    form: String,
    code: i32,
    text: String,
}

/// All that is kept.
fn golden() -> Vec<Golden> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/cli/golden/snapshots");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.flat_map(|path| read(&std::fs::read_to_string(path).unwrap())).collect()
}

fn read(transcript: &str) -> Vec<Golden> {
    let (mut all, mut words, mut forms, mut text) = (Vec::new(), Vec::new(), "", String::new());
    for line in transcript.lines() {
        if let Some(typed) = line.strip_prefix(PROMPT) {
            words = typed.split(' ').map(str::to_owned).collect();
        } else if let Some(named) = line.strip_prefix(OUTCOME) {
            (forms, text) = (named, String::new());
        } else if let Some(code) = line.strip_prefix("= ") {
            let code = code.parse().unwrap();
            all.extend(forms.split(", ").map(|form| Golden {
                words: words.clone(),
                form: form.to_owned(),
                code,
                text: text.clone(),
            }));
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    all
}

/// What a command's help says of it: the commands below it, and whether it is one by itself.
struct Help {
    below: Vec<String>,
    is_command: bool,
}

async fn help(shell: &Shell, path: &[String]) -> Help {
    let path = path.iter().map(String::as_str);
    let text = shell.ok(&path.chain(["--help"]).collect::<Vec<_>>()).await;
    let (_before, listed) = text.split_once("\nCommands:\n").unwrap_or_default();
    let lines = listed.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let below: Vec<_> =
        names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect();
    Help { is_command: below.is_empty() || text.contains(" [COMMAND]"), below }
}

/// Every command that can be run, by the path of its words.
async fn commands() -> BTreeSet<Vec<String>> {
    let shell = Shell::new();
    let (mut left, mut commands) = (vec![Vec::new()], BTreeSet::new());
    while let Some(path) = left.pop() {
        let help = help(&shell, &path).await;
        left.extend(help.below.into_iter().map(|name| [&path[..], &[name]].concat()));
        if help.is_command {
            commands.insert(path);
        }
    }
    commands
}

/// The command that the words of a command line name: the longest there is.
fn named<'a>(commands: &'a BTreeSet<Vec<String>>, words: &[String]) -> Option<&'a Vec<String>> {
    let is_named = |path: &&Vec<String>| {
        let mut rest = words.iter();
        path.iter().all(|name| rest.any(|word| word == name))
    };
    commands.iter().filter(is_named).max_by_key(|path| path.len())
}

/// Whether a command has to be there in a form. What completes words in a shell is for no screen.
fn is_owed(path: &[String], form: &str) -> bool {
    path[0] != "completions" || form != TERMINAL
}

#[tokio::test]
async fn every_command_is_golden_in_every_form() {
    let (commands, golden) = (commands().await, golden());
    assert!(commands.len() > 40, "{commands:?}");
    let seen = golden.iter();
    let seen = seen.filter_map(|it| Some(((named(&commands, &it.words)?, &*it.form), it.code)));
    let seen: Vec<_> = seen.collect();
    let all = commands.iter().flat_map(|path| FORMS.map(|form| (path, form)));
    let is_missing = |(path, form): &(&Vec<String>, &str)| {
        // For people and for programs it has to succeed once.
        let must_succeed = matches!(*form, "table" | "json");
        let is_seen =
            |(which, code): &(_, i32)| *which == (*path, *form) && (*code == 0 || !must_succeed);
        is_owed(path, form) && !seen.iter().any(is_seen)
    };
    let missing: Vec<_> = all.filter(is_missing).collect();
    assert!(missing.is_empty(), "write golden tests of {missing:?}");
}

#[tokio::test]
async fn every_exit_code_is_golden() {
    let help = Shell::new().ok(&["--help"]).await;
    let (_before, listed) = help.split_once("Exit codes:").unwrap();
    let numbers = listed.split(|sign: char| !sign.is_ascii_digit()).filter(|it| !it.is_empty());
    let documented: BTreeSet<i32> = numbers.map(|number| number.parse().unwrap()).collect();
    let mut found: BTreeMap<i32, BTreeSet<String>> = BTreeMap::new();
    for it in golden() {
        found.entry(it.code).or_default().insert(it.form);
    }
    assert_eq!(found.keys().copied().collect::<BTreeSet<_>>(), documented);
    for (code, forms) in found {
        for form in ["table", "json"] {
            assert!(forms.contains(form), "exit code {code} with -o {form}");
        }
    }
}

#[test]
fn every_error_is_golden() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let source = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    // `Name "code" status "title";`
    let problems = source("gobid-api/src/problem.rs");
    let of_server = problems.lines().filter_map(|line| {
        let parts: Vec<_> = line.trim().split('"').collect();
        matches!(&parts[..], [_, _, status, _, ";"] if status.trim().parse::<u16>().is_ok())
            .then(|| parts[1])
    });
    // `("code", …)`
    let report = source("gobid-cli/src/report.rs");
    let (report, _tests) = report.split_once("#[cfg(test)]").unwrap();
    let of_program = report.split("(\"").skip(1).filter_map(|text| {
        let (code, rest) = text.split_once('"')?;
        let is_code = code.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_');
        (is_code && rest.starts_with(", ")).then_some(code)
    });
    let codes: BTreeSet<_> = of_server.chain(of_program).collect();
    assert!(codes.len() > 50, "{codes:?}");
    let golden: String = golden().into_iter().map(|it| it.text).collect();
    let is_golden = |code: &&str| golden.contains(&format!("\"code\":\"{code}\","));
    let missing: BTreeSet<_> = codes.into_iter().filter(|code| !is_golden(code)).collect();
    assert!(missing.is_empty(), "write golden tests of these errors: {missing:?}");
}

/// The sources of all commands but the benches.
fn commands_sources() -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../gobid-cli/src/commands");
    let (mut folders, mut texts) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() {
                texts.push(std::fs::read_to_string(path).unwrap());
            } else if !path.ends_with("bench") {
                folders.push(path);
            }
        }
    }
    texts
}

/// The client's functions that change something, but for bids, which have an end of their own.
fn orders() -> BTreeSet<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../gobid-api/src");
    let mut files = vec![root.join("client.rs")];
    files.extend(std::fs::read_dir(root.join("client")).unwrap().map(|it| it.unwrap().path()));
    let writes = ["Call::post(", "Call::put(", "Call::patch(", "Call::delete(", "self.order("];
    let mut orders = BTreeSet::new();
    for path in files.into_iter().filter(|path| path.is_file()) {
        let source = std::fs::read_to_string(path).unwrap();
        for function in source.split("pub async fn ").skip(1) {
            let (body, _next) = function.split_once("\n    }\n").unwrap();
            let is_order = writes.iter().chain(&["self.change_user("]).any(|it| body.contains(it));
            orders.extend(is_order.then(|| body.split('(').next().unwrap().to_owned()));
        }
    }
    orders
}

/// Whatever was sent, and nobody knows whether it was done, has words of its own.
#[test]
fn every_doubt_is_golden() {
    let (sources, orders) = (commands_sources(), orders());
    assert!(orders.len() > 15, "{orders:?}");
    for source in &sources {
        for order in &orders {
            for (at, call) in source.match_indices(&format!(".{order}(")) {
                let from = source.floor_char_boundary(at.saturating_sub(400));
                let around = &source[from..source.floor_char_boundary(at + 400)];
                assert!(around.contains("client.prepare"), "{call} without a word on lost answers");
            }
        }
    }
    let sent = sources.iter().flat_map(|source| source.split("client.prepare").skip(1));
    let sent = sent.filter(|it| it.starts_with("(),") || it.starts_with("_as_visitor(),"));
    let mut doubts: BTreeSet<_> =
        sent.map(|order| order.split('"').nth(1).unwrap().to_owned()).collect();
    assert!(doubts.len() > 15, "{doubts:?}");
    // That of `api` is a constant.
    doubts.insert("the server has done it".to_owned());
    let golden: String = golden().into_iter().map(|it| it.text).collect();
    doubts.retain(|what| !golden.contains(&format!("it is not known whether {what}: ")));
    assert!(doubts.is_empty(), "write golden tests of these doubts: {doubts:?}");
}

/// What nothing is compared with any more would count as golden for ever.
#[test]
fn every_snapshot_is_of_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/cli/golden");
    let files = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let sources: String = files(&folder)
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    for path in files(&folder.join("snapshots")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(sources.contains(&format!("compare(\"{name}\")")), "{path:?}");
    }
}

#[test]
fn a_transcript_is_read_as_it_was_written() {
    let text = "$ gobid-cli user whoami -o x\n-> table, csv\n= 4\n-> json\n! {}\n= 4\n\n";
    let read = read(text);
    let forms: Vec<_> = read.iter().map(|it| (&*it.form, it.code, &*it.text)).collect();
    assert_eq!(forms, [("table", 4, ""), ("csv", 4, ""), ("json", 4, "! {}\n")]);
    let path = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let commands = BTreeSet::from([path(&["user"]), path(&["user", "whoami"])]);
    assert_eq!(named(&commands, &read[0].words), Some(&path(&["user", "whoami"])));
}
