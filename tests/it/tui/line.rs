//! A line that fails in the ways that lines do.

use std::time::Duration;

use serde_json::json;

use super::{Stage, has};

const TEN_MINUTES: Duration = Duration::from_mins(10);

/// How old the screen says that it is, in seconds.
fn age(screen: &str) -> Option<u64> {
    let before = screen.lines().next()?.split_once("s old")?.0;
    before.rsplit_once(' ')?.1.parse().ok()
}

#[tokio::test]
async fn a_server_that_stands_still_for_twenty_seconds_is_seen_to_and_comes_back() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let pty = stage.eva_watches().await;
    stage.server.stop();
    let eight_seconds = Duration::from_secs(8);
    pty.wait_until_within("slow", eight_seconds, |screen| screen.contains("slow, ")).await;
    pty.send("130");
    pty.wait_for("typed, not sent").await;
    for seconds in [10, 20] {
        let screen = pty
            .wait_until("how old it is", |screen| age(screen).is_some_and(|age| age >= seconds))
            .await;
        assert!(!screen.contains("● live"), "{screen}");
    }
    stage.server.cont();
    let screen = pty.wait_for("● live").await;
    assert!(has(&screen, &["$ 130", "next ≥ $100"]), "typing was kept: {screen}");
    assert_eq!(age(&screen), None, "{screen}");
    stage.bob_bids("125.00").await;
    pty.wait_for("next ≥ $126").await;
    pty.send("\r");
    pty.wait_for("You bid exactly USD 130.00").await;
}
