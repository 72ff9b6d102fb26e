//! Where passwords come from: never from the command line.

use std::os::unix::fs::PermissionsExt;

use super::Market;
use super::shell::{Shell, password_of};
use crate::support::pty::{CTRL_C, ENTER, STANDARD};

const EVA: [&str; 4] = ["user", "login", "--email", "eva@example.org"];

fn login<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&EVA[..], more].concat()
}

#[tokio::test]
async fn a_password_comes_from_input_or_file() {
    let market = Market::open().await;
    market.shell_of("Eva").await;
    let (right, shell) = (password_of("Eva"), Shell::at(&market.server));
    for text in [right.clone(), format!("{right}\n"), format!("{right}\r\n")] {
        shell.run_with(&login(&["--password-stdin"]), &text).await.ok();
    }
    let file = shell.file("password", &format!("{right}\n"));
    shell.ok(&login(&["--password-file", &file])).await;
    Shell::at(&market.server).env("GOBID_PASSWORD_FILE", &file).ok(&login(&[])).await;
    // A flag counts before a variable.
    let wrong = shell.file("wrong", "not the password");
    let shell = shell.env("GOBID_PASSWORD_FILE", &wrong);
    shell.run(&login(&["-o", "json"])).await.refused(4, "invalid_credentials");
    shell.ok(&login(&["--password-file", &file])).await;
    shell.run_with(&login(&["--password-stdin"]), &right).await.ok();
}

#[tokio::test]
async fn what_is_no_password_is_named() {
    let shell = Shell::new();
    let error = shell.run(&login(&["-o", "json"])).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("--password-stdin"), "{error}");
    let error = shell.run(&login(&["--password-stdin"])).await.failed(2);
    assert!(error.contains("there is no password in standard input"), "{error}");
    let empty = shell.file("empty", "\n");
    let error = shell.run(&login(&["--password-file", &empty])).await.failed(2);
    assert!(error.contains(&empty), "{error}");
    let error = shell.run(&login(&["--password-file", "nowhere"])).await.failed(1);
    assert!(error.contains("cannot read nowhere"), "{error}");
    let secret = shell.file("secret", "x");
    std::fs::write(&secret, [0xff, 0xfe]).unwrap();
    shell.run(&login(&["--password-file", &secret, "-o", "json"])).await.refused(1, "input");
    let both = ["--password-file", &secret, "--password-stdin"];
    shell.run(&login(&both)).await.failed(2);
    // There is no such flag, and what stands behind it is not said again.
    let error = shell.run(&login(&["--password=s3cret"])).await.failed(2);
    assert!(!error.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn a_person_is_asked_and_nothing_is_seen() {
    let market = Market::open().await;
    let shell = Shell::at(&market.server);
    let terminal = shell.terminal(STANDARD, &["user", "signup"]).await;
    for (question, answer) in [
        ("User name:", "eva"),
        ("E-mail:", "eva@example.org"),
        ("Password:", "correct horse"),
        ("Password again:", "correct horse"),
    ] {
        terminal.wait_for(question).await;
        terminal.send(&format!("{answer}{ENTER}"));
    }
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.screen();
    assert!(screen.contains("logged in at") && !screen.contains("horse"), "{screen}");

    let terminal = shell.terminal(STANDARD, &login(&[])).await;
    terminal.wait_for("Password:").await;
    terminal.send(&format!("wrong{ENTER}"));
    assert_eq!(terminal.ended().await, 4);
    let terminal = shell.terminal(STANDARD, &login(&["--no-input"])).await;
    assert_eq!(terminal.ended().await, 2);
    assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "eva");
}

#[tokio::test]
async fn two_passwords_that_differ_are_none() {
    let market = Market::open().await;
    let shell = Shell::at(&market.server);
    let args = ["user", "signup", "--user-name", "eva", "--email", "eva@example.org"];
    let terminal = shell.terminal(STANDARD, &args).await;
    terminal.wait_for("Password:").await;
    terminal.send(&format!("correct horse{ENTER}"));
    terminal.wait_for("Password again:").await;
    terminal.send(&format!("correct mouse{ENTER}"));
    assert_eq!(terminal.ended().await, 2);
    assert!(terminal.screen().contains("the two passwords differ"), "{}", terminal.screen());
    assert_eq!(market.database.number("select count(*) from users").await, 1);
}

#[tokio::test]
async fn whoever_breaks_off_gets_his_terminal_back() {
    let market = Market::open().await;
    let shell = Shell::at(&market.server);
    let before = shell.terminal(STANDARD, &["--version"]).await;
    assert_eq!(before.ended().await, 0);
    for (args, question) in [(&["user", "login"][..], "E-mail:"), (&EVA, "Password:")] {
        let terminal = shell.terminal(STANDARD, args).await;
        terminal.wait_for(question).await;
        let hides = question == "Password:";
        assert_eq!(terminal.modes() != before.modes(), hides, "{question}");
        terminal.send(CTRL_C);
        assert_eq!(terminal.ended().await, 130, "{question}");
        assert_eq!(terminal.modes(), before.modes(), "{question}");
    }
    let terminal = shell.terminal(STANDARD, &EVA).await;
    terminal.wait_for("Password:").await;
    terminal.signal("TERM");
    assert_eq!(terminal.ended().await, 143);
    assert_eq!(terminal.modes(), before.modes());
    let terminal = shell.terminal(STANDARD, &["user", "login"]).await;
    terminal.wait_for("E-mail:").await;
    terminal.send("\x04");
    assert_eq!(terminal.ended().await, 130);
}

#[tokio::test]
async fn logins_are_kept_where_nobody_else_reads() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let (folder, file) = ("data/gobid", "data/gobid/credentials.toml");
    let mode = |path: &str| {
        std::fs::metadata(shell.folder().join(path)).unwrap().permissions().mode() & 0o777
    };
    let chmod = |path: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(shell.folder().join(path), permissions).unwrap();
    };
    assert_eq!((mode(folder), mode(file)), (0o700, 0o600));
    for (path, open, closed) in [(file, 0o644, 0o600), (folder, 0o777, 0o700)] {
        chmod(path, open);
        let error = shell.run(&["user", "whoami"]).await.failed(3);
        let remedy = format!("type: chmod {closed:o} {}", shell.folder().join(path).display());
        assert!(error.contains(&remedy), "{error}");
        let error = shell.log_in("Eva", &["-o", "json"]).await.refused(3, "credentials");
        assert!(error["detail"].as_str().unwrap().contains(&remedy), "{error}");
        chmod(path, closed);
        assert_eq!(shell.json(&["user", "whoami"]).await["user_name"], "Eva");
    }
    std::fs::write(shell.folder().join(file), "profiles = 's3cret'").unwrap();
    chmod(file, 0o600);
    let error = shell.run(&["user", "whoami"]).await.failed(3);
    assert!(error.contains("is damaged") && !error.contains("s3cret"), "{error}");
}
