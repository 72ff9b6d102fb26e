//! Every kind of result in every form: tabs in a pipe, json, ndjson, csv, id.

use serde_json::{Value, json};
use uuid::Uuid;

use super::shell::Shell;
use super::watch::watching;
use super::{HOUR, Market};
use crate::support::actors::{from_now, product};

/// A result: as the wire has it, and with what tabs and CSV have of it.
struct Thing {
    wire: Value,
    flat: Value,
}

impl Thing {
    fn new(wire: Value, flatten: impl FnOnce(&mut Value)) -> Self {
        let mut flat = wire.clone();
        flatten(&mut flat);
        Self { wire: without_time(wire), flat }
    }

    fn cell(&self, name: &str) -> String {
        match &self.flat[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    fn line(&self, names: &str, separator: &str) -> String {
        let cells: Vec<_> = names.split(',').map(|name| self.cell(name)).collect();
        cells.join(separator) + "\n"
    }
}

/// The time of reading is never the same.
fn without_time(mut thing: Value) -> Value {
    thing.as_object_mut().unwrap().remove("server_time");
    thing
}

async fn in_form(shell: &Shell, args: &[&str], form: &str) -> String {
    shell.ok(&[args, &["-o", form]].concat()).await
}

fn read(line: &str) -> Value {
    without_time(serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
}

/// A list, with the columns of its lines and those of CSV; the id is in the first of the names.
async fn check_list(
    shell: &Shell,
    args: &[&str],
    things: &[Thing],
    line: &str,
    csv: &str,
    id: &str,
) {
    let tabs: String = things.iter().map(|thing| thing.line(line, "\t")).collect();
    assert_eq!(shell.ok(args).await, tabs);
    assert_eq!(in_form(shell, args, "table").await, tabs);
    let rows: String = things.iter().map(|thing| thing.line(csv, ",")).collect();
    assert_eq!(in_form(shell, args, "csv").await, format!("{csv}\n{rows}"));
    let ids: String = things.iter().map(|thing| thing.line(id, "")).collect();
    assert_eq!(in_form(shell, args, "id").await, ids);
    let wires: Vec<_> = things.iter().map(|thing| thing.wire.clone()).collect();
    let text = in_form(shell, args, "json").await;
    assert_eq!(text.lines().count(), 1, "{text}");
    let items: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(items.into_iter().map(without_time).collect::<Vec<_>>(), wires);
    let text = in_form(shell, args, "ndjson").await;
    assert_eq!(text.lines().map(read).collect::<Vec<_>>(), wires);
}

/// One thing, with its columns.
async fn check_one(shell: &Shell, args: &[&str], thing: &Thing, fields: &str, id: &str) {
    let named = |name| format!("{name}\t{}\n", thing.cell(name));
    assert_eq!(
        in_form(shell, args, "table").await,
        fields.split(',').map(named).collect::<String>()
    );
    let row = thing.line(fields, ",");
    assert_eq!(in_form(shell, args, "csv").await, format!("{fields}\n{row}"));
    assert_eq!(in_form(shell, args, "id").await, thing.line(id, ""));
    for form in ["json", "ndjson"] {
        let text = in_form(shell, args, form).await;
        assert_eq!((text.lines().count(), read(&text)), (1, thing.wire.clone()));
    }
}

fn money(thing: &mut Value) {
    thing["currency"] = "USD".into();
}

#[tokio::test]
async fn products() {
    const LINE: &str =
        "product_id,product_name,status,current_price,currency,bid_count,auction_end";
    const FULL: &str = "product_id,product_name,status,current_price,currency,bid_count,\
                        auction_end,description,seller,format,baseprice,minimum_next_bid,leader,\
                        bidder_count,winner,hammer_price,cancel_reason,auction_start,you,\
                        your_amount,seq";
    let box_of_records = json!({
        "product_name": "Box of 200 LPs", "description": "unsorted and heavy",
        "baseprice": "60", "increment": "1", "currency": "EUR", "auction_end": from_now(HOUR),
    });
    let market = Market::open_with(&box_of_records).await;
    let mut other = product(2 * HOUR);
    other["product_name"] = "Leica M3".into();
    other["description"] = "light wear".repeat(10).into();
    market.seller.create_product(&other).await;
    let (id, bob) = (&market.product_id, market.shell_of("Bob").await);
    bob.ok(&["bid", "place", id, "61.50"]).await;

    let flatten = |product: &mut Value| {
        product["seller"] = product["seller"]["user_name"].take();
        let you = product["you"].take();
        product["you"] = you["status"].clone();
        product["your_amount"] = you["amount"].clone();
    };
    let visitor = market.seller.elsewhere();
    let page = visitor.get("/products").await.expect(200);
    let things: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| Thing::new(item.clone(), flatten))
        .collect();
    let shell = Shell::at(&market.server);
    check_list(&shell, &["product", "list"], &things, LINE, FULL, "product_id").await;
    let thing = Thing::new(visitor.product(id).await, flatten);
    assert_eq!(thing.cell("current_price"), "61.50");
    check_one(&shell, &["product", "show", id], &thing, FULL, "product_id").await;
    // Whoever is logged in sees how he stands.
    let bob_sees = bob.json(&["product", "show", id]).await;
    let thing = Thing::new(bob_sees, flatten);
    assert_eq!((&*thing.cell("you"), &*thing.cell("your_amount")), ("leading", "61.50"));
    check_one(&bob, &["product", "show", id], &thing, FULL, "product_id").await;
}

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
    let fields = "bid_id,product_id,seq,amount,currency,leading,current_price,minimum_next_bid,\
                  auction_end,received_at,idempotency_key";
    check_one(&eva, &args, &Thing::new(answer, money), fields, "bid_id").await;
    assert_eq!(market.seller.product(&market.product_id).await["bid_count"], 1);
}

#[tokio::test]
async fn a_product_that_was_created() {
    let market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let create = ["product", "create", "--name", "Leica", "--description", "CLA'd in 2023"];
    let terms = ["--baseprice", "900", "--ends", "2030-01-31T18:00:00Z", "--reference", "R"];
    // The same body with the same reference is the same product.
    let ends = from_now(2 * HOUR);
    let args: Vec<_> =
        create.iter().chain(&terms).map(|arg| arg.replace("2030-01-31T18:00:00Z", &ends)).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let created = eva.json(&args).await;
    let thing = Thing::new(created, |_same| {});
    check_one(&eva, &args, &thing, "product_id", "product_id").await;
}

#[tokio::test]
async fn events() {
    const COLUMNS: &str =
        "at,seq,type,amount,bidder,current_price,currency,leader,auction_end,outcome";
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
            "table" => assert_eq!(lines, each(&|it| it.line(COLUMNS, "\t"))),
            "csv" => assert_eq!(lines, format!("{COLUMNS}\n{}", each(&|it| it.line(COLUMNS, ",")))),
            "id" => assert_eq!(lines, each(&|it| it.line("bid_id", ""))),
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
