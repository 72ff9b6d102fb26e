//! `migrate`: forward, and on GoBid's databases alone.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database, on_both};
use crate::support::server::{Server, Setup};

on_both!(
    a_fresh_database_is_brought_up_to_date,
    a_database_of_a_server_is_up_to_date,
    a_database_of_somebody_else_is_refused,
    after_a_new_epoch_everybody_begins_anew,
);

/// A file that is there, and empty, where the database is one.
fn make_file(database: &Database) {
    if database.backend() == Backend::Sqlite {
        std::fs::write(database.folder().join("gobid.db"), "").unwrap();
    }
}

async fn a_fresh_database_is_brought_up_to_date(database: Database) {
    make_file(&database);
    let shell = Shell::new();
    let url = ["--database-url", database.url()];
    let status = [&["migrate", "status"][..], &url].concat();
    let pending = shell.json(&status).await;
    let pending = pending.as_array().unwrap();
    assert!(!pending.is_empty() && pending.iter().all(|step| step["state"] == "pending"));
    let lines = |state: &str| {
        let line = |step: &Value| {
            format!("{}\t{}\t{state}\n", step["version"], step["description"].as_str().unwrap())
        };
        pending.iter().map(line).collect::<String>()
    };
    let ran = shell.run(&status).await;
    assert_eq!(ran.stderr, format!("database {}\n", database.url()));
    assert_eq!(ran.ok(), lines("pending"));

    assert_eq!(shell.ok(&[&["migrate"][..], &url].concat()).await, lines("applied"));
    let again = shell.run(&[&["migrate", "up"][..], &url].concat()).await;
    assert!(again.stderr.contains("the schema is up to date"), "{}", again.stderr);
    assert_eq!(again.ok(), "");
    assert_eq!(shell.ok(&status).await, lines("applied"));
    let csv = shell.ok(&[&status[..], &["-o", "csv"]].concat()).await;
    let rows = lines("applied").replace('\t', ",");
    assert_eq!(csv, format!("version,description,state\n{rows}"));
    let ids: Vec<_> = pending.iter().map(|step| step["version"].to_string()).collect();
    let printed = shell.ok(&[&status[..], &["-o", "id"]].concat()).await;
    assert_eq!(printed.lines().collect::<Vec<_>>(), ids);
    Setup::on(database.url()).args(&["--migrate", "check"]).start().await;
}

async fn a_database_of_a_server_is_up_to_date(database: Database) {
    let server = Server::start(&database).await;
    let shell = Shell::new().env("DATABASE_URL", database.url());
    assert_eq!(shell.json(&["migrate", "up"]).await, json!([]));
    let steps = shell.json(&["migrate", "status"]).await;
    assert!(steps.as_array().unwrap().iter().all(|step| step["state"] == "applied"), "{steps}");
    assert!(!server.log().contains("error"), "{}", server.log());
}

async fn a_database_of_somebody_else_is_refused(database: Database) {
    make_file(&database);
    database.execute("create table customers (name text)").await;
    let shell = Shell::new().env("GOBID_DATABASE_URL", database.url());
    let admin = ["admin", "create", "--user-name", "root", "--email", "root@example.org"];
    let [up, status, epoch] = ["up", "status", "new-epoch"].map(|what| ["migrate", what]);
    let commands: [&[&str]; 4] = [&up, &status, &epoch, &admin];
    for command in commands {
        let ran = shell.run(&[command, &["-o", "json"]].concat()).await;
        let error = ran.refused(3, "database");
        assert!(error["detail"].as_str().unwrap().contains("not GoBid's"), "{error}");
    }
    assert_eq!(database.number("select count(*) from customers").await, 0);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_made_by_up_alone() {
    let shell = Shell::new();
    let error = shell.run(&["migrate", "status", "-o", "json"]).await.refused(6, "database");
    let file = shell.folder().join("state/gobid/gobid.db");
    assert!(error["detail"].as_str().unwrap().contains(file.to_str().unwrap()), "{error}");
    assert!(!shell.folder().join("state").exists());
    let ran = shell.run(&["migrate"]).await;
    assert_eq!(ran.stderr, format!("database sqlite:{}\n", file.display()));
    ran.ok();
    let mode = std::fs::metadata(file.parent().unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let error = shell.run(&["migrate", "--database-url", "sqlite:no/where.db"]).await.failed(9);
    assert!(error.contains("unable to open database file"), "{error}");
}

#[tokio::test]
async fn what_names_no_database_is_refused_without_its_password() {
    let shell = Shell::new();
    let table = [
        ("mysql://eva:s3cret@db/gobid", 2),
        ("gobid.db", 2),
        ("postgres://eva:s3cret@127.0.0.1:1/gobid", 9),
        ("postgres://eva:s3?cret@127.0.0.1:1/gobid", 2),
        ("postgres://127.0.0.1:1/gobid?user=eva&password=s3cret", 9),
    ];
    for (url, exit) in table {
        let shown = shell.run(&["migrate", "status", "--database-url", url]).await.failed(exit);
        assert!(!shown.contains("cret"), "{url}: {shown}");
    }
    // The closest one counts: a flag, GOBID_DATABASE_URL, DATABASE_URL, DATABASE_URL_FILE, a file.
    shell.file("config/gobid/cli.toml", "database-url = 'sqlite:e.db'");
    let secret = shell.file("url", "sqlite:d.db\n");
    let status = ["migrate", "status"];
    let named = async |shell: &Shell, args: &[&str]| {
        let text = shell.run(&[&status[..], args].concat()).await.failed(6);
        text.lines().next().unwrap().to_owned()
    };
    assert_eq!(named(&shell, &[]).await, "database sqlite:e.db");
    let shell = shell.env("DATABASE_URL_FILE", &secret);
    assert_eq!(named(&shell, &[]).await, "database sqlite:d.db");
    let shell = shell.env("DATABASE_URL", "sqlite:c.db");
    assert_eq!(named(&shell, &[]).await, "database sqlite:c.db");
    let shell = shell.env("GOBID_DATABASE_URL", "sqlite:b.db");
    assert_eq!(named(&shell, &[]).await, "database sqlite:b.db");
    assert_eq!(named(&shell, &["--database-url", "sqlite:a.db"]).await, "database sqlite:a.db");
}

async fn after_a_new_epoch_everybody_begins_anew(database: Database) {
    let mut market = Market::open_on(database, &product(HOUR)).await;
    let url = market.database.url().to_owned();
    let shell = Shell::at(&market.server).env("DATABASE_URL", &url);
    let eva = market.shell_of("Eva").await;
    let id = market.product_id.clone();
    eva.ok(&["bid", "place", &id, "100"]).await;
    let visitor = User::visitor(&market.server, "Visitor");
    let old = first_frame(&visitor, &id, "").await["epoch"].as_str().unwrap().to_owned();
    let resume = format!("?after_seq=2&epoch={old}");
    assert_eq!(first_frame(&visitor, &id, &resume).await["type"], "heartbeat");

    market.server.terminate().await;
    let ran = shell.run(&["migrate", "new-epoch", "-o", "json"]).await;
    let new: Value = serde_json::from_str(&ran.ok()).unwrap();
    assert_ne!(new["epoch"], old);
    market.server.start_again().await;
    let frame = first_frame(&visitor, &id, &resume).await;
    let seen = (&frame["type"], &frame["reset"], &frame["epoch"]);
    assert_eq!(seen, (&json!("snapshot"), &json!(true), &new["epoch"]));
    // Nothing else is another one: whoever was logged in still is.
    eva.json(&["user", "whoami"]).await;
    let again = shell.json(&["migrate", "new-epoch"]).await;
    assert_ne!(again, new);
}

/// The first that a visitor hears of an auction.
async fn first_frame(visitor: &User, product_id: &str, query: &str) -> Value {
    visitor.try_subscribe(product_id, query).await.unwrap().next_frame().await
}

#[tokio::test]
async fn a_new_epoch_wants_a_database_with_a_schema() {
    let shell = Shell::new();
    let new = ["migrate", "new-epoch", "-o", "json", "--database-url"];
    shell.run(&[&new[..], &["sqlite:nowhere.db"]].concat()).await.refused(6, "database");
    shell.file("empty.db", "");
    shell.run(&[&new[..], &["sqlite:empty.db"]].concat()).await.refused(3, "database");
}
