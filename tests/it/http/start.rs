//! How a server starts.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::send;
use crate::support::actors::User;
use crate::support::database::{Backend, Database, on_both};
use crate::support::http::Request;
use crate::support::postgres::Cluster;
use crate::support::process::{Process, own_folders};
use crate::support::programs;
use crate::support::server::{Server, Setup};
use crate::support::wait::{PATIENCE, eventually, soon};

on_both!(
    a_server_says_in_one_line_that_it_is_ready,
    a_database_of_somebody_else_is_refused,
    a_schema_can_be_checked_and_not_changed,
    an_admin_is_made_once,
);

async fn a_server_says_in_one_line_that_it_is_ready(database: Database) {
    let server = Server::start(&database).await;
    let lines = server.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let ready: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(ready["event"], "ready");
    let newest = database.number("select max(version) from _sqlx_migrations").await;
    assert_eq!(ready["schema"], format!("{newest:04}"));
    let name = if database.backend() == Backend::Sqlite { "SQLite" } else { "PostgreSQL" };
    assert_eq!(ready["database"], name);
    for (path, status) in [("/health", "ok"), ("/ready", "ready")] {
        let answer = Request::new("GET", path).send(server.address()).await.unwrap();
        assert_eq!(answer.expect(200)["status"], status);
    }
    let check = run(&["healthcheck", "--listen", server.address()], &[]).await;
    assert!(check.status.success(), "{check:?}");
    let busy =
        run(&["serve", "--listen", server.address(), "--database-url", database.url()], &[]).await;
    refused(&busy, 1, "cannot listen on");
}

async fn a_database_of_somebody_else_is_refused(database: Database) {
    if database.backend() == Backend::Sqlite {
        std::fs::write(database.folder().join("gobid.db"), "").unwrap();
    }
    database.execute("create table customers (name text)").await;
    for migrate in ["auto", "check", "off"] {
        let args = [
            "serve",
            "--listen=127.0.0.1:0",
            "--database-url",
            database.url(),
            "--migrate",
            migrate,
        ];
        refused(&run(&args, &[]).await, 1, "not GoBid's");
    }
    assert_eq!(database.number("select count(*) from customers").await, 0);
}

async fn a_schema_can_be_checked_and_not_changed(database: Database) {
    let args =
        ["serve", "--listen=127.0.0.1:0", "--database-url", database.url(), "--migrate", "check"];
    refused(&run(&args, &[]).await, 1, "gobid-cli migrate");
    drop(Server::start(&database).await);
    let server = Setup::on(database.url()).args(&["--migrate", "check"]).start().await;
    database.execute("update settings set value = '99.0.0' where name = 'oldest_program'").await;
    let answer = eventually("a server that is not ready", PATIENCE, async || {
        let answer = Request::new("GET", "/ready").send(server.address()).await.unwrap();
        (answer.status != 200).then_some(answer)
    })
    .await;
    let body = answer.refused(503, "unavailable");
    assert!(body["detail"].as_str().unwrap().contains("99.0.0"), "{body}");
    let check = run(&["healthcheck", "--listen", server.address()], &[]).await;
    refused(&check, 1, "99.0.0");
}

async fn an_admin_is_made_once(database: Database) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "the admin's password\n").unwrap();
    let setup = || {
        Setup::on(database.url())
            .env("GOBID_ADMIN_EMAIL", "Admin@Example.org")
            .env("GOBID_ADMIN_PASSWORD_FILE", file.to_str().unwrap())
    };
    let server = setup().start().await;
    let admin = User::visitor(&server, "admin");
    let login = json!({"email": "admin@example.org", "password": "the admin's password"});
    send(&admin, "POST", "/users/loginuser", &login).await.expect(200);
    assert_eq!(admin.get("/users/me").await.expect(200)["is_admin"], true);
    drop(server);
    // Whoever is there becomes one, and keeps his password; the file is not even read.
    database.execute("update users set is_admin = false").await;
    std::fs::remove_file(&file).unwrap();
    let server = setup().start().await;
    send(&admin.elsewhere().at(&server), "POST", "/users/loginuser", &login).await.expect(200);
    assert_eq!(database.number("select count(*) from users where is_admin").await, 1);
}

#[tokio::test]
async fn the_default_database_is_a_file_that_only_its_owner_can_reach() {
    let server = Setup::bare().start().await;
    let ready: Value = serde_json::from_str(&server.lines()[0]).unwrap();
    let file = ready["database_url"].as_str().unwrap().strip_prefix("sqlite:").unwrap().to_owned();
    assert!(file.ends_with("/gobid/gobid.db"), "{file}");
    let directory = std::path::Path::new(&file).parent().unwrap();
    let mode = std::fs::metadata(directory).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn a_postgres_that_is_away_is_waited_for() {
    let cluster = Cluster::private().await;
    cluster.stop().await;
    let folder = TempDir::new().unwrap();
    let url = cluster.url("postgres");
    let args = ["serve", "--listen=127.0.0.1:0", "--database-url", &url].map(str::to_owned);
    let mut server = Process::start(programs::server(), &args, &[], folder.path());
    eventually("the server's complaint", PATIENCE, async || {
        server.errors().contains("the database is away; trying again").then_some(())
    })
    .await;
    cluster.start().await;
    server.line("line that it is ready", |line| line.contains("ready").then_some(())).await;
}

#[tokio::test]
async fn a_password_is_neither_printed_nor_logged() {
    let url = "postgres://gobid:s3cret@127.0.0.1:1/gobid";
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("url");
    std::fs::write(&file, url).unwrap();
    let file = file.to_str().unwrap();
    let shown = run(&["config", "print"], &[("DATABASE_URL_FILE", file)]).await;
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.contains("postgres://gobid:***@127.0.0.1:1/gobid"), "{text}");
    assert!(text.contains("# DATABASE_URL_FILE"), "{text}");
    let foreign =
        run(&["serve", "--database-url", "mysql://u:s3cret@h/d", "--listen=127.0.0.1:0"], &[])
            .await;
    refused(&foreign, 1, "must begin with sqlite: or postgres:");
}

/// The program, alone in a folder of its own.
pub(super) async fn run(args: &[&str], env: &[(&str, &str)]) -> Output {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(programs::server());
    command.args(args).env_clear().envs(own_folders(folder.path())).envs(env.iter().copied());
    let output = command.current_dir(folder.path()).kill_on_drop(true).output();
    soon("the end of the program", PATIENCE, output).await.unwrap()
}

#[track_caller]
pub(super) fn refused(output: &Output, code: i32, why: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(why), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
    assert!(output.stdout.is_empty(), "{output:?}");
}
