//! How the program ends: by what the command line and the configuration say, and by what a server
//! answers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

const PRODUCT: &str = "0190b0a0-0000-7000-8000-000091c27f3a";
/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";

fn run(home: &Path, args: &[&str], variables: &[(&str, &str)], words: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gobid-tui"));
    command.args(args).env_clear().envs(variables.iter().copied());
    for folder in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        command.env(folder, home);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // It may have ended before it read anything.
    let _ = input.write_all(words.as_bytes());
    drop(input);
    child.wait_with_output().unwrap()
}

/// A server that refuses whatever it is asked, with this code.
fn refusing(status: u16, code: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let body = format!(
        r#"{{"type":"x","title":"x","status":{status},"detail":"refused: {code}","code":"{code}","trace_id":"t"}}"#
    );
    let answer = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut piece = [0; 1_024];
            while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut piece) {
                    Ok(length @ 1..) => head.extend_from_slice(piece.get(..length).unwrap()),
                    _ => break,
                }
            }
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn what_a_server_refuses_has_its_own_code() {
    let table = [
        (404, "not_found", 6),
        (403, "forbidden", 5),
        (401, "unauthenticated", 4),
        (503, "unavailable", 10),
    ];
    for (status, code, exit) in table {
        let home = tempfile::tempdir().unwrap();
        let server = refusing(status, code);
        for args in [&["replay", PRODUCT][..], &["--no-input"]] {
            let ended = run(home.path(), &[args, &["--server", &server]].concat(), &[], "");
            let told = [ended.stdout, ended.stderr].concat();
            let told = String::from_utf8(told).unwrap();
            assert_eq!(ended.status.code(), Some(exit), "{args:?} {code}: {told}");
            assert!(told.contains(&format!("refused: {code}")), "{told}");
        }
    }
}

#[test]
fn a_refused_login_is_the_end_when_nobody_can_try_again() {
    let home = tempfile::tempdir().unwrap();
    let server = refusing(401, "invalid_credentials");
    let words = "login\neva@auctions.example\nsecret12\n";
    let ended = run(home.path(), &["--plain", "--server", &server], &[], words);
    assert_eq!(ended.status.code(), Some(4), "{}", String::from_utf8_lossy(&ended.stdout));
}

#[test]
fn flags_configuration_and_servers_that_cannot_be() {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let wrong = write("wrong.toml", "confirm = 'sometimes'");
    let elsewhere = write("elsewhere.toml", "server = 'localhost'");
    let odd = write("odd.toml", "[keys.views]\nqiut = 'x'\n");
    let table = [
        (&["--confirm", "sometimes"][..], 2),
        (&["--tz", "Middle/Earth"], 2),
        (&["--theme", "drak"], 2),
        (&["--server", "localhost"], 2),
        (&["--config", &wrong], 3),
        (&["--config", &elsewhere], 3),
        (&["--config", "/nowhere/tui.toml"], 3),
        (&["replay", "/nowhere/recording.json"], 1),
        (&["replay", PRODUCT, "--server", NOBODY], 9),
        (&["--no-input", "--server", NOBODY, "--config", &odd], 9),
    ];
    for (args, exit) in table {
        let ended = run(home.path(), args, &[], "");
        let told = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(exit), "{args:?}: {told}");
    }
    let ended = run(home.path(), &["--server", NOBODY], &[("GOBID_TOKEN", "secret")], "");
    assert_eq!(ended.status.code(), Some(3));
}

#[test]
fn every_word_has_its_answer_however_fast_they_come() {
    let home = tempfile::tempdir().unwrap();
    let words = "help\nnonsense\nnonsense\nhelp\nquit\n";
    let ended = run(home.path(), &["--plain", "--server", NOBODY], &[], words);
    let told = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{told}");
    for answer in ["yes, no", "no such command: help lists them"] {
        assert_eq!(told.matches(answer).count(), 2, "{answer} in {told}");
    }
}

#[test]
fn every_warning_of_the_configuration_is_told() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("odd.toml");
    std::fs::write(&config, "[keys.views]\nqiut = 'x'\nhlep = 'y'\n").unwrap();
    let config = config.display().to_string();
    let args = ["--no-input", "--server", NOBODY, "--config", &config];
    let told = String::from_utf8(run(home.path(), &args, &[], "").stderr).unwrap();
    assert!(told.contains("qiut") && told.contains("hlep"), "{told}");
}

#[test]
fn a_list_of_ones_own_needs_somebody() {
    let home = tempfile::tempdir().unwrap();
    let ended = run(home.path(), &["--plain", "--server", NOBODY], &[], "list my bids\n");
    let told = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(4), "{told}");
    assert!(told.contains("this list is of whoever is logged in"), "{told}");
}

#[test]
fn a_replay_that_nobody_steers_is_told_at_once() {
    let bid = |seq: i32, minute: i32| {
        let at = format!("2030-01-31T19:{minute}:00.000Z");
        format!(
            r#"{{"seq":{seq},"at":"{at}","type":"bid_placed","bids":[{{"bid_id":"{PRODUCT}","seq":{seq},"at":"{at}","bidder":"bob_7","amount":"{minute}00.00","automatic":false,"voided":false}}],"leader":"bob_7","current_price":"{minute}00.00","extended":false,"auction_end":"2030-01-31T20:02:44.000Z"}}"#
        )
    };
    let close = r#"{"seq":7,"at":"2030-01-31T20:02:44.250Z","type":"auction_closed","outcome":"sold","winner":"bob_7","hammer_price":"1600.00","reason":null,"sealed_bids":null,"sealed_bid_count":null}"#;
    let mut lines: Vec<_> = (1..=6).map(|seq| bid(seq, 10 + seq)).collect();
    lines.push(close.to_owned());
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("auction.ndjson");
    std::fs::write(&file, lines.join("\n")).unwrap();
    let args = ["--no-input", "--server", NOBODY, "replay", &file.display().to_string()];
    let ended = run(home.path(), &args, &[], "");
    let told = String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap();
    assert_eq!(ended.status.code(), Some(0), "{told}");
    for price in ["1,100", "1,200", "1,300", "1,400", "1,500", "1,600"] {
        assert!(told.contains(&format!("bob_7 bid ${price}.00")), "{price} in {told}");
    }
    assert!(told.contains("SOLD"), "{told}");
}
