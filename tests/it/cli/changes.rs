//! `product edit` and `product cancel`: what a seller may change, and when no more.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::database::{Database, on_both};
use crate::support::pty::ENTER;

on_both!(
    description_and_reserve_are_changed,
    after_the_first_bid_the_reserve_falls_once,
    who_may_not_change_it_is_told_why,
    an_auction_is_called_off_with_a_reason,
);

/// A change of a product, with its options.
fn edit<'a>(product_id: &'a str, options: &[&'a str]) -> Vec<&'a str> {
    [&["product", "edit", product_id, "-ojson"], options].concat()
}

fn cancel(product_id: &str) -> [&str; 6] {
    ["product", "cancel", product_id, "--reason", "It broke.", "-ojson"]
}

async fn description_and_reserve_are_changed(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let seller = market.shell_of_seller().await;
    let id = &*market.product_id;
    let read = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    let options = ["--description", "Light wear, with a case.", "--reserve", "1_500"];
    let changed = read(seller.ok(&edit(id, &options)).await);
    assert_eq!((&changed["revision"], &changed["reserve_met"]), (&json!(3), &json!(false)));
    assert_eq!(changed["description"], "Light wear, with a case.");
    assert_eq!(changed["you"]["reserve_price"], "1500.00");
    // Another revision is another product than the one that was looked at.
    let stale = [&options[..2], &["--revision", "1"]].concat();
    let error = seller.run(&edit(id, &stale)).await.refused(7, "precondition_failed");
    assert_eq!(error["revision"], 3);
    assert!(error["hint"].as_str().unwrap().ends_with("--revision 3"), "{error}");
    // What is there already changes nothing.
    let same = read(seller.ok(&edit(id, &[&options[..2], &["--revision", "3"]].concat())).await);
    assert_eq!((&same["revision"], &same["seq"]), (&json!(3), &changed["seq"]));

    let ran = seller.run(&["product", "edit", id, "--no-reserve"]).await;
    assert_eq!(ran.stderr, "changed: revision 4\n");
    let text = ran.ok();
    assert!(text.contains("\nreserve_met\t\n") && text.contains("\nreserve_price\t\n"), "{text}");
    let kinds: Vec<_> =
        market.seller.events(id, 1).await.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["description_changed", "reserve_changed", "reserve_changed"]);
}

async fn after_the_first_bid_the_reserve_falls_once(database: Database) {
    let mut with_reserve = product(HOUR);
    with_reserve["reserve_price"] = "1500".into();
    let market = Market::open_on(database, &with_reserve).await;
    let (seller, eva) = (market.shell_of_seller().await, market.shell_of("Eva").await);
    let id = &*market.product_id;
    eva.ok(&["bid", "max", id, "1_000"]).await;
    seller.run(&edit(id, &["--reserve", "1600"])).await.refused(7, "price_fixed");
    seller.ok(&edit(id, &["--reserve", "800"])).await;
    let shown = eva.json(&["product", "show", id]).await;
    assert_eq!((&shown["reserve_met"], &shown["current_price"]), (&json!(true), &json!("800.00")));
    for options in [&["--reserve", "700"][..], &["--no-reserve"]] {
        seller.run(&edit(id, options)).await.refused(7, "price_fixed");
    }
    seller.ok(&edit(id, &["--description", "Light wear, with a case."])).await;
}

async fn who_may_not_change_it_is_told_why(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let (seller, eva) = (market.shell_of_seller().await, market.shell_of("Eva").await);
    let id = &*market.product_id;
    let text = ["--description", "Light wear, with a case."];
    eva.run(&edit(id, &text)).await.refused(5, "forbidden");
    eva.run(&cancel(id)).await.refused(5, "forbidden");
    let nowhere = Uuid::now_v7().to_string();
    seller.run(&edit(&nowhere, &text)).await.refused(6, "not_found");
    seller.run(&cancel(&nowhere)).await.refused(6, "not_found");
    let error = seller.run(&edit(id, &["--description", "short"])).await;
    let error = error.refused(2, "validation_failed");
    assert!(error["errors"]["description"].is_array(), "{error}");
    let error = seller.run(&edit(id, &["--reserve", "1500.005"])).await;
    let error = error.refused(2, "validation_failed");
    assert!(error["errors"]["reserve_price"].is_array(), "{error}");
    // Nothing to change, two things at once, no reason: nothing is sent.
    for options in [&[][..], &["--reserve", "5", "--no-reserve"], &["--reserve", "1,500"]] {
        seller.run(&edit(id, options)).await.refused(2, "usage");
    }
    let reasonless = ["product", "cancel", id, "-ojson"];
    seller.run(&reasonless).await.refused(2, "usage");
    let empty = [&reasonless[..], &["--reason", ""]].concat();
    let error = seller.run(&empty).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("1 to 500 characters"), "{error}");
    seller.ok(&["user", "logout"]).await;
    seller.run(&edit(id, &text)).await.refused(4, "not_logged_in");
    seller.run(&cancel(id)).await.refused(4, "not_logged_in");
    assert_eq!(market.seller.events(id, 1).await, Vec::<Value>::new());
}

async fn an_auction_is_called_off_with_a_reason(database: Database) {
    let mut scheduled = product(2 * HOUR);
    scheduled["auction_start"] = from_now(HOUR).into();
    let market = Market::open_on(database, &scheduled).await;
    let (seller, eva) = (market.shell_of_seller().await, market.shell_of("Eva").await);
    let id = &*market.product_id;
    let ran = seller.run(&cancel(id)[..5]).await;
    assert_eq!(ran.stderr, "cancelled\n");
    let text = ran.ok();
    assert!(text.contains("\nstatus\tcancelled\n"), "{text}");
    assert!(text.contains("\ncancel_reason\tIt broke.\n"), "{text}");
    seller.run(&cancel(id)).await.refused(7, "auction_closed");
    eva.run(&["bid", "place", id, "100", "-ojson"]).await.refused(7, "auction_closed");

    // After the first bid it takes an admin.
    let open = market.seller.create_product(&product(HOUR)).await;
    eva.ok(&["bid", "place", &open, "100"]).await;
    seller.run(&cancel(&open)).await.refused(5, "forbidden");
    assert_eq!(market.seller.product(&open).await["status"], "open");
}

#[tokio::test]
async fn a_person_is_asked_before_an_auction_is_called_off() {
    let market = Market::open().await;
    let seller = market.shell_of_seller().await;
    let args = &cancel(&market.product_id)[..5];
    let terminal = seller.terminal((200, 60), args).await;
    let screen = terminal.wait_for("Do it? [y/N]").await;
    let question = "Leica M3 double-stroke, 1955: open, from USD 100.00, ends ";
    assert!(screen.contains(question) && screen.contains("The auction is called off."), "{screen}");
    terminal.send(&format!("n{ENTER}"));
    assert_eq!(terminal.ended().await, 1);
    assert_eq!(market.seller.product(&market.product_id).await["status"], "open");
    let terminal = seller.terminal((200, 60), &[args, &["-y"]].concat()).await;
    assert_eq!(terminal.ended().await, 0);
    assert!(terminal.screen().contains("cancel reason"), "{}", terminal.screen());
}
