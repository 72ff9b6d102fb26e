//! Bids and events in every form.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Thing, check_list, check_one, money, read};
use crate::cli::Market;
use crate::cli::shell::Shell;
use crate::cli::watch::watching;

const PLACED: &str = "bid_id,product_id,seq,amount,max_amount,currency,leading,current_price,\
                      minimum_next_bid,auction_end,received_at,idempotency_key";

#[tokio::test]
async fn bids() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &market.product_id;
    eva.ok(&["bid", "place", id, "100"]).await;
    bob.ok(&["bid", "place", id, "1_000.00"]).await;
    let page = market.seller.get(&format!("/products/{id}/bids")).await.expect(200);
    let items = page["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["amount"]), (2, &json!("1000.00")));
    let things: Vec<_> = items.iter().map(|item| Thing::new(item.clone(), money)).collect();
    let columns = "at,amount,currency,bidder,automatic,voided,seq,bid_id";
    check_list(&eva, &["product", "bids", id], &things, columns, columns, "bid_id").await;
}

#[tokio::test]
async fn a_bid() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let request_id = Uuid::new_v4().to_string();
    let args = ["bid", "place", &market.product_id, "100", "--request-id", &request_id];
    // Under the same request id it is the same bid, and the same answer.
    let answer = eva.json(&args).await;
    assert_eq!(answer["idempotency_key"], request_id);
    assert_eq!((&answer["amount"], &answer["leading"]), (&json!("100.00"), &json!(true)));
    check_one(&eva, &args, &Thing::new(answer, money), PLACED, "bid_id").await;
    assert_eq!(market.seller.product(&market.product_id).await["bid_count"], 1);
}

#[tokio::test]
async fn a_maximum() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let request_id = Uuid::new_v4().to_string();
    let args = ["bid", "max", &market.product_id, "200", "--request-id", &request_id];
    let answer = eva.json(&args).await;
    assert_eq!(
        (&answer["max_amount"], &answer["current_price"]),
        (&json!("200.00"), &json!("100.00"))
    );
    let thing = Thing::new(answer, money);
    check_one(&eva, &args, &thing, PLACED, "bid_id").await;
}

#[tokio::test]
async fn events() {
    const COLUMNS: &str = "at,seq,type,amount,bidder,current_price,currency,leader,auction_end,outcome,reserve_met,\
         reason,description";
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &market.product_id;
    let mut watchers = Vec::new();
    for form in ["table", "json", "ndjson", "csv", "id"] {
        let shell = Shell::at(&market.server);
        let watcher = shell.start(&["product", "watch", id, "-o", form, "-v"]);
        watching(&watcher).await;
        watchers.push((form, watcher, shell));
    }
    eva.ok(&["bid", "place", id, "100"]).await;
    bob.ok(&["bid", "place", id, "101"]).await;
    let events = market.seller.events(id, 1).await;
    let last = events[1]["bids"][0]["bid_id"].as_str().unwrap();
    let things: Vec<_> =
        events.iter().map(|event| Thing::new(event.clone(), flatten_event)).collect();
    for (form, mut watcher, _shell) in watchers {
        let is_last = |line: &str| (line.contains(last) || line.contains("101.00")).then_some(());
        watcher.line("last bid", is_last).await;
        let lines = watcher.lines().join("\n") + "\n";
        let each = |text: &dyn Fn(&Thing) -> String| things.iter().map(text).collect::<String>();
        match form {
            "table" => assert_eq!(lines, each(&|it| it.line(COLUMNS))),
            "csv" => assert_eq!(lines, format!("{COLUMNS}\n{}", each(&|it| it.row(COLUMNS)))),
            "id" => assert_eq!(lines, each(&|it| it.line("bid_id"))),
            _ => assert_eq!(lines.lines().map(read).collect::<Vec<_>>(), events),
        }
    }
}

fn flatten_event(event: &mut Value) {
    for name in ["amount", "bidder", "bid_id"] {
        event[name] = event["bids"][0][name].clone();
    }
    money(event);
}
