//! `migrate`: forward, and on GoBid's databases alone.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::shell::Shell;
use crate::support::database::{Backend, Database, on_both};
use crate::support::server::{Server, Setup};

on_both!(
    a_fresh_database_is_brought_up_to_date,
    a_database_of_a_server_is_up_to_date,
    a_database_of_somebody_else_is_refused,
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
    let commands: [&[&str]; 3] = [&["migrate", "up"], &["migrate", "status"], &admin];
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
