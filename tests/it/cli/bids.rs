//! `bid place`: what is bid, and what is refused.

use serde_json::json;
use uuid::Uuid;

use super::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::pty::ENTER;

fn place<'a>(product_id: &'a str, amount: &'a str) -> [&'a str; 5] {
    ["bid", "place", product_id, amount, "-ojson"]
}

#[tokio::test]
async fn a_refusal_says_what_would_be_enough() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &market.product_id;
    eva.ok(&["bid", "place", id, "1_275"]).await;
    let error = bob.run(&place(id, "1275")).await.refused(7, "bid_too_low");
    assert_eq!(error["minimum_next_bid"], "1276.00");
    assert_eq!(error["next_bids"], json!(["1277.00", "1278.00", "1279.00", "1280.00"]));
    assert_eq!((&error["judged"], &error["current_price"]), (&json!(true), &json!("1275.00")));
    let request_id = error["request_id"].as_str().unwrap();
    assert_eq!(error["idempotency_key"], request_id);
    assert!(error["trace_id"].is_string() && error["received_at"].is_string(), "{error}");

    let ran = bob.run(&["bid", "place", id, "1275"]).await;
    let text = ran.failed(7);
    assert!(text.contains("\n  at least: USD 1,276.00, 1277.00, 1278.00"), "{text}");
    assert!(text.contains("\n  code bid_too_low · trace "), "{text}");
    // The name of a bid is said before it is sent, and in what came of it.
    let first = text.lines().next().unwrap();
    let request_id = first.strip_prefix("bidding USD 1,275.00 (request ").unwrap();
    assert!(
        text.ends_with(&format!(" · request {}\n", request_id.trim_end_matches(')'))),
        "{text}"
    );
    let detail = market.seller.product(id).await;
    assert_eq!((&detail["bid_count"], &detail["leader"]), (&json!(1), &json!("Eva")));
}

#[tokio::test]
async fn rules_refuse_with_their_own_words() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let id = &market.product_id;
    eva.run(&place(id, "99.99")).await.refused(7, "bid_too_low");
    let expected = [&place(id, "100")[..], &["--expected-price", "99"]].concat();
    eva.run(&expected).await.refused(7, "price_moved");
    let named = Uuid::new_v4().to_string();
    let first = [&place(id, "100")[..], &["--request-id", &named]].concat();
    eva.ok(&first).await;
    eva.run(&place(id, "101")).await.refused(7, "already_leading");
    let other = [&place(id, "101")[..], &["--request-id", &named]].concat();
    eva.run(&other).await.refused(7, "request_id_reused");

    let own = ["product", "create", "--name", "Box", "--description", "two hundred records"];
    let terms = ["--baseprice", "60", "--ends", "2h", "-o", "id"];
    let own = eva.ok(&[&own[..], &terms].concat()).await;
    eva.run(&place(own.trim(), "60")).await.refused(7, "own_product");

    let mut scheduled = product(2 * HOUR);
    scheduled["auction_start"] = from_now(HOUR).into();
    let scheduled = market.seller.create_product(&scheduled).await;
    let error = eva.run(&place(&scheduled, "100")).await.refused(7, "auction_not_open");
    assert!(error["auction_start"].is_string(), "{error}");
    eva.ok(&["user", "logout"]).await;
    let error = eva.run(&place(id, "101")).await.refused(4, "not_logged_in");
    assert!(error["hint"].as_str().unwrap().contains("gobid-cli user login"), "{error}");
}

#[tokio::test]
async fn an_amount_is_in_the_currency_of_the_product() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let mut yen = product(HOUR);
    (yen["currency"], yen["baseprice"], yen["increment"]) =
        ("JPY".into(), "100".into(), "1".into());
    let yen = market.seller.create_product(&yen).await;
    let error = eva.run(&place(&yen, "100.50")).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("the auction is in JPY"), "{error}");
    let placed = eva.json(&["bid", "place", &yen, "1_275"]).await;
    assert_eq!(placed["amount"], "1275");
    for amount in ["1,275", "0", "-5", "$5"] {
        let args = ["bid", "place", "-ojson", "--", &yen, amount];
        eva.run(&args).await.refused(2, "usage");
    }
    let error = eva.run(&place(&yen, "1,275")).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("write 1275, 1275.00 or 1_275"), "{error}");
    // When it was sent belongs to its name.
    let args = [&place(&yen, "1276")[..], &["--not-after", "2030-01-31T18:00:00Z"]].concat();
    eva.run(&args).await.refused(2, "usage");
}

#[tokio::test]
async fn a_person_is_asked_whether_he_means_it() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let place = ["bid", "place", &*market.product_id, "1275"];
    let question = "You bid exactly USD 1,275.00. This becomes the price. It cannot be withdrawn.";
    for answer in ["n", "", "yes please"] {
        let terminal = eva.terminal((200, 24), &place).await;
        let screen = terminal.wait_for("Place it? [y/N]").await;
        assert!(screen.contains(question), "{screen}");
        assert!(screen.contains("Leica M3 double-stroke, 1955: open, from USD 100.00"), "{screen}");
        terminal.send(&format!("{answer}{ENTER}"));
        assert_eq!(terminal.ended().await, 1);
        assert!(terminal.screen().contains("not confirmed: nothing was done"));
    }
    let terminal = eva.terminal((200, 24), &place).await;
    terminal.wait_for("Place it? [y/N]").await;
    terminal.send("\x03");
    assert_eq!(terminal.ended().await, 130);
    assert_eq!(market.seller.product(&market.product_id).await["bid_count"], 0);

    let terminal = eva.terminal((200, 24), &place).await;
    terminal.wait_for("Place it? [y/N]").await;
    terminal.send(&format!("y{ENTER}"));
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.screen();
    assert!(screen.contains("accepted, you lead"), "{screen}");
    assert!(screen.contains("current price     USD 1,275.00"), "{screen}");
    let bob = market.shell_of("Bob").await;
    let more = ["bid", "place", &*market.product_id, "1276", "-y"];
    assert_eq!(bob.terminal((200, 24), &more).await.ended().await, 0);
    assert_eq!(market.seller.product(&market.product_id).await["bid_count"], 2);
}
