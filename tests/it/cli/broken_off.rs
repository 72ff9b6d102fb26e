//! Long work that is broken off, by Ctrl-C or by a reader who has enough: nothing is left half done
//! without a word, and what was done is told.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use super::pipes::unread;
use super::relay::{Loss, Relay, Words};
use super::shell::{Ran, Shell};
use super::{HOUR, Market};
use crate::support::actors::from_now;
use crate::support::database::{Backend, Database};
use crate::support::process::send_signal;
use crate::support::server::Setup;
use crate::support::wait::{PATIENCE, eventually, soon};

const CREATIONS: &[Words] = &[("POST ", "/products")];
const PAGES: &[Words] = &[("GET ", "/events?")];

/// So many products, as a file of the kind that programs write.
fn products(count: usize, with_reference: bool) -> String {
    let ends = from_now(HOUR);
    let line = |item: usize| {
        let mut product = json!({
            "product_name": format!("Box {item}"), "description": "200 of them, unsorted.",
            "baseprice": "60", "auction_end": ends,
        });
        if with_reference {
            product["reference"] = format!("R{item}").into();
        }
        format!("{product}\n")
    };
    (1..=count).map(line).collect()
}

/// Runs a command, sends it a signal once it has come so far, and waits for its end.
async fn told_to_end(
    shell: &Shell,
    args: &[&str],
    signal: &str,
    has_come_so_far: impl Fn(&Path) -> bool,
) -> Ran {
    let errors = shell.folder().join("errors");
    let mut command = shell.command(args);
    command.stdin(Stdio::null()).stderr(std::fs::File::create(&errors).unwrap());
    let child = command.kill_on_drop(true).spawn().unwrap();
    let id = child.id().unwrap();
    eventually("what the command has to come to", PATIENCE, async || {
        has_come_so_far(&errors).then_some(())
    })
    .await;
    send_signal(id, signal);
    let output = soon("the end of the command", PATIENCE, child.wait_with_output()).await.unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: std::fs::read_to_string(&errors).unwrap(),
    }
}

/// The last line of standard error, which is JSON.
fn told(ran: &Ran) -> Value {
    serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap()
}

async fn mine(shell: &Shell) -> usize {
    let list = shell.json(&["product", "list", "--mine", "--all"]).await;
    list.as_array().unwrap().len()
}

#[tokio::test]
async fn a_lost_answer_leaves_a_product_in_doubt() {
    let market = Market::open().await;
    let relay = Relay::of(&market.server, Loss::Answers, 2, CREATIONS).await;
    let shell = Shell::new().env("GOBID_SERVER", relay.url());
    shell.sign_up("Ana").await;
    let file = ["product", "create", "-f", "-", "-o", "json"];
    let ran = shell.run_with(&file, &products(3, false)).await;
    assert_eq!(ran.stdout, "[]\n");
    let error = ran.refused_after_answer(11, "incomplete");
    let detail =
        "of 1 of 3 products it is not known whether they were created, and 2 were not tried";
    assert_eq!(error["detail"], detail);
    let failure = &error["failures"][0];
    assert_eq!((&failure["code"], &failure["exit"]), (&json!("answer_lost"), &json!(11)));
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("list --mine shows whether item 1 is there"), "{hint}");
    assert!(!hint.contains("nothing is created twice"), "{hint}");
    // One alone.
    let one = ["product", "create", "--name", "Box", "--description", "200 LPs, unsorted."];
    let args = [&one[..], &["--baseprice", "60", "--ends", "2h", "-q", "-o", "json"]].concat();
    let error = shell.run(&args).await.refused(11, "unknown_outcome");
    assert!(error["hint"].as_str().unwrap().contains("list --mine"), "{error}");
    // Both are there, in fact.
    assert_eq!((relay.lost(), mine(&shell).await), (2, 2));
}

#[tokio::test]
async fn with_a_reference_a_lost_answer_is_asked_for_again() {
    let market = Market::open().await;
    let relay = Relay::of(&market.server, Loss::Answers, 1, CREATIONS).await;
    let shell = Shell::new().env("GOBID_SERVER", relay.url());
    shell.sign_up("Ana").await;
    let file = ["product", "create", "-f", "-", "-o", "id"];
    let ids = shell.run_with(&file, &products(3, true)).await.ok();
    assert_eq!((relay.lost(), ids.lines().count(), mine(&shell).await), (1, 3, 3));
}

#[tokio::test]
async fn what_was_created_is_told_when_it_is_broken_off() {
    const MANY: usize = 60;
    let database = Database::new(Backend::Sqlite).await;
    // After a burst of four times that it waits for a minute: nothing is on its way.
    let setup = Setup::on(database.url()).with_limits().args(&["--rate-limit-user=5/m"]);
    let server = setup.start().await;
    let ana = Shell::at(&server);
    ana.sign_up("Ana").await;
    let mut seen = 0;
    for (signal, exit, name) in [("INT", 130, "a"), ("TERM", 143, "b")] {
        let text = products(MANY, true).replace("\"R", &format!("\"{name}"));
        let file = ana.file("boxes.ndjson", &text);
        let args = ["product", "create", "-f", &file, "-o", "json", "-v"];
        let waits =
            |errors: &Path| std::fs::read_to_string(errors).unwrap().contains("; trying again in ");
        let ran = told_to_end(&ana, &args, signal, waits).await;
        assert_eq!(ran.code, Some(exit), "{}", ran.stderr);
        let created: Value = serde_json::from_str(&ran.stdout).unwrap();
        let count = created.as_array().unwrap().len();
        seen += count;
        let (error, left) = (told(&ran), MANY - count);
        let detail = format!(
            "broken off: {count} of {MANY} products were created, and {left} were not tried"
        );
        assert_eq!((&error["detail"], &error["exit"]), (&json!(detail), &json!(exit)));
        assert!(error["hint"].as_str().unwrap().contains("nothing is created twice"), "{error}");
    }
    assert!(seen > 1, "{seen}");
    assert_eq!(mine(&ana).await, seen);
}

#[tokio::test]
async fn of_what_is_on_its_way_nobody_knows() {
    let market = Market::open().await;
    let relay = Relay::of(&market.server, Loss::Held, usize::MAX, CREATIONS).await;
    let shell = Shell::new().env("GOBID_SERVER", relay.url());
    shell.sign_up("Ana").await;
    let file = shell.file("boxes.ndjson", &products(3, false));
    let args = ["product", "create", "-f", &file, "-o", "ndjson"];
    let ran = told_to_end(&shell, &args, "INT", |_| relay.lost() > 0).await;
    assert_eq!((ran.code, &*ran.stdout), (Some(130), ""), "{}", ran.stderr);
    let error = told(&ran);
    let detail = "broken off: 0 of 3 products were created, of 1 it is not known, and 2 were not \
                  tried";
    assert_eq!(error["detail"], detail);
    assert_eq!(error["failures"][0]["item"], 1);
    assert!(error["hint"].as_str().unwrap().contains("whether item 1 is there"), "{error}");
}

#[tokio::test]
async fn many_are_created_whoever_reads_the_list() {
    let market = Market::open().await;
    let shell = market.shell_of("Ana").await;
    for form in ["ndjson", "csv", "json", "id"] {
        let before = mine(&shell).await;
        let file = shell.file("boxes.ndjson", &products(3, false));
        let (code, stderr) = unread(&shell, &["product", "create", "-f", &file, "-o", form]).await;
        assert_eq!(code, Some(0), "{form}: {stderr}");
        assert!(stderr.contains("nobody reads the list"), "{form}: {stderr}");
        assert_eq!(mine(&shell).await, before + 3, "{form}");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_written_down_ends_the_work() {
    let market = Market::open().await;
    let shell = market.shell_of("Ana").await;
    let file = shell.file("boxes.ndjson", &products(3, true));
    let mut command = shell.command(&["product", "create", "-f", &file, "-o", "ndjson"]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).kill_on_drop(true);
    let running = command.spawn().unwrap().wait_with_output();
    let output = soon("the end of the command", PATIENCE, running).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.starts_with("cannot write the result: "), "{detail}");
    assert!(detail.ends_with("; 1 of 3 products were created, and 2 were not tried"), "{detail}");
    assert_eq!(mine(&shell).await, 1);
}

#[tokio::test]
async fn an_export_that_is_broken_off_leaves_at_once() {
    let market = Market::open().await;
    let relay = Relay::of(&market.server, Loss::Held, usize::MAX, PAGES).await;
    let shell = Shell::new().env("GOBID_SERVER", relay.url());
    for (number, (form, signal, exit)) in
        [("json", "INT", 130), ("ndjson", "TERM", 143)].into_iter().enumerate()
    {
        let args = ["product", "export", &*market.product_id, "-o", form];
        let ran = told_to_end(&shell, &args, signal, |_| relay.lost() > number).await;
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (Some(exit), "", ""), "{form}");
    }
}
