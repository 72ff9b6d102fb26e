//! What goes wrong before or beside the server, and how programs end that have done their work.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use super::transcript::{ERRORS, FORMS, TERMINAL, Transcript, name_in};
use crate::cli::fake::Fake;
use crate::cli::shell::{Ran, Shell, email_of};
use crate::cli::watch::watching;
use crate::cli::{HOUR, Market};
use crate::support::actors::product;
use crate::support::ports::Port;
use crate::support::pty::{CTRL_C, ENTER};

#[tokio::test]
async fn of_the_command_line() {
    let market = Market::open().await;
    let (eva, root) = (market.shell_of("Eva").await, market.shell_of_admin().await);
    let (visitor, id) = (Shell::at(&market.server), &*market.product_id);
    visitor.file("wrong.toml", "timeout = '30'");
    visitor.file("in-the-way", "");
    let unfinished = r#"{"product_name":"A","description":"short","baseprice":"1"}"#;
    let bot = |script: &'static str| ["--", "sh", "-c", script];
    let run = ["bot", "run", "--product", id, "--budget", "500"];
    let mut seen = Transcript::default();
    seen.hide(market.server.url(), "<server>");
    for form in FORMS {
        seen.run(&visitor, form, &["product", "show", "7"]).await;
        seen.run(&visitor, form, &["user", "whoami"]).await;
    }
    for (who, args, input) in [
        (&visitor, &["product", "sell"][..], ""),
        (&visitor, &["product"], ""),
        (&visitor, &["bid", "place", id, "1,275"], ""),
        (&visitor, &["bid", "place", id, "200"], ""),
        (&visitor, &["user", "signup", "--user-name", "Mia", "--email", "mia@example.org"], ""),
        (&visitor, &["product", "create", "-f", "nowhere.json"], ""),
        (&eva, &["product", "create", "-f", "-"], "{"),
        (&eva, &["product", "create", "-f", "-"], unfinished),
        (&visitor, &["--config", "nowhere.toml", "product", "list"], ""),
        (&visitor, &["--config", "wrong.toml", "product", "list"], ""),
        (&visitor, &["--server", "auctions.example", "product", "list"], ""),
        (&visitor, &["man", "in-the-way"], ""),
        (&visitor, &["migrate", "status", "--database-url", "sqlite:nowhere.db"], ""),
        (&visitor, &["migrate", "status", "--database-url", "mysql://db"], ""),
        (&visitor, &["bench", "hot", "--bidders", "1"], ""),
        (&visitor, &["bench", "hot", "--database-url", "sqlite:no/where.db"], ""),
        (&eva, &[&run[..], &bot("exit 3")].concat(), ""),
        (&eva, &[&run[..], &["no-such-bot"]].concat(), ""),
    ] {
        seen.error(who, args, input).await;
    }
    let bare = Shell::at(&market.server).env("SSL_CERT_FILE", "nowhere.pem");
    let bare = bare.env("SSL_CERT_DIR", "nowhere");
    seen.error(&bare, &["product", "list"], "").await;
    let login = eva.folder().join("data/gobid/credentials.toml");
    std::fs::set_permissions(&login, std::fs::Permissions::from_mode(0o644)).unwrap();
    seen.hide(eva.folder().to_str().unwrap(), "<home>");
    seen.error(&eva, &["user", "whoami"], "").await;
    for form in ERRORS {
        let name = name_in(form, "New");
        seen.hide_name(form, "New");
        let email = email_of(&name);
        let secret = ["admin", "user-create", "--user-name", &name, "--email", &email];
        for (who, args) in [(&visitor, &["product", "list"][..]), (&root, &secret)] {
            let ran = to_a_full_disk(who, &[&["-o", form], args].concat()).await;
            seen.keep(form, args, &ran);
        }
    }
    seen.compare("failed");
}

/// A command whose result nobody can keep.
async fn to_a_full_disk(shell: &Shell, args: &[&str]) -> Ran {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = shell.command(args);
    let command = command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output().await.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Ran { code: output.status.code(), stdout: String::new(), stderr }
}

#[tokio::test]
async fn of_the_line() {
    let mut market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let port = Port::reserve();
    let nowhere = format!("http://127.0.0.1:{}", port.number());
    let mut seen = Transcript::default();
    seen.hide(market.server.url(), "<server>");
    seen.hide(&nowhere, "<nowhere>");
    for form in FORMS {
        seen.run(&eva, form, &["--server", &nowhere, "product", "list"]).await;
        seen.run(&eva, form, &["--server", &nowhere, "doctor"]).await;
    }
    for (head, body) in [
        ("200 OK", "<h1>It works!</h1>"),
        ("418 I'm a teapot", r#""short and stout""#),
        ("200 OK\r\nTransfer-Encoding: chunked", ""),
    ] {
        let fake = Fake::start(head, body).await;
        seen.hide(fake.url(), "<something>");
        seen.error(&eva, &["--server", fake.url(), "product", "list"], "").await;
        if body == r#""short and stout""# {
            seen.error(&eva, &["--server", fake.url(), "api", "GET", "/tea"], "").await;
        }
    }
    market.server.stop();
    seen.error(&eva, &["--timeout", "1s", "product", "list"], "").await;
    market.server.kill_9().await;
    let place = ["bid", "place", &*market.product_id, "100"];
    let named = ["--request-id", "0190b0a0-0000-7000-8000-000000000001"];
    let moment = ["--not-after", "2030-01-31T18:00:00.000Z"];
    for form in FORMS {
        seen.run(&eva, form, &[&place[..], &named, &moment].concat()).await;
    }
    seen.compare("unreachable");
}

#[tokio::test]
async fn of_a_watch() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let seller = market.shell_of_seller().await;
    let create = async || market.seller.create_product(&product(HOUR)).await;
    let (sold, unsold, cancelled) = (create().await, create().await, create().await);
    eva.ok(&["bid", "place", &sold, "100"]).await;
    bob.ok(&["bid", "place", &sold, "150"]).await;
    seller.ok(&["product", "cancel", &cancelled, "--reason", "It broke."]).await;
    for id in [&sold, &unsold] {
        let mut watcher = market.seller.subscribe(id).await;
        market.database.end_now(id).await;
        watcher.events_until_closed().await;
    }
    let mut seen = Transcript::default();
    for form in FORMS {
        for (who, id) in [(&bob, &sold), (&eva, &sold), (&eva, &unsold), (&eva, &cancelled)] {
            seen.run(who, form, &["product", "watch", id, "--exit-status"]).await;
        }
        seen.run(&eva, form, &["product", "watch", &sold, "--until", "won"]).await;
    }
    let watch = ["product", "watch", &*market.product_id];
    for signal in ["HUP", "INT", "TERM"] {
        for form in ERRORS {
            let shell = Shell::at(&market.server);
            let mut watcher = shell.start(&[&["-o", form, "-v"], &watch[..]].concat());
            watching(&watcher).await;
            watcher.signal(signal);
            let code = watcher.ended().await.code();
            let stdout = watcher.lines().join("\n");
            seen.keep(form, &watch, &Ran { code, stdout, stderr: String::new() });
        }
    }
    seen.compare("watched");
}

/// A person is asked, and does not say yes.
#[tokio::test]
async fn of_a_person() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let mut seen = Transcript::default();
    let place = ["bid", "place", &*market.product_id, "100"];
    let for_programs = [&["-o", "json"], &place[..]].concat();
    let no = format!("n{ENTER}");
    for args in [&place[..], &for_programs] {
        for answer in [&no, "\u{4}", CTRL_C] {
            let terminal = eva.terminal((250, 24), args).await;
            terminal.wait_for("[y/N]").await;
            terminal.send(answer);
            let code = Some(terminal.ended().await);
            let stdout = terminal.screen().trim_end().to_owned() + "\n";
            seen.keep(TERMINAL, args, &Ran { code, stdout, stderr: String::new() });
        }
    }
    seen.compare("asked");
}
