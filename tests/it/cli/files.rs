//! `product create -f` and `--from`, and `product export`: many at once, and all of one.

use serde_json::{Value, json};

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::{User, from_now, product};
use crate::support::database::{Backend, Database};
use crate::support::pty::STANDARD;
use crate::support::server::Setup;

const MANY: usize = 24;
/// The one of them that is not as it must be.
const WRONG: usize = 7;

/// Products with references, as a file of the kind that programs write.
fn file_of(description_of_one: &str) -> String {
    let ends = from_now(HOUR);
    let lines = (1..=MANY).map(|item| {
        let description = if item == WRONG { description_of_one } else { "200 of them, unsorted." };
        let product = json!({
            "product_name": format!("Box {item}"), "description": description,
            "baseprice": 60.10, "auction_end": ends, "reference": format!("R{item}"),
        });
        format!("{product}\n")
    });
    lines.collect()
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"))
}

#[tokio::test]
async fn a_file_of_many_is_created_once_however_often_it_is_run() {
    let database = Database::new(Backend::Sqlite).await;
    // A burst of four times that: the rest has to wait.
    let setup = Setup::on(database.url()).with_limits().args(&["--rate-limit-user=5/s"]);
    let server = setup.start().await;
    let ana = Shell::at(&server);
    ana.sign_up("Ana").await;
    let create = ["product", "create", "-f"];

    let text = file_of("short");
    let file = ana.file("boxes.ndjson", &text);
    let ran = ana.run(&[&create[..], &[&file, "-o", "ndjson", "-v"]].concat()).await;
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("; trying again in "), "{}", ran.stderr);
    let created: Vec<Value> = ran.stdout.lines().map(read).collect();
    assert_eq!(created.len(), MANY - 1);
    let error = read(ran.stderr.lines().last().unwrap());
    assert_eq!((&error["code"], &error["exit"]), (&json!("incomplete"), &json!(2)));
    assert_eq!(error["detail"], "1 of 24 products were not created");
    assert!(error["hint"].as_str().unwrap().contains("nothing is created twice"), "{error}");
    let failure = &error["failures"][0];
    let names = (&failure["item"], &failure["product_name"], &failure["reference"]);
    assert_eq!(names, (&json!(7), &json!("Box 7"), &json!("R7")), "{error}");
    assert_eq!(failure["code"], "validation_failed");
    assert!(failure["errors"]["description"][0].is_string(), "{error}");
    assert!(failure["trace_id"].is_string(), "{error}");

    // Corrected, from standard input: what is there stays what it is.
    let end = read(text.lines().next().unwrap())["auction_end"].as_str().unwrap().to_owned();
    let corrected = text.replace("\"short\"", "\"a longer one, unsorted\"");
    let args = [&create[..], &["-", "-o", "csv"]].concat();
    let rows = ana.run_with(&args, &corrected).await.ok();
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!((rows.len(), rows[0]), (MANY + 1, "item,product_id,product_name,reference"));
    for product in &created {
        let [item, id] = [&product["item"], &product["product_id"]];
        let begins = format!("{item},{},", id.as_str().unwrap());
        assert!(rows.iter().any(|row| row.starts_with(&begins)), "{begins} {rows:?}");
    }
    let list = ana.json(&["product", "list", "--all"]).await;
    assert_eq!(list.as_array().unwrap().len(), MANY);
    assert!(list.as_array().unwrap().iter().all(|it| it["auction_end"] == *end));

    // Once more at a terminal: a bar while it goes on, and none of it is left.
    let file = ana.file("boxes.ndjson", &corrected);
    let terminal = ana.terminal(STANDARD, &[&create[..], &[&file]].concat()).await;
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.wait_for("created 24 products").await;
    assert!(!screen.contains("of 24 products"), "{screen}");
    assert!(screen.contains("Box 24"), "{screen}");
    let bytes = String::from_utf8(terminal.bytes()).unwrap();
    assert!(bytes.contains("] 12 of 24 products"), "{bytes}");
}

#[tokio::test]
async fn a_file_that_cannot_be_meant_creates_nothing() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let good = r#"{"product_name":"a","description":"good enough","baseprice":"1"}"#;
    for (text, why) in [
        (String::new(), "there is no product in it"),
        (format!("{good}\n{{\"prize\":1}}"), "item 2: unknown field `prize`"),
        (format!("[{good},"), "it is not JSON"),
    ] {
        let args = ["product", "create", "-f", "-", "-o", "json"];
        let error = shell.run_with(&args, &text).await.refused(2, "usage");
        assert!(error["detail"].as_str().unwrap().contains(why), "{error}");
    }
    let error = shell.run(&["product", "create", "-f", "nowhere.json"]).await.failed(1);
    assert!(error.contains("cannot read nowhere.json"), "{error}");
    for more in [["--name", "x"], ["--reference", "x"], ["--from", &market.product_id]] {
        let args = [&["product", "create", "-f", "-", "-o", "json"][..], &more].concat();
        shell.run(&args).await.refused(2, "usage");
    }
    // What would fail for all is tried once.
    let args = ["product", "create", "-f", "-", "-o", "json"];
    let text = format!("{good}{good}{good}");
    let nobody = Shell::at(&market.server);
    let ran = nobody.run_with(&args, &text).await;
    assert_eq!(ran.stdout, "[]\n");
    let error = ran.refused_after_answer(4, "incomplete");
    assert_eq!(error["detail"], "1 of 3 products were not created, and 2 were not tried");
    assert_eq!(error["failures"][0]["code"], "not_logged_in");
    let list = shell.json(&["product", "list"]).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_product_is_put_up_again_with_its_terms() {
    let market = Market::open().await;
    let ana = market.shell_of("Ana").await;
    let terms = [
        &["product", "create", "--name", "Leica M3", "--description", "CLA 2023, light wear."][..],
        &["--baseprice", "900", "--ends", "2h", "--currency", "eur", "--reserve", "1200"],
        &["--increment", "0:25,1000:50", "--buy-now", "2000", "--soft-close", "2m"],
        &["--anonymous", "--reference", "R1", "-o", "id"],
    ];
    let first = ana.ok(&terms.concat()).await;
    let again = ["product", "create", "--from", first.trim(), "--ends", "7d", "-o", "id"];
    let second = ana.ok(&[&again[..], &["--baseprice", "800"]].concat()).await;
    let [first, second] = [first, second].map(|id| id.trim().to_owned());
    assert_ne!(first, second);
    let one = ana.json(&["product", "show", &first]).await;
    let two = ana.json(&["product", "show", &second]).await;
    for name in [
        "product_name",
        "description",
        "format",
        "currency",
        "increment",
        "buy_now_price",
        "soft_close_seconds",
        "anonymous_bidders",
    ] {
        assert_eq!(one[name], two[name], "{name}");
    }
    assert_eq!(two["baseprice"], "800.00");
    assert_eq!(two["you"]["reserve_price"], "1200.00");
    assert!(two["you"].get("reference").is_none(), "{two}");
    assert_ne!(one["auction_end"], two["auction_end"]);
    // Of somebody else's the reserve is not known.
    let ran = ana.run(&["product", "create", "--from", &market.product_id, "--ends", "2h"]).await;
    assert!(ran.stderr.contains("it is not yours"), "{}", ran.stderr);
    ran.ok();
    // Without the end there is nothing to go by.
    let ran = ana.run(&["product", "create", "--from", &first, "-o", "json"]).await;
    assert!(ran.refused(2, "usage")["detail"].as_str().unwrap().contains("--ends"));
}

#[tokio::test]
async fn an_export_is_the_whole_log() {
    let market = Market::open_with(&product(HOUR)).await;
    let id = &*market.product_id;
    let (eva, bob) =
        (User::sign_up(&market.server, "Eva").await, User::sign_up(&market.server, "Bob").await);
    for number in 0..110 {
        let bidder = if number % 2 == 0 { &eva } else { &bob };
        let amount = (100 + number).to_string();
        bidder.place_bid_rest(id, &amount, uuid::Uuid::new_v4()).await.expect(201);
    }
    let events = market.seller.events(id, 0).await;
    assert_eq!(events.len(), 111);
    let shell = Shell::at(&market.server);
    let ndjson = shell.ok(&["product", "export", id, "-o", "ndjson"]).await;
    assert_eq!(ndjson.lines().map(read).collect::<Vec<_>>(), events);
    assert_eq!(shell.json(&["product", "export", id]).await, json!(events));
    let csv = shell.ok(&["product", "export", id, "-o", "csv"]).await;
    assert_eq!(csv.lines().count(), events.len() + 1);
    let terminal = shell.terminal(STANDARD, &["product", "export", id]).await;
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.wait_for("Bob bids USD 209.00").await;
    assert!(!screen.contains("of 111 events"), "{screen}");
    let bytes = String::from_utf8(terminal.bytes()).unwrap();
    assert!(bytes.contains("] 111 of 111 events"), "{bytes}");
}
