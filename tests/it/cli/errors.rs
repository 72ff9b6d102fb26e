//! Every exit code there is, and its one line of JSON. What rules refuse is in `bids`, what is
//! lost in `lost`.

use std::time::Duration;

use super::fake::Fake;
use super::shell::{Shell, email_of, password_of};
use super::{HOUR, Market};
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::ports::Port;
use crate::support::server::Setup;

const LIST: [&str; 4] = ["product", "list", "-o", "json"];

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let port = Port::reserve();
    let url = format!("http://127.0.0.1:{}", port.number());
    let shell = Shell::new().env("GOBID_SERVER", &url);
    let error = shell.run(&LIST).await.refused(9, "unreachable");
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.contains(&format!("cannot reach {url}: Connection refused")), "{detail}");
    assert!(error.get("trace_id").is_none(), "{error}");
    let text = shell.run(&["product", "watch", &uuid::Uuid::nil().to_string()]).await.failed(9);
    assert!(text.contains("is the server running") && text.contains("code unreachable"), "{text}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unreachable() {
    let market = Market::open().await;
    market.server.stop();
    let shell = Shell::at(&market.server);
    let args = [&LIST[..], &["--timeout", "1s"]].concat();
    let error = shell.run(&args).await.refused(9, "timed_out");
    assert!(error["detail"].as_str().unwrap().contains("did not answer within 1 s"), "{error}");
    let silent = Fake::start("200 OK\r\nTransfer-Encoding: chunked", "").await;
    let args = [&LIST[..], &["--server", silent.url()]].concat();
    shell.run(&args).await.refused(9, "answer_lost");
    market.server.cont();
}

#[tokio::test]
async fn a_fault_of_the_server_has_its_trace_id() {
    let market = Market::open().await;
    let shell = Shell::at(&market.server);
    market.database.execute("alter table products rename to gone").await;
    let error = shell.run(&LIST).await.refused(10, "internal");
    let trace_id = error["trace_id"].as_str().unwrap();
    assert!(market.server.log().contains(trace_id), "{trace_id}\n{}", market.server.log());
    market.database.execute("alter table gone rename to products").await;
    shell.ok(&LIST).await;
    for (head, body) in [
        ("200 OK", "<h1>It works!</h1>"),
        ("500 Internal Server Error", "oops"),
        ("301 Moved Permanently\r\nLocation: https://auctions.example/", ""),
    ] {
        let fake = Fake::start(head, body).await;
        let args = [&LIST[..], &["--server", fake.url()]].concat();
        shell.run(&args).await.refused(10, "protocol");
    }
}

#[tokio::test]
async fn who_is_suspended_is_forbidden() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let suspend = "update users set suspended_at = 1 where user_name = 'Eva'";
    assert_eq!(market.database.execute(suspend).await, 1);
    let error = eva.log_in("Eva", &["-o", "json"]).await.refused(5, "suspended");
    assert!(error["trace_id"].is_string(), "{error}");
    let place = ["bid", "place", &market.product_id, "100", "-o", "json"];
    let error = eva.run(&place).await;
    assert!(matches!(error.code, Some(4 | 5)), "{error:?}");
}

#[tokio::test]
async fn who_comes_too_often_is_told_when_to_come_again() {
    let database = Database::new(Backend::Sqlite).await;
    let setup = Setup::on(database.url()).with_limits();
    let server = setup.args(&["--rate-limit-login=1/m"]).start().await;
    User::sign_up(&server, "Eva").await;
    let shell = Shell::at(&server);
    let email = email_of("Eva");
    let args = ["user", "login", "--email", &email, "--password-stdin", "-o", "json"];
    let mut logins = 0;
    let error = loop {
        let ran = shell.run_with(&args, &password_of("Eva")).await;
        if ran.code != Some(0) {
            break ran.refused(8, "rate_limited");
        }
        logins += 1;
        assert!(logins < 5, "the burst is four");
    };
    assert!(error["retry_after_ms"].as_u64().unwrap() > 0, "{error}");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.starts_with("try again in ") && hint.ends_with(" s"), "{hint}");
}

#[tokio::test]
async fn a_watcher_that_is_told_to_end_ends() {
    let market = Market::open_with(&product(HOUR)).await;
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let shell = Shell::at(&market.server);
        let mut watcher = shell.start(&["product", "watch", &market.product_id, "-v"]);
        super::watch::watching(&watcher).await;
        watcher.signal(signal);
        assert_eq!(watcher.ended_within(Duration::from_secs(10)).await.code(), Some(code));
    }
}

#[tokio::test]
async fn help_and_version_are_answers() {
    let shell = Shell::new();
    let version = shell.ok(&["--version"]).await;
    assert_eq!(version, format!("gobid-cli {}\n", env!("CARGO_PKG_VERSION")));
    let help = shell.ok(&["--help"]).await;
    for words in ["user", "product", "bid", "migrate", "admin", "api", "completions", "Exit codes:"]
    {
        assert!(help.contains(words), "{words}\n{help}");
    }
    for command in ["user", "product", "bid", "admin", "migrate", "api", "completions", "bench"] {
        assert!(shell.ok(&[command, "--help"]).await.contains("Usage: gobid-cli"));
    }
    // A command that wants another word says which there are.
    let ran = shell.run(&["user"]).await;
    assert_eq!((ran.code, &*ran.stdout), (Some(2), ""));
    assert!(ran.stderr.contains("signup") && ran.stderr.contains("logout"), "{}", ran.stderr);
}
