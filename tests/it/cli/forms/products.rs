//! Products in every form.

use serde_json::{Value, json};

use super::{Thing, check_list, check_one};
use crate::cli::shell::Shell;
use crate::cli::{HOUR, Market};
use crate::support::actors::{from_now, product};

const LINE: &str =
    "product_id,product_name,status,format,current_price,currency,bid_count,auction_end";
const FULL: &str = "product_id,product_name,status,format,current_price,currency,bid_count,\
                    auction_end,description,seller,baseprice,minimum_next_bid,increment,\
                    dutch_floor,dutch_step,dutch_tick_seconds,reserve_met,buy_now_price,\
                    buy_now_available,leader,bidder_count,winner,hammer_price,annulled,\
                    cancel_reason,auction_start,original_end,hard_end,soft_close_seconds,you,\
                    your_amount,your_max_amount,your_alias,reserve_price,reference,contact,\
                    revision,seq";

#[tokio::test]
async fn products() {
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

    let visitor = market.seller.elsewhere();
    let page = visitor.get("/products").await.expect(200);
    let things: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| Thing::new(item.clone(), flatten_product))
        .collect();
    let shell = Shell::at(&market.server);
    check_list(&shell, &["product", "list"], &things, LINE, FULL, "product_id").await;
    let thing = Thing::new(visitor.product(id).await, flatten_product);
    assert_eq!(thing.cell("current_price"), "61.50");
    check_one(&shell, &["product", "show", id], &thing, FULL, "product_id").await;
    // Whoever is logged in sees how he stands.
    let bob_sees = bob.json(&["product", "show", id]).await;
    let thing = Thing::new(bob_sees, flatten_product);
    assert_eq!((&*thing.cell("you"), &*thing.cell("your_amount")), ("leading", "61.50"));
    check_one(&bob, &["product", "show", id], &thing, FULL, "product_id").await;
}

#[tokio::test]
async fn a_product_with_all_it_may_have() {
    let market = Market::open().await;
    let seller = market.shell_of_seller().await;
    let english = json!({
        "product_name": "Leica M3", "description": "CLA 2023 and light wear.", "baseprice": "900",
        "increment": [{"from": "0", "step": "1"}, {"from": "1000", "step": "25"}],
        "reserve_price": "1200", "buy_now_price": "2000", "soft_close_seconds": 120,
        "auction_end": from_now(HOUR), "hard_end": from_now(2 * HOUR), "reference": "R1",
    });
    let dutch = json!({
        "product_name": "Tulips", "description": "cut this morning", "baseprice": "80",
        "format": "dutch", "dutch": {"floor": "20", "step": "1", "tick_seconds": 3600},
        "auction_end": from_now(HOUR),
    });
    for (terms, cells) in [
        (english, [("increment", "0.00:1.00,1000.00:25.00"), ("reserve_price", "1200.00")]),
        (dutch, [("dutch_floor", "20.00"), ("current_price", "80.00")]),
    ] {
        let id = market.seller.create_product(&terms).await;
        let thing = Thing::new(market.seller.product(&id).await, flatten_product);
        for (name, cell) in cells {
            assert_eq!(thing.cell(name), cell);
        }
        check_one(&seller, &["product", "show", &id], &thing, FULL, "product_id").await;
    }
}

#[tokio::test]
async fn a_product_that_was_changed() {
    let market = Market::open().await;
    let seller = market.shell_of_seller().await;
    // The same once more changes nothing.
    let args = ["product", "edit", &*market.product_id, "--description", "It has a case now."];
    let changed = seller.json(&args).await;
    assert_eq!(changed["description"], "It has a case now.");
    let thing = Thing::new(changed, flatten_product);
    check_one(&seller, &args, &thing, FULL, "product_id").await;
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

fn flatten_product(product: &mut Value) {
    product["seller"] = product["seller"]["user_name"].take();
    let you = product["you"].take();
    let is_seller = you["is_seller"] == true;
    product["you"] = if is_seller { "seller".into() } else { you["status"].clone() };
    for name in ["amount", "max_amount", "alias"] {
        product[format!("your_{name}")] = you[name].clone();
    }
    for name in ["reserve_price", "reference", "contact"] {
        product[name] = you[name].clone();
    }
    for name in ["floor", "step", "tick_seconds"] {
        product[format!("dutch_{name}")] = product["dutch"][name].clone();
    }
    product["increment"] = match product["increment"].as_array().unwrap().as_slice() {
        [flat] => flat["step"].clone(),
        rungs => {
            let text = |rung: &Value, name: &str| rung[name].as_str().unwrap().to_owned();
            let rungs = rungs.iter().map(|it| text(it, "from") + ":" + &text(it, "step"));
            rungs.collect::<Vec<_>>().join(",").into()
        }
    };
}
