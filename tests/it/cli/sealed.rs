//! Sealed auctions: nobody sees anything before the close, and everybody everything after it.

use std::time::Duration;

use serde_json::{Value, json};

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::product;
use crate::support::database::{Database, on_both};
use crate::support::pty::ENTER;

on_both!(amounts_are_secret_until_the_close, what_does_not_belong_to_a_sealed_auction_is_refused);

fn sealed(format: &str, ends_in: Duration) -> Value {
    let mut product = product(ends_in);
    product.as_object_mut().unwrap().remove("increment");
    product["format"] = format.into();
    product
}

async fn amounts_are_secret_until_the_close(database: Database) {
    let product = sealed("sealed_second_price", Duration::from_secs(12));
    let market = Market::open_on(database, &product).await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &*market.product_id;
    let ran = eva.run(&["bid", "place", id, "120"]).await;
    assert!(
        ran.stderr.ends_with("\naccepted; nobody sees it before the close\n"),
        "{}",
        ran.stderr
    );
    let text = ran.ok();
    assert!(text.contains("\nleading\t\ncurrent_price\t\nminimum_next_bid\t"), "{text}");
    bob.ok(&["bid", "place", id, "110"]).await;
    let answer = bob.json(&["bid", "place", id, "130"]).await;
    assert_eq!((&answer["amount"], &answer["leading"]), (&json!("130.00"), &Value::Null));

    let shown = bob.json(&["product", "show", id]).await;
    for secret in ["current_price", "bid_count", "bidder_count", "leader"] {
        assert_eq!(shown[secret], Value::Null, "{secret}");
    }
    assert_eq!(
        (&shown["you"]["status"], &shown["you"]["amount"]),
        (&json!(null), &json!("130.00"))
    );
    let visitor = Shell::at(&market.server);
    let line = visitor.ok(&["product", "list"]).await;
    assert!(line.contains("\topen\tsealed_second_price\t\tUSD\t\t"), "{line}");
    assert_eq!(visitor.ok(&["product", "bids", id]).await, "");

    // Who watches sees nothing but the end.
    let seen = visitor.ok(&["product", "watch", id, "-o", "ndjson"]).await;
    let seen: Vec<Value> = seen.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(seen, market.seller.events(id, 1).await);
    let [closed] = &*seen else { panic!("{seen:?}") };
    assert_eq!((&closed["winner"], &closed["hammer_price"]), (&json!("Bob"), &json!("120.00")));
    assert_eq!(closed["sealed_bid_count"], 2);
    let amounts = |rows: &[Value]| {
        rows.iter().map(|row| (row["bidder"].clone(), row["amount"].clone())).collect::<Vec<_>>()
    };
    let wanted = [("Bob", "130.00"), ("Eva", "120.00")].map(|(who, sum)| (json!(who), json!(sum)));
    assert_eq!(amounts(closed["sealed_bids"].as_array().unwrap()), wanted);
    let bids = visitor.json(&["product", "bids", id]).await;
    let mut bids = amounts(bids.as_array().unwrap());
    bids.sort_by_key(|(who, _)| who.to_string());
    assert_eq!(bids, wanted);
}

async fn what_does_not_belong_to_a_sealed_auction_is_refused(database: Database) {
    let market = Market::open_on(database, &sealed("sealed_first_price", HOUR)).await;
    let (eva, seller) = (market.shell_of("Eva").await, market.shell_of_seller().await);
    let id = &*market.product_id;
    let place = |amount| ["bid", "place", id, amount, "-ojson"];
    let error = eva.run(&place("99")).await.refused(7, "bid_too_low");
    assert_eq!(
        (&error["minimum_next_bid"], &error["current_price"]),
        (&json!("100.00"), &json!(null))
    );
    eva.ok(&place("120")).await;
    let error = eva.run(&place("120")).await.refused(7, "bid_too_low");
    assert_eq!(error["minimum_next_bid"], "120.01");
    eva.run(&["bid", "max", id, "200", "-ojson"]).await.refused(7, "wrong_format");
    eva.run(&["bid", "buy", id, "-ojson"]).await.refused(7, "wrong_format");
    let expected = [&place("200")[..], &["--expected-price", "100"]].concat();
    eva.run(&expected).await.refused(7, "wrong_format");

    // What the seller could learn from is refused, whether there are bids or none.
    let cancel = ["product", "cancel", id, "--reason", "mine again", "-ojson"];
    seller.run(&cancel).await.refused(5, "forbidden");
    seller
        .run(&["product", "edit", id, "--reserve", "150", "-ojson"])
        .await
        .refused(7, "price_fixed");
}

#[tokio::test]
async fn a_person_is_told_that_nobody_sees_it() {
    let market = Market::open_with(&sealed("sealed_first_price", HOUR)).await;
    let eva = market.shell_of("Eva").await;
    let terminal = eva.terminal((200, 24), &["bid", "place", &market.product_id, "120"]).await;
    let screen = terminal.wait_for("Place it? [y/N]").await;
    let question = "You offer USD 120.00; nobody sees it before the close. It can be raised, and \
                    never withdrawn.";
    assert!(screen.contains(question), "{screen}");
    terminal.send(&format!("y{ENTER}"));
    assert_eq!(terminal.ended().await, 0);
    assert!(terminal.screen().contains("accepted; nobody sees it before the close"));
}
