//! `product`: create, list, show, bids.

use serde_json::{Value, json};

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

const CAMERA: [&str; 6] =
    ["product", "create", "--name", "Leica M3", "--description", "CLA 2023, light wear."];

fn create<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&CAMERA[..], more].concat()
}

#[tokio::test]
async fn a_product_is_as_it_was_described() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let (starts, ends) = (from_now(HOUR), from_now(2 * HOUR));
    let args = create(&["--baseprice", "1_275", "--starts", &starts, "--ends", &ends]);
    let more = ["--currency", "eur", "--increment", "2.50", "--anonymous", "--reference", "R1"];
    let ran = shell.run(&[&args[..], &more].concat()).await;
    let understood = format!("ends {ends}, in 1h 59m\n");
    assert!(ran.stderr.contains(&understood), "{}", ran.stderr);
    assert!(ran.stderr.contains("gobid-cli product watch"), "{}", ran.stderr);
    let text = ran.ok();
    let id = text.strip_prefix("product_id\t").unwrap().trim();

    let shown = shell.json(&["product", "show", id]).await;
    let wanted = json!({
        "product_name": "Leica M3", "description": "CLA 2023, light wear.", "format": "english",
        "currency": "EUR", "baseprice": "1275.00", "minimum_next_bid": "1275.00",
        "increment": [{"from": "0.00", "step": "2.50"}], "anonymous_bidders": true,
        "status": "scheduled", "auction_start": starts, "auction_end": ends,
    });
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(shown["you"]["is_seller"], true);
    assert_eq!(shown["you"]["reference"], "R1");

    // The same with its reference is the same product, another one is refused.
    let again = shell.ok(&[&args[..], &more, &["-o", "id"]].concat()).await;
    assert_eq!(again.trim(), id);
    let other = create(&["--baseprice", "5", "--ends", &ends, "--reference", "R1", "-o", "json"]);
    shell.run(&other).await.refused(7, "already_exists");
}

#[tokio::test]
async fn money_and_times_are_written_as_people_write_them() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await.env("TZ", "UTC");
    for (baseprice, shown) in [("1275", "1275.00"), ("1275.5", "1275.50"), ("1_275.05", "1275.05")]
    {
        let args = create(&["--baseprice", baseprice, "--ends", "2h30m", "-o", "id"]);
        let id = shell.ok(&args).await;
        assert_eq!(shell.json(&["product", "show", id.trim()]).await["baseprice"], shown);
    }
    for ends in ["tomorrow 18:00", "7d", &from_now(HOUR)] {
        let ran = shell.run(&create(&["--baseprice", "5", "--ends", ends])).await;
        assert!(
            ran.stderr.starts_with("ends 20") && ran.stderr.contains("Z, in "),
            "{}",
            ran.stderr
        );
        ran.ok();
    }
    // Nothing is sent for what cannot be meant.
    let nobody = Shell::new();
    for (baseprice, hint) in [
        ("1,275", "write 1275, 1275.00 or 1_275"),
        ("1,27", "write 1275, 1275.00 or 1_275"),
        ("0", "above zero"),
        ("five", "the amount"),
        ("1__2", "an underscore belongs between two digits"),
    ] {
        let args = create(&["--baseprice", baseprice, "--ends", "7d", "-o", "json"]);
        let error = nobody.run(&args).await.refused(2, "usage");
        assert!(error["detail"].as_str().unwrap().contains(hint), "{error}");
    }
    let args = create(&["--baseprice", "5", "--ends", "soon", "-o", "json"]);
    let error = shell.run(&args).await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("tomorrow 18:00"), "{error}");
    // What the server finds is told in its words.
    let args = create(&["--baseprice", "5.005", "--ends", "100d", "-o", "json"]);
    let error = shell.run(&args).await.refused(2, "validation_failed");
    let errors = error["errors"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["auction_end", "baseprice"]);
}

#[tokio::test]
async fn a_list_is_read_to_the_length_that_is_asked_for() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let shell = Shell::at(&server);
    assert_eq!(shell.ok(&["product", "list"]).await, "");
    assert_eq!(shell.ok(&["product", "list", "-o", "json"]).await, "[]\n");
    let seller = crate::support::actors::User::sign_up(&server, "Seller").await;
    let mut ids = Vec::new();
    for number in 0..105_u32 {
        ids.push(seller.create_product(&product((number + 1) * HOUR)).await);
    }
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let ran = shell.run(&["product", "list", "-o", "id"]).await;
    assert_eq!(ran.stderr, "warning: there are more: --limit N or --all\n");
    assert_eq!(lines(ran.ok()), ids[..50]);
    let ran = shell.run(&["product", "list", "-o", "id", "--all", "--status", "open"]).await;
    assert_eq!(ran.stderr, "");
    assert_eq!(lines(ran.ok()), ids);
    assert_eq!(lines(shell.ok(&["product", "list", "-o", "id", "--limit", "3"]).await), ids[..3]);
    assert_eq!(shell.ok(&["product", "list", "--status", "sold"]).await, "");
    let error = shell.run(&["product", "list", "--status", "lost", "-o", "json"]).await;
    error.refused(2, "validation_failed");
}

#[tokio::test]
async fn a_list_is_filtered_and_ordered() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let shell = Shell::at(&server);
    let seller = crate::support::actors::User::sign_up(&server, "Eva").await;
    let mut ids = Vec::new();
    for (name, baseprice, hours) in
        [("Leica M3", "90", 3), ("Rollei 35", "70", 1), ("Leica", "80", 2)]
    {
        let mut body = product(hours * HOUR);
        body["product_name"] = name.into();
        body["baseprice"] = baseprice.into();
        ids.push(seller.create_product(&body).await);
    }
    let table: [(&str, &[usize]); 12] = [
        ("", &[1, 2, 0]),
        ("--sort newest", &[2, 1, 0]),
        ("--sort price --currency usd", &[1, 2, 0]),
        ("--sort -price --currency USD", &[0, 2, 1]),
        ("--sort=-price --currency USD --limit 1", &[0]),
        ("--search leica", &[2, 0]),
        ("--q m3", &[0]),
        ("--ending-within 2h30m", &[1, 2]),
        ("--currency USD --min-price 75 --max-price 85.00", &[2]),
        ("--seller eva --status open --format english", &[1, 2, 0]),
        ("--format dutch", &[]),
        ("--currency EUR --sort price", &[]),
    ];
    for (flags, numbers) in table {
        let flags: Vec<_> = flags.split(' ').filter(|flag| !flag.is_empty()).collect();
        let listed = shell.ok(&[&["product", "list", "-o", "id"], &flags[..]].concat()).await;
        let wanted: Vec<_> = numbers.iter().map(|number| ids[*number].as_str()).collect();
        assert_eq!(listed.lines().collect::<Vec<_>>(), wanted, "{flags:?}");
    }
    let ran = shell.run(&["product", "list", "--sort", "price", "-o", "json"]).await;
    let error = ran.refused(2, "validation_failed");
    assert!(error["errors"]["sort"][0].as_str().unwrap().contains("add currency=USD"), "{error}");
    for flags in ["--ending-within soon", "--min-price 1,5", "--format sealed"] {
        let flags: Vec<_> = flags.split(' ').collect();
        let args = [&["product", "list", "-o", "json"], &flags[..]].concat();
        shell.run(&args).await.refused(2, "usage");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let market = Market::open().await;
    let shell = market.shell_of("Eva").await;
    let nowhere = uuid::Uuid::now_v7().to_string();
    let commands: [&[&str]; 4] = [
        &["product", "show", &nowhere],
        &["product", "bids", &nowhere],
        &["product", "watch", &nowhere],
        &["bid", "place", &nowhere, "100"],
    ];
    for command in commands {
        let error = shell.run(&[command, &["-o", "json"]].concat()).await.refused(6, "not_found");
        assert!(error["trace_id"].as_str().is_some_and(|id| !id.is_empty()), "{error}");
    }
}

#[tokio::test]
async fn bids_are_listed_newest_first() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let id = &market.product_id;
    assert_eq!(eva.ok(&["product", "bids", id]).await, "");
    for (bidder, amount) in [(&eva, "100"), (&bob, "101"), (&eva, "102")] {
        bidder.ok(&["bid", "place", id, amount]).await;
    }
    let bids = eva.json(&["product", "bids", id]).await;
    let wire = market.seller.get(&format!("/products/{id}/bids")).await.expect(200);
    assert_eq!(bids, wire["items"]);
    let ran = eva.run(&["product", "bids", id, "--limit", "2", "-o", "id"]).await;
    assert_eq!(ran.stderr, "warning: there are more: --limit N or --all\n");
    let ids: Vec<Value> = ran.ok().lines().map(Into::into).collect();
    assert_eq!(ids, [bids[0]["bid_id"].clone(), bids[1]["bid_id"].clone()]);
}
