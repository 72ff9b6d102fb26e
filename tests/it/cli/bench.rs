//! `bench`: load, figures, and a verdict.

use std::path::Path;

use serde_json::{Value, json};

use super::shell::Shell;
use crate::support::database::{Database, on_both};

on_both!(a_race_is_judged);

const HOT: [&str; 6] = ["bench", "hot", "--duration", "1s", "--bidders", "4"];

async fn a_race_is_judged(database: Database) {
    let shell = Shell::new();
    let ran = shell.run(&[&HOT[..], &["--database-url", database.url()]].concat()).await;
    assert!(ran.stderr.contains("4 bidders sign up"), "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.ok()).unwrap();
    let correct = json!({
        "acknowledged_is_stored": true, "stored_is_acknowledged": true, "dense": true, "rising": true,
    });
    assert_eq!(report["correct"], correct, "{report}");
    assert_eq!((&report["bidders"], &report["open"]), (&json!(4), &json!(0)));
    let accepted = report["accepted"].as_i64().unwrap();
    let bids = "select count(*) from auction_log where kind = 'bid_placed'";
    assert_eq!((accepted > 0, database.number(bids).await), (true, accepted));
}

#[tokio::test]
async fn idle_sockets_are_weighed() {
    let shell = Shell::new();
    let text = shell.ok(&["bench", "idle", "--sockets", "20", "-q"]).await;
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&report["scenario"], &report["sockets"]), (&json!("idle"), &json!(20)));
    assert!(report["before_kib"].as_i64() > Some(0), "{report}");
    shell.run(&["bench", "hot", "--bidders", "1", "-o", "json"]).await.refused(2, "usage");
    let elsewhere = ["bench", "hot", "--database-url", "mysql://db", "-o", "json"];
    let ran = shell.run(&elsewhere).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("must begin with sqlite: or postgres:"), "{}", ran.stderr);
    assert!(ran.stderr.contains(r#""code":"bench""#), "{}", ran.stderr);
}

#[tokio::test]
async fn it_leaves_the_databases_of_others_alone() {
    let shell = Shell::new();
    let temporary = shell.folder().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let shell = shell.env("TMPDIR", temporary.to_str().unwrap());
    shell.file("config/gobid/server.toml", "database-url = 'sqlite:configured.db'");
    shell.file("gobid.toml", "database-url = 'sqlite:here.db'\nlisten = '127.0.0.1:1'");
    let url = shell.file("url", "sqlite:secret.db");
    let shell = shell.env("DATABASE_URL_FILE", &url).env("GOBID_DATABASE_URL", "sqlite:named.db");
    let shell = shell.env("DATABASE_URL", "sqlite:url.db").env("GOBID_MIGRATE", "off");
    shell.ok(&[&HOT[..], &["-q"]].concat()).await;
    let names = |folder: &Path| {
        let files = std::fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let here = names(shell.folder());
    assert!(!here.iter().any(|name| name.contains(".db") || name == "state"), "{here:?}");
    // Its own is gone with it.
    assert_eq!(names(&temporary), [""; 0]);
}
