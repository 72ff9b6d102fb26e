//! `bot run`: a program bids, and no more than its budget.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Market;
use super::pipes::unread;
use super::relay::{Loss, Relay};
use super::shell::Shell;
use crate::support::actors::product;
use crate::support::process::Process;
use crate::support::programs;
use crate::support::wait::{PATIENCE, eventually};

/// Bids by what it is told: the first bid at once, then more than it may, then nonsense, then a
/// purchase; and keeps what it was told.
const BOT: &str = r#"
echo "$*" >> args
while read -r line; do
  echo "$line" >> told
  case "$line" in
    *'"type":"snapshot"'*) echo '{"amount":"100"}' ;;
    *'"type":"bid_accepted"'*) echo '{"max_amount":"500.01"}' ;;
    *'"code":"spending_cap"'*) echo 'bid 120' ;;
    *'"code":"malformed_json"'*) echo '{"type":"buy_now"}' ;;
    *'"code":"validation_failed"'*) echo '{"type":"place_bid","amount":101}' ;;
    *'"code":"already_leading"'*) exit 0 ;;
  esac
done
"#;

fn told(shell: &Shell) -> Vec<Value> {
    let text = std::fs::read_to_string(shell.folder().join("told")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn it_bids_within_its_budget_alone() {
    let market = Market::open().await;
    let (eva, id) = (market.shell_of("Eva").await, &*market.product_id);
    let file = eva.file("bot.sh", BOT);
    let run = ["bot", "run", "sh", &file, "one", "--product", id, "--budget", "500"];
    let eva = eva.env("GOBID_TOKEN_FILE", "");
    let ran = eva.run(&[&run[..], &["-o", "ndjson"]].concat()).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let placed: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(placed.len(), 1, "{placed:?}");
    assert_eq!((&placed[0]["amount"], &placed[0]["leading"]), (&"100.00".into(), &true.into()));
    let above = "not sent: USD 500.01 is above the budget of USD 500.00";
    assert!(ran.stderr.contains(above), "{}", ran.stderr);
    let bids = market.bids().await;
    assert_eq!((bids.len(), &bids[0]["bid_id"]), (1, &placed[0]["bid_id"]));

    let told = told(&eva);
    assert_eq!(
        (&told[0]["type"], &told[0]["product"]["status"]),
        (&"snapshot".into(), &"open".into())
    );
    let answers = ["bid_accepted", "bid_rejected", "error", "bid_rejected", "bid_rejected"];
    let types = told.iter().map(|it| it["type"].as_str().unwrap());
    let of_bids: Vec<_> = types.filter(|it| it.starts_with("bid_") || *it == "error").collect();
    assert_eq!(of_bids, answers, "{told:?}");
    let rejected = told.iter().filter(|it| it["type"] == "bid_rejected");
    let judged: Vec<_> = rejected.map(|it| it["judged"].as_bool().unwrap()).collect();
    assert_eq!(judged, [false, false, true]);
    assert!(
        told.iter().any(|it| it["type"] == "update") && told.iter().any(|it| it["type"] == "you")
    );
    assert_eq!(std::fs::read_to_string(eva.folder().join("args")).unwrap(), "one\n");
}

#[tokio::test]
async fn it_ends_with_its_auction_and_says_when_it_failed() {
    let market = Market::open().await;
    let (eva, id) = (market.shell_of("Eva").await, &*market.product_id);
    let run = |id: &str, script: &str| {
        let words = ["bot", "run", "--product", id, "--budget", "500", "-o", "json", "--", "sh"];
        [&words[..], &["-c", script]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let ran = async |shell: &Shell, id: &str, script: &str| {
        let args = run(id, script);
        shell.run(&args.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    let error = ran(&eva, id, "exit 3").await.refused(1, "bot");
    assert!(error["detail"].as_str().unwrap().contains("exit status: 3"), "{error}");
    ran(&Shell::at(&market.server), id, "exit 3").await.refused(4, "not_logged_in");
    let args = ["bot", "run", "no-such-bot", "--product", id, "--budget", "5", "-o", "json"];
    eva.run(&args).await.refused(1, "bot");
    let args = ["bot", "run", "sh", "--product", id, "--budget", "5.001", "-o", "json"];
    eva.run(&args).await.refused(2, "usage");
    // Of two lines without a pause both count.
    let both = "read -r first; echo '{\"amount\":\"100\"}'; echo '{\"amount\":\"501\"}'";
    let text = ran(&eva, id, both).await;
    assert_eq!(text.stdout.lines().count(), 1, "{}", text.stderr);
    text.ok();

    // Its input ends with the auction: cat does, too.
    let soon = market.seller.create_product(&product(Duration::from_secs(2))).await;
    let script = "cat > told";
    ran(&eva, &soon, script).await.ok();
    let told = told(&eva);
    let last = told.iter().rfind(|it| it["type"] == "update").unwrap();
    assert_eq!(last["product"]["status"], "unsold", "{told:?}");
    assert_eq!(market.bids().await.len(), 1);
}

/// Bids once, keeps its number, and then goes on whatever it is told.
const STUBBORN: &str = r#"
trap "" HUP INT TERM
echo $$ > number
echo '{"amount":"100"}'
while :; do sleep 1; done
"#;

fn runs(process: &str) -> bool {
    std::path::Path::new("/proc").join(process.trim()).exists()
}

/// A bot that has begun; it is told to end when it has bid, and the error it ends with is given.
async fn broken_off(mut bot: Process, folder: &std::path::Path, exit: i32) -> Value {
    assert_eq!(bot.ended().await.code(), Some(exit), "{}", bot.errors());
    let number = std::fs::read_to_string(folder.join("number")).unwrap();
    assert!(!runs(&number), "the bot goes on");
    let error: Value = serde_json::from_str(bot.errors().lines().last().unwrap()).unwrap();
    assert_eq!((&error["code"], &error["exit"]), (&json!("interrupted"), &json!(exit)));
    error
}

#[tokio::test]
async fn broken_off_it_tells_what_it_has_bid() {
    let market = Market::open().await;
    let id = &*market.product_id;
    let run = ["bot", "run", "--product", id, "--budget", "500", "-o", "ndjson", "--", "sh", "-c"];
    for (name, signal, exit, amount) in
        [("Eva", "INT", 130, "100"), ("Bob", "TERM", 143, "110"), ("Mia", "HUP", 129, "120")]
    {
        let shell = market.shell_of(name).await;
        let script = STUBBORN.replace("100", amount);
        let mut bot = shell.start(&[&run[..], &[&script]].concat());
        bot.line("bid", |line| line.contains("bid_id").then_some(())).await;
        bot.signal(signal);
        let error = broken_off(bot, shell.folder(), exit).await;
        assert_eq!(error["detail"], "broken off: 1 bid was accepted, and stands");
        assert!(error.get("hint").is_none(), "{error}");
    }
    assert_eq!(market.bids().await.len(), 3);
}

/// Whoever is told so by `nohup` goes on when the terminal is closed.
#[tokio::test]
async fn it_goes_on_without_a_terminal_when_it_was_told_to() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let bot = r#"kill -HUP $PPID; echo '{"amount":"100"}'"#;
    let run = format!(
        r#"trap "" HUP; exec "{}" bot run --product {} --budget 500 -o id -- sh -c '{}'"#,
        programs::cli().display(),
        market.product_id,
        bot.replace('\'', r"'\''"),
    );
    let bid = eva.script(&run).await.ok();
    assert_eq!(market.bids().await[0]["bid_id"], bid.trim());
}

#[tokio::test]
async fn broken_off_it_says_how_to_look_up_what_is_on_its_way() {
    let market = Market::open().await;
    let relay = Relay::start(&market.server, Loss::Held, usize::MAX).await;
    let shell = Shell::new().env("GOBID_SERVER", relay.url());
    shell.sign_up("Eva").await;
    let id = &*market.product_id;
    let run = ["bot", "run", "--product", id, "--budget", "500", "-o", "ndjson", "--", "sh", "-c"];
    let bot = shell.start(&[&run[..], &[STUBBORN]].concat());
    eventually("a bid on its way", PATIENCE, async || (relay.lost() > 0).then_some(())).await;
    bot.signal("INT");
    let error = broken_off(bot, shell.folder(), 130).await;
    let detail = "broken off: no bid was accepted; what became of one is not known";
    assert_eq!(error["detail"], detail);
    relay.mend();
    let (_words, command) = error["hint"].as_str().unwrap().split_once("gobid-cli ").unwrap();
    let placed = shell.json(&command.split(' ').collect::<Vec<_>>()).await;
    assert_eq!(placed["idempotency_key"], error["request_id"]);
    assert_eq!((&placed["amount"], market.bids().await.len()), (&json!("100.00"), 1));
}

#[tokio::test]
async fn it_is_ended_when_nobody_reads_what_it_bids() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let run = ["bot", "run", "--product", &market.product_id, "--budget", "500", "--"];
    let (code, stderr) = unread(&eva, &[&run[..], &["sh", "-c", STUBBORN]].concat()).await;
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("1 bid was accepted, and stands; the bot was ended"), "{stderr}");
    assert!(!runs(&std::fs::read_to_string(eva.folder().join("number")).unwrap()));
}

#[tokio::test]
async fn it_is_told_no_secrets() {
    let market = Market::open().await;
    let mut eva = market.shell_of("Eva").await;
    let secrets = ["DATABASE_URL", "DATABASE_URL_FILE", "GOBID_DATABASE_URL", "GOBID_TOKEN_FILE"];
    let file = eva.file("url", "sqlite:secret.db");
    for name in secrets {
        let value = if name == "GOBID_TOKEN_FILE" { "" } else { &file };
        eva = eva.env(name, value);
    }
    let run = ["bot", "run", "--product", &market.product_id, "--budget", "500", "--"];
    eva.ok(&[&run[..], &["sh", "-c", "env > variables"]].concat()).await;
    let variables = std::fs::read_to_string(eva.folder().join("variables")).unwrap();
    assert!(variables.contains("GOBID_SERVER="), "{variables}");
    for name in secrets {
        assert!(!variables.contains(&format!("{name}=")), "{variables}");
    }
}

#[tokio::test]
async fn one_that_does_not_end_has_ten_seconds_after_its_auction() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let id = &*market.seller.create_product(&product(Duration::from_secs(2))).await;
    let run = ["bot", "run", "--product", id, "--budget", "500", "--", "sh", "-c", STUBBORN];
    let begun = Instant::now();
    let ran = eva.run(&run).await;
    assert!(ran.stderr.contains("the bot does not end: it was ended"), "{}", ran.stderr);
    ran.ok();
    let took = begun.elapsed();
    // Ten of its own after the two of the auction, and not ten more.
    assert!((10..20).contains(&took.as_secs()), "{took:?}");
}
