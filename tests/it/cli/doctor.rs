//! `doctor`: says what is wrong and what to do, and ends as the fault would.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::Market;
use super::fake::Fake;
use super::shell::{Ran, Shell};
use crate::support::http::Request;
use crate::support::ports::Port;
use crate::support::wait::{PATIENCE, eventually};

/// What was looked at, and how it is, after an end with an exit code.
fn findings(ran: &Ran, code: i32) -> Vec<(String, String, Value)> {
    assert_eq!(ran.code, Some(code), "{}{}", ran.stdout, ran.stderr);
    let found: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    found.into_iter().map(|it| (text(&it["check"]), text(&it["status"]), it)).collect()
}

#[track_caller]
fn assert_found(found: &[(String, String, Value)], wanted: &[(&str, &str)]) {
    let found: Vec<_> = found.iter().map(|(check, status, _)| (&**check, &**status)).collect();
    assert_eq!(found, wanted);
}

const DOCTOR: [&str; 3] = ["doctor", "-o", "json"];

#[tokio::test]
async fn everything_is_looked_at() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let all = ["kept login", "server", "ready", "live feed", "clock", "session"];
    assert_found(&findings(&eva.run(&DOCTOR).await, 0), &all.map(|check| (check, "ok")));
    let terminal = eva.terminal((120, 24), &["doctor"]).await;
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.screen();
    assert!(screen.contains("ok       session     logged in as Eva"), "{screen}");

    // Who is not logged in is told how; that is no fault.
    let nobody = Shell::at(&market.server);
    let found = findings(&nobody.run(&DOCTOR).await, 0);
    let (_, status, session) = found.last().unwrap();
    let remedy = format!("gobid-cli --server {} user login", market.server.url());
    assert_eq!((&**status, &session["remedy"]), ("warning", &remedy.into()), "{session}");

    // A session that the server has ended.
    market.database.execute("delete from sessions").await;
    let found = findings(&eva.run(&DOCTOR).await, 4);
    assert_eq!(found.last().unwrap().1, "failed");

    // A login that others can read, which the rest is looked at without.
    let file = eva.folder().join("data/gobid/credentials.toml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let found = findings(&eva.run(&DOCTOR).await, 3);
    assert_eq!((&*found[0].1, &*found[1].1), ("failed", "ok"));
    assert!(found[0].2["detail"].as_str().unwrap().contains("chmod 600"), "{}", found[0].2);

    // A database that is not what it was.
    market.database.execute("alter table products rename to gone").await;
    market.database.execute("delete from _sqlx_migrations").await;
    eventually("a server that is not ready", PATIENCE, async || {
        (market.seller.send(Request::new("GET", "/ready")).await.status == 503).then_some(())
    })
    .await;
    let found = findings(&nobody.run(&DOCTOR).await, 10);
    let skipped = ["live feed", "clock", "session"].map(|check| (check, "skipped"));
    let begin = [("kept login", "ok"), ("server", "ok"), ("ready", "failed")];
    assert_found(&found, &[&begin[..], &skipped].concat());
    assert!(found[2].2["remedy"].as_str().unwrap().contains("log for trace"), "{}", found[2].2);
}

#[tokio::test]
async fn a_server_that_is_none_is_told_apart_from_one_that_is_not_there() {
    let port = Port::reserve();
    let nowhere = format!("http://127.0.0.1:{}", port.number());
    let fake = Fake::start("200 OK", "<h1>It works!</h1>").await;
    for (url, code, words) in
        [(&*nowhere, 9, "cannot reach"), (fake.url(), 10, "and it is no GoBid server")]
    {
        let shell = Shell::new().env("GOBID_SERVER", url);
        let found = findings(&shell.run(&DOCTOR).await, code);
        assert_eq!(found[1].1, "failed");
        assert!(found[1].2["detail"].as_str().unwrap().contains(words), "{}", found[1].2);
        assert!(found[1].2["remedy"].as_str().unwrap().contains("--server URL"));
        assert_eq!(found.len(), 5);
    }
}
