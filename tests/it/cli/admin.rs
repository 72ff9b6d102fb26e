//! `admin create`: with the database at hand, beside a server that runs.

use super::shell::{Ran, Shell, email_of, password_of};
use crate::support::database::{Backend, Database, on_both};
use crate::support::server::{Server, Setup};

on_both!(an_admin_is_made_while_the_server_runs, a_user_becomes_an_admin_and_keeps_his_password);

/// Makes an admin, who chooses a password.
async fn create(shell: &Shell, name: &str, more: &[&str]) -> Ran {
    let email = email_of(name);
    let args = ["admin", "create", "--user-name", name, "--email", &email, "--password-stdin"];
    shell.run_with(&[&args[..], more].concat(), &password_of(name)).await
}

async fn an_admin_is_made_while_the_server_runs(database: Database) {
    let server = Server::start(&database).await;
    let shell = Shell::at(&server);
    let ran = create(&shell, "Root", &["--database-url", database.url()]).await;
    assert_eq!(ran.stderr, format!("database {}\n", database.url()));
    let text = ran.ok();
    shell.log_in("Root", &[]).await.ok();
    let profile = shell.json(&["user", "whoami"]).await;
    assert_eq!(
        (&profile["is_admin"], &profile["email"]),
        (&true.into(), &"root@example.org".into())
    );
    let id = profile["user_id"].as_str().unwrap();
    assert_eq!(text, format!("user_id\t{id}\nuser_name\tRoot\nemail\troot@example.org\n"));

    // Once more is no other one; the same name with another e-mail is taken.
    let again = create(&shell, "Root", &["--database-url", database.url(), "-o", "id"]).await;
    assert!(again.stderr.contains("there is a user with this e-mail"), "{}", again.stderr);
    assert_eq!(again.ok().trim(), id);
    let args = ["admin", "create", "--user-name", "ROOT", "--email", "other@example.org"];
    let more = ["--database-url", database.url(), "--password-stdin", "-o", "json"];
    let taken = shell.run_with(&[&args[..], &more].concat(), "correct horse").await;
    taken.refused(7, "database");
    assert_eq!(database.number("select count(*) from users").await, 1);
}

async fn a_user_becomes_an_admin_and_keeps_his_password(database: Database) {
    let server = Server::start(&database).await;
    let shell = Shell::at(&server).env("DATABASE_URL", database.url());
    shell.sign_up("Eva").await;
    // No password is asked for.
    let args = ["admin", "create", "--email", " EVA@example.org", "-o", "json"];
    let admin = shell.json(&args[..4]).await;
    assert_eq!((&admin["user_name"], &admin["email"]), (&"Eva".into(), &"eva@example.org".into()));
    shell.log_in("Eva", &[]).await.ok();
    assert_eq!(shell.json(&["user", "whoami"]).await["is_admin"], true);
    let nobody = ["admin", "create", "--email", "none@example.org", "-o", "json"];
    let error = shell.run(&nobody).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("--user-name is needed"), "{error}");
}

#[tokio::test]
async fn the_database_is_the_servers_own_when_none_is_named() {
    let shell = Shell::new();
    let state = shell.folder().join("state");
    let server = Setup::bare().env("XDG_STATE_HOME", state.to_str().unwrap()).start().await;
    let shell = shell.env("GOBID_SERVER", server.url());
    create(&shell, "Root", &[]).await.ok();
    shell.log_in("Root", &[]).await.ok();
    assert_eq!(shell.json(&["user", "whoami"]).await["is_admin"], true);
}

#[tokio::test]
async fn it_never_makes_a_database_file() {
    let shell = Shell::new();
    create(&shell, "Root", &["-o", "json"]).await.refused(6, "database");
    assert!(!shell.folder().join("state").exists());
    let other = ["--database-url", "sqlite:other.db?mode=rwc", "-o", "json"];
    create(&shell, "Root", &other).await.refused(6, "database");
    assert!(!shell.folder().join("other.db").exists());
    // A file that is not yet a database of GoBid's is left as it is.
    let empty = shell.file("empty.db", "");
    let url = format!("sqlite:{empty}");
    let error = create(&shell, "Root", &["--database-url", &url, "-o", "json"]).await;
    let error = error.refused(3, "database");
    assert!(error["detail"].as_str().unwrap().contains("gobid-cli migrate"), "{error}");
}

#[tokio::test]
async fn what_the_server_would_refuse_is_refused() {
    let database = Database::new(Backend::Sqlite).await;
    let _server = Server::start(&database).await;
    let shell = Shell::new().env("DATABASE_URL", database.url());
    let table = [
        ("ab", "a@example.org", "correct horse", "must be 3 to 50"),
        ("evа", "a@example.org", "correct horse", "must be 3 to 50"),
        ("eva", "a@-example.org", "correct horse", "must be an e-mail address"),
        ("eva", "nowhere", "correct horse", "must be an e-mail address"),
        ("eva", "a@example.org", "1234567", "the password must have 8 to 128 characters"),
        ("eva", "a@example.org", "with a\ttab", "the password holds the control character U+0009"),
    ];
    for (name, email, password, why) in table {
        let args = ["admin", "create", "--user-name", name, "--email", email, "--password-stdin"];
        let ran = shell.run_with(&[&args[..], &["-o", "json"]].concat(), password).await;
        let error = ran.refused(2, "usage");
        assert!(error["detail"].as_str().unwrap().contains(why), "{error}");
    }
    assert_eq!(database.number("select count(*) from users").await, 0);
}
