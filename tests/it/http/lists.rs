//! Lists of products: filters, orders, pages.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, fields_of, product_with, send};
use crate::support::actors::{User, from_now};
use crate::support::database::{Database, on_both};
use crate::support::server::Server;
use crate::support::wait::{PATIENCE, eventually};

on_both!(
    a_list_has_what_was_asked_for,
    a_static_list_is_whole_while_bids_come_in,
    a_cursor_is_of_its_filter_and_order,
    what_is_no_filter_is_named,
    a_price_is_followed_within_a_moment,
    a_list_of_a_status_is_right_at_once,
    what_a_killed_server_left_behind_is_mended,
);

const DAY: Duration = Duration::from_hours(24);

/// The ids of a list, in order, from page to page of so many.
async fn listed(user: &User, query: &str, limit: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/products?limit={limit}&{query}{cursor}");
        let page = user.get(&path).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        ids.extend(items.iter().map(|item| item["product_id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

async fn bid(user: &User, product_id: &str, amount: &str) {
    user.place_bid_rest(product_id, amount, Uuid::new_v4()).await.expect(201);
}

/// Five products of two sellers.
async fn create(sue: &User, sam: &User) -> Vec<String> {
    let dutch = json!({"floor": "10.00", "step": "5.00", "tick_seconds": 5});
    let mut ids = Vec::new();
    for (seller, terms) in [
        (
            sue,
            json!({"product_name": "Leica M3", "baseprice": "90.00",
            "auction_end": from_now(3 * DAY)}),
        ),
        (
            sam,
            json!({"product_name": "Leicaflex", "baseprice": "70.00",
            "auction_end": from_now(2 * DAY), "format": "sealed_first_price", "increment": null}),
        ),
        (
            sue,
            json!({"product_name": "Box of lenses", "baseprice": "80.00",
            "auction_end": from_now(DAY / 24), "format": "dutch", "dutch": dutch,
            "increment": null}),
        ),
        (
            sam,
            json!({"product_name": "LEICA M2, boxed", "baseprice": "60.00",
            "auction_end": from_now(4 * DAY), "auction_start": from_now(DAY)}),
        ),
        (
            sue,
            json!({"product_name": "Leica M3", "currency": "JPY", "baseprice": "75",
            "increment": "1", "auction_end": from_now(5 * DAY)}),
        ),
    ] {
        ids.push(seller.create_product(&product_with(&terms)).await);
    }
    ids
}

async fn a_list_has_what_was_asked_for(database: Database) {
    let server = Server::start(&database).await;
    let (sue, sam) = (User::sign_up(&server, "Sue").await, User::sign_up(&server, "sam").await);
    let visitor = User::visitor(&server, "visitor");
    let ids = create(&sue, &sam).await;
    let by_id = format!("seller={}", sam.id);
    let table: [(&str, &[usize]); 21] = [
        ("", &[2, 1, 0, 3, 4]),
        ("sort=newest", &[4, 3, 2, 1, 0]),
        ("currency=USD&sort=price", &[3, 1, 2, 0]),
        ("currency=USD&sort=-price", &[0, 2, 1, 3]),
        ("status=open", &[2, 1, 0, 4]),
        ("status=scheduled&sort=newest", &[3]),
        ("status=open&currency=USD&sort=-price", &[0, 2, 1]),
        ("seller=sue", &[2, 0, 4]),
        ("seller=SUE&sort=price&currency=USD", &[2, 0]),
        (&by_id, &[1, 3]),
        ("seller=01890000-0000-7000-8000-000000000000", &[]),
        ("format=english", &[0, 3, 4]),
        ("format=dutch&sort=price&currency=USD", &[2]),
        ("currency=JPY&sort=newest", &[4]),
        ("q=leica", &[1, 0, 3, 4]),
        ("q=LEICA+m", &[0, 3, 4]),
        ("q=box&sort=newest", &[3, 2]),
        ("q=lei&sort=price&currency=USD", &[3, 1, 0]),
        ("ending_within=2h", &[2]),
        ("ending_within=259300&sort=newest", &[2, 1, 0]),
        ("currency=USD&min_price=70.00&max_price=80&sort=ending", &[2, 1]),
    ];
    for (query, numbers) in table {
        let expected: Vec<_> = numbers.iter().map(|number| ids[*number].clone()).collect();
        for limit in [1, 2, 20] {
            assert_eq!(listed(&visitor, query, limit).await, expected, "{query}");
        }
    }
}

async fn a_static_list_is_whole_while_bids_come_in(database: Database) {
    let server = Server::start(&database).await;
    let (sue, bob) = (User::sign_up(&server, "sue").await, User::sign_up(&server, "bob").await);
    let mut ids = Vec::new();
    for number in 1..=12_u32 {
        let terms = json!({
            "baseprice": format!("{}.00", 200 - number), "auction_end": from_now(number * DAY),
        });
        ids.push(sue.create_product(&product_with(&terms)).await);
    }
    // Of this one price and end go up all the time.
    let terms = json!({"baseprice": "1.00", "soft_close_seconds": 86_400});
    let hot = sue.create_product(&product_with(&terms)).await;
    let bidders = [bob, User::sign_up(&server, "ben").await];
    let bids = async {
        for amount in 1..=60 {
            bid(&bidders[amount % 2], &hot, &format!("{}.00", 10 * amount)).await;
        }
    };
    let reading = async {
        let mut lists = Vec::new();
        for _ in 0..3 {
            for sort in ["ending", "newest", "price&currency=USD", "-price&currency=USD"] {
                lists.push((sort, listed(&sue, &format!("sort={sort}"), 2).await));
            }
        }
        lists
    };
    let ((), lists) = tokio::join!(bids, reading);
    for (sort, mut list) in lists {
        list.retain(|product_id| *product_id != hot);
        if ["newest", "price&currency=USD"].contains(&sort) {
            list.reverse();
        }
        assert_eq!(list, ids, "{sort}");
    }
}

async fn a_cursor_is_of_its_filter_and_order(database: Database) {
    let server = Server::start(&database).await;
    let sue = User::sign_up(&server, "sue").await;
    for _ in 0..2 {
        sue.create_product(&product_with(&json!({}))).await;
    }
    let page = sue.get("/products?limit=1&status=open&currency=USD&sort=price").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let others = [
        "status=open&currency=USD&sort=-price",
        "status=open&currency=USD&sort=newest",
        "status=open&currency=USD",
        "status=open&currency=EUR&sort=price",
        "currency=USD&sort=price",
        "status=open&currency=USD&sort=price&max_price=500",
        "status=open&currency=USD&sort=price&q=leica",
        "status=open&currency=USD&sort=price&seller=sue",
        "status=open&currency=USD&sort=price&format=english",
        "status=open&currency=USD&sort=price&ending_within=1h",
    ];
    for other in others {
        let refused = sue.get(&format!("/products?{other}&cursor={cursor}")).await;
        assert_eq!(fields_of(refused, 422, "validation_failed"), ["cursor"], "{other}");
    }
    // The order in which a query is written means nothing, nor does the size of the page.
    let same = format!("/products?sort=price&cursor={cursor}&currency=USD&status=open&limit=7");
    assert_eq!(sue.get(&same).await.expect(200)["items"].as_array().unwrap().len(), 1);
}

async fn what_is_no_filter_is_named(database: Database) {
    let server = Server::start(&database).await;
    let visitor = User::visitor(&server, "visitor");
    let table: [(&str, &[&str]); 16] = [
        ("status=closed", &["status"]),
        ("format=auction", &["format"]),
        ("seller=nobody", &["seller"]),
        ("q=", &["q"]),
        ("q=%21%3F", &["q"]),
        ("q=a+b+c+d+e+f+g+h+i", &["q"]),
        ("ending_within=soon", &["ending_within"]),
        ("ending_within=0", &["ending_within"]),
        ("currency=XYZ", &["currency"]),
        ("currency=USD&min_price=1.001", &["min_price"]),
        ("currency=USD&min_price=-1&max_price=x", &["max_price", "min_price"]),
        ("currency=USD&min_price=2&max_price=1", &["min_price"]),
        ("sort=cheapest", &["sort"]),
        ("sort=price", &["currency", "sort"]),
        ("sort=-price&max_price=5", &["currency", "max_price", "sort"]),
        ("color=red&limit=101", &["color", "limit"]),
    ];
    for (query, fields) in table {
        let refused = visitor.get(&format!("/products?{query}")).await;
        assert_eq!(fields_of(refused, 422, "validation_failed"), fields, "{query}");
    }
    let refused = visitor.get("/products?min_price=5").await.refused(422, "validation_failed");
    let why = "needs a currency: add currency=USD, say";
    assert_eq!(refused["errors"]["min_price"], json!([why]));
}

/// The products by price, as soon as they are in this order.
async fn becomes(user: &User, query: &str, expected: &[&String]) {
    let query = format!("currency=USD&{query}");
    eventually(&format!("the price to be followed: {query}"), PATIENCE, async || {
        let list = listed(user, &query, 2).await;
        list.iter().eq(expected.iter().copied()).then_some(())
    })
    .await;
}

pub(crate) async fn a_price_is_followed_within_a_moment(database: Database) {
    let server = Server::start(&database).await;
    let (sue, bob) = (User::sign_up(&server, "sue").await, User::sign_up(&server, "bob").await);
    let [one, other] = ["10.00", "20.00"].map(|baseprice| json!({"baseprice": baseprice}));
    let one = sue.create_product(&product_with(&one)).await;
    let other = sue.create_product(&product_with(&other)).await;
    becomes(&bob, "sort=price", &[&one, &other]).await;
    bid(&bob, &one, "30.00").await;
    becomes(&bob, "sort=price", &[&other, &one]).await;
    becomes(&bob, "sort=-price", &[&one, &other]).await;
    becomes(&bob, "sort=ending&min_price=25.00", &[&one]).await;
    becomes(&bob, "sort=newest&max_price=29.99", &[&other]).await;
    // Nobody leads any more: the baseprice is what counts.
    let root = admin(&server, &database).await;
    let body = json!({"user_id": bob.id, "reason": "Nobody knows him."});
    send(&root, "POST", &format!("/admin/products/{one}/void-bidder"), &body).await.expect(200);
    becomes(&bob, "sort=price", &[&one, &other]).await;
}

async fn a_list_of_a_status_is_right_at_once(database: Database) {
    let server = Server::start(&database).await;
    let sue = User::sign_up(&server, "sue").await;
    let one = sue.create_product(&product_with(&json!({}))).await;
    let other = sue.create_product(&product_with(&json!({}))).await;
    let reason = json!({"reason": "It broke."});
    send(&sue, "POST", &format!("/products/{one}/cancel"), &reason).await.expect(200);
    for sort in ["ending", "newest", "price", "-price"] {
        let query = format!("status=open&currency=USD&sort={sort}");
        assert_eq!(listed(&sue, &query, 1).await, std::slice::from_ref(&other), "{sort}");
    }
    for sort in ["ending", "newest"] {
        let list = listed(&sue, &format!("status=cancelled&sort={sort}"), 1).await;
        assert_eq!(list, std::slice::from_ref(&one));
    }
    becomes(&sue, "status=cancelled&sort=price", &[&one]).await;
}

async fn what_a_killed_server_left_behind_is_mended(database: Database) {
    let mut server = Server::start(&database).await;
    let (sue, bob) = (User::sign_up(&server, "sue").await, User::sign_up(&server, "bob").await);
    let [one, other] = ["10.00", "20.00"].map(|baseprice| json!({"baseprice": baseprice}));
    let one = sue.create_product(&product_with(&one)).await;
    let other = sue.create_product(&product_with(&other)).await;
    bid(&bob, &one, "30.00").await;
    server.kill_9().await;
    // Whether it was in time for the price is left to chance: here it was not.
    let id = database.id(&one);
    let behind =
        format!("update product_prices set price = 1000, position = 1 where product_id = {id}");
    assert_eq!(database.execute(&behind).await, 1);
    let unknown = database.id(&other);
    for table in ["product_prices", "product_words"] {
        let text = format!("delete from {table} where product_id = {unknown}");
        assert!(database.execute(&text).await > 0);
    }
    server.start_again().await;
    becomes(&sue.at(&server), "sort=price", &[&other, &one]).await;
    becomes(&sue.at(&server), "sort=price&q=leica", &[&other, &one]).await;
    let view: Value = sue.at(&server).product(&one).await;
    assert_eq!(view["current_price"], "30.00");
}
