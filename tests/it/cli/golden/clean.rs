//! Whether a program could read what was printed: standard output holds the result in the form that
//! was asked for, and nothing else.

use serde_json::Value;
use serde_json::de::Deserializer;

use crate::cli::shell::Ran;

/// Results that come bit by bit: each line is a document of its own.
const STREAMS: [&[&str]; 2] = [&["product", "watch"], &["bot", "run"]];
/// What prints JSON in every form: the server's own, and a report.
const JSON_ALONE: [&str; 2] = ["api", "bench"];
/// How a command ends that has done what it was told.
const DONE: [i32; 5] = [0, 12, 20, 21, 22];

/// Panics when a program could not read it.
#[track_caller]
pub(super) fn check(args: &[&str], form: &str, ran: &Ran) {
    let what = format!("-o {form} {args:?}: {ran:?}");
    let is = |names: &[&str]| args.iter().any(|word| names.contains(word));
    let is_stream = args.windows(2).any(|words| STREAMS.contains(&words));
    match form {
        _ if is(&["completions"]) => {}
        "table" | "csv" | "id" if is(&JSON_ALONE) => assert!(documents(&ran.stdout) <= 1, "{what}"),
        "json" if is_stream => each_line(&ran.stdout),
        "json" => assert!(documents(&ran.stdout) <= 1, "{what}"),
        "ndjson" => each_line(&ran.stdout),
        "csv" => assert!(is_rectangle(&ran.stdout), "{what}"),
        "id" => {
            assert!(ran.stdout.lines().all(|id| !id.is_empty() && !id.contains('\t')), "{what}");
        }
        _ => {}
    }
    if matches!(form, "json" | "ndjson") {
        check_errors(args, ran, &what);
    }
}

/// An error is the last line of standard error, as JSON; else there are warnings at most.
#[track_caller]
fn check_errors(args: &[&str], ran: &Ran, what: &str) {
    let code = ran.code.unwrap();
    let mut said: Vec<&str> = ran.stderr.lines().collect();
    if !DONE.contains(&code) && !args.contains(&"doctor") && code < 128 {
        let error: Value = serde_json::from_str(said.pop().unwrap_or_default()).unwrap();
        assert_eq!(error["exit"], code, "{what}");
        assert!(error["code"].is_string() && error["detail"].is_string(), "{what}");
    }
    let of_others = args.iter().any(|word| ["bot", "bench"].contains(word));
    assert!(of_others || said.iter().all(|line| line.starts_with("warning: ")), "{what}");
}

/// How many JSON documents there are, and nothing else.
#[track_caller]
fn documents(text: &str) -> usize {
    let values = Deserializer::from_str(text).into_iter::<Value>();
    let values: Result<Vec<_>, _> = values.collect();
    values.unwrap_or_else(|why| panic!("{why}: {text}")).len()
}

#[track_caller]
fn each_line(text: &str) {
    for line in text.lines() {
        assert_eq!(documents(line), 1, "{line}");
    }
}

/// Whether every row of a CSV has as many fields as its header.
fn is_rectangle(text: &str) -> bool {
    let (mut widths, mut width, mut is_quoted) = (Vec::new(), 1, false);
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => width += 1,
            '\n' if !is_quoted => {
                widths.push(width);
                width = 1;
            }
            _ => {}
        }
    }
    !is_quoted && widths.windows(2).all(|pair| pair[0] == pair[1])
}

#[test]
fn what_a_program_could_not_read_is_found() {
    let ran = |stdout: &str, stderr: &str, code| Ran {
        code: Some(code),
        stdout: stdout.to_owned(),
        stderr: stderr.to_owned(),
    };
    let error = r#"{"code":"not_found","detail":"there is no such product","exit":6}"#;
    let table = [
        ("json", ran("[1]\nlogged in\n", "", 0), false),
        ("json", ran("[1]\n[2]\n", "", 0), false),
        ("json", ran("[1]\n", "", 0), true),
        ("json", ran("", error, 6), true),
        ("json", ran("", error, 7), false),
        ("json", ran("", "error: there is no such product", 6), false),
        ("ndjson", ran("{}\n{}\n", "warning: there are more", 0), true),
        ("ndjson", ran("{}\n{}\n", "watch it", 0), false),
        ("csv", ran("a,b\n1,\"2,\n3\"\n", "", 0), true),
        ("csv", ran("a,b\n1\n", "", 0), false),
        ("id", ran("1\n\n2\n", "", 0), false),
    ];
    for (form, ran, is_clean) in table {
        let checked = std::panic::catch_unwind(|| check(&["product", "list"], form, &ran));
        assert_eq!(checked.is_ok(), is_clean, "{form} {ran:?}");
    }
}
