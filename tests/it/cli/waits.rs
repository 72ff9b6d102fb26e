//! `product watch` as a script waits with it: until something comes, with an exit code, and with a
//! command for each event.

use std::time::Duration;

use super::shell::Shell;
use super::watch::watching;
use super::{HOUR, Market};
use crate::support::actors::product;
use crate::support::wait::{PATIENCE, eventually};

#[tokio::test]
async fn it_waits_until_one_is_outbid() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &*market.product_id;
    let until = ["product", "watch", id, "--until", "outbid", "-o", "ndjson"];
    Shell::at(&market.server).run(&until).await.refused(4, "not_logged_in");
    eva.ok(&["bid", "place", id, "100"]).await;
    let mut watcher = eva.start(&[&until[..], &["-v"]].concat());
    watching(&watcher).await;
    bob.ok(&["bid", "place", id, "110"]).await;
    assert_eq!(watcher.ended().await.code(), Some(0));
    let lines = watcher.lines();
    assert!(lines.last().unwrap().contains(r#""current_price":"110.00""#), "{lines:?}");
    // That has come already.
    let ran = eva.run(&until).await;
    assert_eq!((&*ran.stdout, &*ran.stderr), ("", ""));
    ran.ok();
    // Whose login ends meanwhile would wait in vain.
    let mut watcher = bob.start(&[&until[..], &["-v"]].concat());
    watching(&watcher).await;
    bob.ok(&["user", "logout"]).await;
    assert_eq!(watcher.ended().await.code(), Some(4), "{}", watcher.errors());
}

#[tokio::test]
async fn the_exit_code_says_how_it_ended() {
    let mut terms = product(HOUR);
    terms["reserve_price"] = "130".into();
    terms["buy_now_price"] = "150".into();
    let market = Market::open_with(&terms).await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let seller = market.shell_of_seller().await;
    let sold = &*market.product_id;
    bob.ok(&["bid", "place", sold, "100"]).await;
    let mut watcher = eva.start(&["product", "watch", sold, "--until", "won", "-v"]);
    watching(&watcher).await;
    eva.ok(&["bid", "buy", sold]).await;
    assert_eq!(watcher.ended().await.code(), Some(0), "{}", watcher.errors());
    let cancelled = market.seller.create_product(&product(HOUR)).await;
    seller.ok(&["product", "cancel", &cancelled, "--reason", "It broke."]).await;
    let unsold = market.seller.create_product(&product(Duration::from_secs(3))).await;

    let visitor = Shell::at(&market.server);
    let table: [(&Shell, &str, &[&str], i32); 9] = [
        (&bob, sold, &["--exit-status"], 20),
        (&bob, sold, &["--exit-status", "--until", "won"], 20),
        (&bob, sold, &[], 0),
        (&eva, sold, &["--exit-status"], 0),
        (&seller, sold, &["--exit-status"], 0),
        (&visitor, sold, &["--exit-status"], 0),
        (&eva, &unsold, &["--exit-status"], 21),
        (&visitor, &unsold, &["--exit-status"], 21),
        (&bob, &cancelled, &["--exit-status"], 22),
    ];
    for (who, id, more, code) in table {
        let ran = who.run(&[&["product", "watch", id, "-o", "ndjson"][..], more].concat()).await;
        assert_eq!(ran.code, Some(code), "{id} {more:?} {}", ran.stderr);
        assert_eq!((ran.stdout.lines().count(), &*ran.stderr), (1, ""), "{more:?}");
    }
    for (who, until, words) in [(&bob, "won", "did not win"), (&eva, "outbid", "not outbid")] {
        let args = ["product", "watch", sold, "--until", until, "-o", "json"];
        let error = who.run(&args).await.refused_after_answer(1, "not_reached");
        assert!(error["detail"].as_str().unwrap().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_command_is_run_for_each_event() {
    let market = Market::open().await;
    let (eva, id) = (market.shell_of("Eva").await, &*market.product_id);
    let shell = Shell::at(&market.server);
    let log = shell.folder().join("log");
    let command = "read -r event; echo \"$GOBID_EVENT $GOBID_SEQ $GOBID_PRODUCT_ID $event\" >> log; \
                   echo heard; exit $((GOBID_SEQ % 2))";
    let mut watcher =
        shell.start(&["product", "watch", id, "-o", "ndjson", "-v", "--exec", command]);
    watching(&watcher).await;
    eva.ok(&["bid", "place", id, "100"]).await;
    eva.ok(&["bid", "max", id, "200"]).await;
    let bob = market.shell_of("Bob").await;
    assert_eq!(bob.run(&["bid", "place", id, "150"]).await.code, Some(12));
    let lines = eventually("two commands", PATIENCE, async || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        (lines.len() == 2).then_some(lines)
    })
    .await;
    let warned = "warning: the command of --exec failed: exit status: 1";
    eventually("the warning", PATIENCE, async || watcher.errors().contains(warned).then_some(()))
        .await;
    // The result alone is on standard output.
    for (line, event) in lines.iter().zip(watcher.lines()) {
        let (head, json) = line.split_once(" {").unwrap();
        assert!(head.starts_with("bid_placed ") && head.ends_with(id), "{line}");
        assert_eq!(format!("{{{json}"), event);
    }
    assert!(watcher.errors().contains("heard"), "{}", watcher.errors());
    watcher.signal("TERM");
    assert_eq!(watcher.ended().await.code(), Some(143));
}
