//! `api`: any endpoint, logged in and with the CSRF token.

use serde_json::{Value, json};
use uuid::Uuid;

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::pty::STANDARD;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

#[tokio::test]
async fn fields_are_a_query_or_a_body() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    market.seller.create_product(&product(2 * HOUR)).await;
    let args = ["api", "get", "products", "-f", "status=open", "-F", "limit=1"];
    let page = read(&shell.ok(&args).await);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["product_id"], market.product_id);
    assert!(page["next_cursor"].is_string());

    let ends = format!("auction_end={}", from_now(HOUR));
    let words = ["product_name=Box of LPs", "description=200 of them, a=b", &ends];
    let mut args = vec!["api", "POST", "/products/"];
    args.extend(words.iter().flat_map(|field| ["-f", *field]));
    args.extend(["-F", "baseprice=60.50", "-F", "anonymous_bidders=true"]);
    let id = read(&shell.ok(&args).await)["product_id"].as_str().unwrap().to_owned();
    let made = market.seller.product(&id).await;
    assert_eq!(
        (&made["description"], &made["baseprice"]),
        (&json!("200 of them, a=b"), &json!("60.50"))
    );
    assert_eq!(made["anonymous_bidders"], true);
    // Numbers come as they were written: none of these is an amount.
    for number in ["60.505000000000000001", "1.2e2"] {
        let path = format!("/products/{}/bids", market.product_id);
        let amount = format!("amount={number}");
        let key = format!("Idempotency-Key: {}", Uuid::new_v4());
        let ran = shell.run(&["api", "POST", &path, "-F", &amount, "-H", &key]).await;
        assert_eq!(read(&ran.stdout)["code"], "validation_failed", "{number}");
    }
    // From the root as well, and what is no API at all.
    assert_eq!(read(&shell.ok(&["api", "GET", "/health"]).await)["status"], "ok");
    let me = read(&shell.ok(&["api", "GET", "/api/v1/users/me"]).await);
    assert_eq!(me["user_name"], "Eva");
}

#[tokio::test]
async fn headers_and_input_are_sent_as_they_are() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let request_id = Uuid::new_v4().to_string();
    let path = format!("/products/{}/bids", market.product_id);
    let key = format!("Idempotency-Key: {request_id}");
    let args = ["api", "POST", &path, "-f", "amount=100", "-H", &key];
    assert_eq!(read(&shell.ok(&args).await)["idempotency_key"], request_id);

    let body = product(HOUR).to_string();
    let ran = shell.run_with(&["api", "POST", "/products/", "--input", "-"], &body).await;
    assert!(read(&ran.ok())["product_id"].is_string());
    let file = shell.file("product.json", &body);
    let ran = shell.run(&["api", "POST", "/products/", "--input", &file]).await;
    assert!(read(&ran.ok())["product_id"].is_string());
    let error = shell.run(&["api", "POST", "/products/", "--input", "nowhere"]).await.failed(1);
    assert!(error.contains("cannot read nowhere"), "{error}");
    shell.run(&["api", "POST", "/products/", "--input", &file, "-f", "a=b"]).await.failed(2);
    shell.run(&["api", "POST", "/products/", "-f", "a"]).await.failed(2);
    shell.run(&["api", "POST", "/products/", "-F", "a=b"]).await.failed(2);
    shell.run(&["api", "B AD", "/products/", "-H", "A: b"]).await.failed(2);
}

#[tokio::test]
async fn a_refusal_is_printed_as_it_is_and_ends_with_its_code() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let table: [(&[&str], i32, &str); 5] = [
        (&["GET", "/products/7"], 2, "malformed_id"),
        (&["GET", "/nothing"], 6, "not_found"),
        (&["DELETE", "/products"], 1, "method_not_allowed"),
        (&["POST", "/users/logout", "-H", "X-CSRF-Token: wrong"], 5, "csrf_token_invalid"),
        (&["POST", "/products/", "-f", "colour=red"], 2, "validation_failed"),
    ];
    for (args, exit, code) in table {
        let ran = shell.run(&[&["api", "-o", "json"], args].concat()).await;
        let problem = read(&ran.stdout);
        assert_eq!(problem["code"], code, "{problem}");
        let error = ran.refused_after_answer(exit, code);
        assert_eq!(error["trace_id"], problem["trace_id"]);
    }
    let broken = shell.file("broken.json", "{");
    let ran = shell.run(&["api", "POST", "/products/", "--input", &broken, "-o", "json"]).await;
    ran.refused_after_answer(1, "malformed_json");
    // A header of one's own takes the place of the login.
    let ran = shell.run(&["api", "GET", "/users/me", "-H", "Authorization: Bearer x"]).await;
    assert_eq!(ran.code, Some(4), "{ran:?}");
    // Also of one that has ended.
    let token = shell.json(&["user", "tokens", "create", "--scope", "sell"]).await["token"].clone();
    let token = format!("Authorization: Bearer {}", token.as_str().unwrap());
    market
        .database
        .execute(
            "delete from sessions where session_key not in (select session_key from api_tokens)",
        )
        .await;
    let ran = shell.run(&["api", "POST", "/products/", "-H", &token, "-o", "json"]).await;
    assert_eq!(read(&ran.stdout)["code"], "unsupported_media_type", "{ran:?}");
    let visitor = Shell::at(&market.server);
    assert_eq!(visitor.run(&["api", "GET", "/users/me"]).await.code, Some(4));
}

#[tokio::test]
async fn a_visitor_gets_a_csrf_token_too() {
    let market = Market::open().await;
    let shell = Shell::at(&market.server);
    let user = ["user_name=Eva", "email=eva@example.org", "password=correct horse"];
    let mut args = vec!["api", "POST", "/users/signupuser"];
    args.extend(user.iter().flat_map(|field| ["-f", *field]));
    assert!(read(&shell.ok(&args).await)["user_id"].is_string());
}

#[tokio::test]
async fn a_list_is_followed_to_its_end() {
    let market = Market::open().await;
    for number in 2..7 {
        market.seller.create_product(&product(number * HOUR)).await;
    }
    let shell = Shell::at(&market.server);
    let args = ["api", "GET", "/products?status=open", "-F", "limit=2", "--paginate"];
    let items = read(&shell.ok(&args).await);
    let page = market.seller.elsewhere().get("/products").await.expect(200);
    let ids = |items: &Value| {
        items.as_array().unwrap().iter().map(|it| it["product_id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&items), ids(&page["items"]));
    assert_eq!(ids(&items).len(), 6);
    let ran = shell.run(&["api", "GET", "/health", "--paginate"]).await;
    assert!(ran.stderr.contains("is no list"), "{}", ran.stderr);
    ran.failed(2);
    let ran = shell.run(&["api", "GET", "/nothing", "--paginate", "-o", "json"]).await;
    ran.refused_after_answer(6, "not_found");
    let ran = shell.run(&["api", "POST", "/products", "--paginate"]).await;
    ran.failed(2);
}

#[tokio::test]
async fn an_answer_acts_on_no_terminal() {
    let market = Market::open().await;
    let shell = Shell::at(&market.server);
    let terminal = shell.terminal(STANDARD, &["api", "GET", "/health"]).await;
    assert_eq!(terminal.ended().await, 0);
    assert!(terminal.screen().contains("\"status\":"), "{}", terminal.screen());
    let escapes = super::fake::Fake::start("200 OK", "\u{1b}]0;owned\u{7}\u{1b}[31mred").await;
    let args = ["--server", escapes.url(), "api", "GET", "/health"];
    let terminal = shell.terminal(STANDARD, &args).await;
    assert_eq!(terminal.ended().await, 0);
    assert!(
        terminal.screen().contains(r"\u001b]0;owned\u0007\u001b[31mred"),
        "{}",
        terminal.screen()
    );
    // A pipe gets what came.
    assert_eq!(shell.ok(&args).await, "\u{1b}]0;owned\u{7}\u{1b}[31mred");
}
