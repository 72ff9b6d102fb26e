//! `bot run`: a program bids, and no more than its budget.

use std::time::Duration;

use serde_json::Value;

use super::Market;
use super::shell::Shell;
use crate::support::actors::product;

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
