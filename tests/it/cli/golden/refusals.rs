//! What the server refuses, each kind of it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::transcript::{FORMS, Transcript};
use crate::cli::fake::Fake;
use crate::cli::shell::{Shell, email_of, password_of};
use crate::cli::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::database::{Backend, Database};
use crate::support::server::Setup;

#[tokio::test]
async fn bids() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let seller = market.shell_of_seller().await;
    let id = &*market.product_id;
    let create = async |change: &dyn Fn(&mut Value)| {
        let mut terms = product(2 * HOUR);
        change(&mut terms);
        market.seller.create_product(&terms).await
    };
    let scheduled = create(&|it| it["auction_start"] = from_now(HOUR).into()).await;
    let dutch = create(&|it| {
        it.as_object_mut().unwrap().remove("increment");
        it["format"] = "dutch".into();
        it["dutch"] = json!({"floor": "20", "step": "1", "tick_seconds": 3600});
    })
    .await;
    let over = create(&|_| {}).await;
    seller.ok(&["product", "cancel", &over, "--reason", "It broke."]).await;
    let named = Uuid::from_u128(7).to_string();
    eva.ok(&["bid", "place", id, "150", "--request-id", &named]).await;
    let token = ["user", "tokens", "create", "--scope", "read,bid", "--max-offer", "120"];
    let token = eva.json(&[&token[..], &["--currency", "usd"]].concat()).await;
    let script = Shell::at(&market.server).env("GOBID_TOKEN", token["token"].as_str().unwrap());
    let late = ["--request-id", "0190b0a0-0000-7000-8000-000000000001", "--not-after"];

    let mut seen = Transcript::default();
    for form in FORMS {
        seen.run(&bob, form, &["bid", "place", id, "100"]).await;
    }
    for (who, args) in [
        (&eva, &["bid", "place", id, "200"][..]),
        (&seller, &["bid", "place", id, "200"]),
        (&bob, &["bid", "place", &scheduled, "200"]),
        (&bob, &["bid", "place", &over, "200"]),
        (&bob, &["bid", "buy", id]),
        (&bob, &["bid", "place", id, "200", "--expected-price", "100"]),
        (&bob, &["bid", "max", &dutch, "200"]),
        (&eva, &["bid", "place", id, "201", "--request-id", &named]),
        (&bob, &[&["bid", "place", id, "200"], &late[..], &["2020-01-31T18:00:00Z"]].concat()),
        (&script, &["bid", "place", id, "200"]),
        (&seller, &["product", "edit", id, "--reserve", "300"]),
        (&seller, &["product", "edit", id, "--description", "Light wear.", "--revision", "9"]),
        (&eva, &["product", "edit", id, "--description", "It is mine, all of it."]),
    ] {
        seen.error(who, args, "").await;
    }
    seen.compare("refused_bids");
}

#[tokio::test]
async fn requests() {
    let market = Market::open().await;
    let (eva, root) = (market.shell_of("Eva").await, market.shell_of_admin().await);
    let visitor = Shell::at(&market.server);
    let email = email_of("Eva");
    let log_in = ["user", "login", "--email", &*email, "--password-stdin"];
    let sign_up = ["user", "signup", "--user-name", "Eva", "--email", &*email, "--password-stdin"];
    let short = ["product", "create", "--name", "Box", "--description", "short", "--baseprice"];
    let short = [&short[..], &["60", "--ends", "2h"]].concat();
    let post = ["api", "POST", "/products", "--input", "-"];
    let (text, foreign) = (["-H", "Content-Type: text/plain"], ["-H", "X-CSRF-Token: foreign"]);
    let nobody = Uuid::from_u128(7).to_string();
    let large = format!("{{\"description\":\"{}\"}}", "x".repeat(300_000));

    let mut seen = Transcript::default();
    seen.hide(market.server.url(), "<server>");
    for form in FORMS {
        seen.run(&visitor, form, &["product", "show", &nobody]).await;
    }
    for (who, args, input) in [
        (&visitor, &["product", "list", "--status", "gone"][..], ""),
        (&eva, &short, ""),
        (&visitor, &sign_up, "another password"),
        (&visitor, &log_in, "another password"),
        (&eva, &["admin", "audit"], ""),
        (&visitor, &["api", "GET", "/products/7"], ""),
        (&visitor, &["api", "PUT", "/health"], ""),
        (&eva, &post, "{"),
        (&eva, &[&post[..], &text].concat(), "{}"),
        (&eva, &[&post[..], &foreign].concat(), "{}"),
        (&eva, &post, &large),
    ] {
        seen.error(who, args, input).await;
    }
    root.ok(&["admin", "suspend", "Eva", "--reason", "Stolen."]).await;
    seen.error(&eva, &["user", "whoami"], "").await;
    seen.error(&visitor, &log_in, &password_of("Eva")).await;
    let bob = market.shell_of("Bob").await;
    market.database.execute("delete from sessions").await;
    seen.error(&bob, &["user", "whoami"], "").await;
    market.database.execute("alter table products rename to gone").await;
    seen.error(&visitor, &["product", "list"], "").await;
    seen.compare("refused_requests");
}

/// What a server says that has too much to do, or that lets nobody in.
#[tokio::test]
async fn for_now() {
    let database = Database::new(Backend::Sqlite).await;
    let setup = Setup::on(database.url()).with_limits();
    let setup = setup.args(&["--rate-limit-login=1/m", "--registration=closed"]);
    let server = setup.start().await;
    let visitor = Shell::at(&server);
    let email = email_of("Eva");
    let log_in = ["user", "login", "--email", &*email, "--password-stdin"];
    let sign_up = ["user", "signup", "--user-name", "Eva", "--email", &*email, "--password-stdin"];
    let mut seen = Transcript::default();
    seen.error(&visitor, &sign_up, &password_of("Eva")).await;
    // As many logins as the burst has.
    for _ in 0..4 {
        visitor.run_with(&log_in, "another password").await.failed(4);
    }
    seen.error(&visitor, &log_in, "another password").await;
    for (status, code, detail) in [
        (503, "unavailable", "too much is under way: try again"),
        (408, "request_timeout", "the body did not come in time"),
    ] {
        let problem = json!({
            "type": format!("urn:gobid:problem:{code}"), "title": code, "status": status,
            "detail": detail, "code": code, "trace_id": "7", "retry_after_ms": 1500,
        });
        let head = format!("{status} X\r\nContent-Type: application/problem+json");
        let fake = Fake::start(&head, &problem.to_string()).await;
        let shell = Shell::new().env("GOBID_SERVER", fake.url());
        seen.error(&shell, &["product", "list"], "").await;
    }
    seen.compare("refused_for_now");
}
