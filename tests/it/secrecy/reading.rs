//! All that somebody can read of an auction, and all that he can try in vain.

use serde_json::{Value, json};

use super::cursor::decoded;
use super::stage::{ADMIN, IDLE, SELLER, Stage, VISITOR};
use super::transcript::Channel;
use crate::support::actors::{API, User};
use crate::support::database::Database;
use crate::support::http::Request;
use crate::support::wait::{PATIENCE, eventually};

/// Lists of products, as they are asked for and as their cursors name them. The prices lie between
/// amounts that are secret.
const PRODUCTS: [(&str, &str); 6] = [
    ("", "sort=ending"),
    ("?status=open", "status=open sort=ending"),
    ("?q=leica&sort=newest", "q=leica sort=newest"),
    ("?currency=USD&sort=price", "currency=USD sort=price"),
    ("?currency=USD&max_price=1700&sort=-price", "currency=USD max_price=170000 sort=-price"),
    ("?currency=USD&min_price=325.50", "currency=USD min_price=32550 sort=ending"),
];

/// More pages than any list here has.
const MOST_PAGES: usize = 50;

const PAST: &str = "2020-01-01T00:00:00Z";

/// Waits until lists sort by the prices that there are: when they do is left to chance.
pub(super) async fn prices_have_followed(database: &Database) {
    let behind = "select count(*) from products p \
                  join product_prices x on x.product_id = p.product_id \
                  where x.position < p.position";
    eventually("the prices of lists to follow", PATIENCE, async || {
        (database.number(behind).await == 0).then_some(())
    })
    .await;
}

/// Reads everything there is to read, and notes it.
pub(super) async fn read_all(stage: &mut Stage, name: &'static str, server: usize) {
    let person = stage.person(name, server);
    let who = format!("{name} at server {}", server + 1);
    read_product(stage, &person, &who).await;
    let id = stage.product_id.clone();
    let of_product = |what: &str| format!("/products/{id}/{what}");
    let lists = [
        (Channel::Bids, of_product("bids"), format!("bids {id}")),
        (Channel::Events, of_product("events"), format!("events {id}")),
    ];
    let of_products = PRODUCTS.into_iter().map(|(query, name)| {
        (Channel::Lists, format!("/products{query}"), format!("products {name}"))
    });
    for (channel, path, list) in lists.into_iter().chain(of_products) {
        read_pages(stage, &person, &who, channel, &path, &list).await;
    }
    if name != VISITOR {
        let me = person.get("/users/me").await;
        stage.transcript.answer(Channel::Answers, &who, "GET /users/me", &me);
    }
    if name == ADMIN && stage.compares_admin_log() {
        let log = format!("/admin/products/{id}/log");
        read_pages(stage, &person, &who, Channel::AdminLog, &log, &format!("log {id}")).await;
        read_pages(stage, &person, &who, Channel::AdminLog, "/admin/audit", "audit").await;
    }
}

/// The product, and whether a tag holds: the one just seen, and the one of the last look.
async fn read_product(stage: &mut Stage, person: &User, who: &str) {
    let path = format!("{API}/products/{}", stage.product_id);
    let read = person.send(Request::new("GET", &path)).await;
    let tag = read.header("ETag").unwrap_or_default().to_owned();
    stage.transcript.answer(Channel::Answers, who, "GET the product", &read);
    stage.transcript.tag(who, "now", &read);
    let before = stage.tags.insert(who.to_owned(), tag.clone());
    for (what, known) in [("known before", before), ("known now", Some(tag))] {
        let Some(known) = known else { continue };
        let request = Request::new("GET", &path).header("If-None-Match", &known);
        let answer = person.send(request).await;
        stage.transcript.tag(who, what, &answer);
    }
}

/// A list in one page, and again item by item, with what each cursor holds.
async fn read_pages(
    stage: &mut Stage,
    person: &User,
    who: &str,
    channel: Channel,
    path: &str,
    list: &str,
) {
    let join = if path.contains('?') { '&' } else { '?' };
    let what = stage.transcript.names.shortened(path);
    let whole = person.get(&format!("{path}{join}limit=100")).await;
    stage.transcript.answer(channel, who, &format!("GET {what}"), &whole);
    let mut cursor = String::new();
    for page in 0..MOST_PAGES {
        let answer = person.get(&format!("{path}{join}limit=1{cursor}")).await;
        stage.transcript.answer(channel, who, &format!("GET {what}, page {page}"), &answer);
        let Some(next) = answer.body["next_cursor"].as_str() else { return };
        let last = answer.body["items"].as_array().and_then(|items| items.last());
        let says = decoded(list, next, last.unwrap_or(&Value::Null));
        stage.transcript.line(Channel::Cursors, who, format!("{what}, page {page}: {says}"));
        cursor = format!("&cursor={next}");
    }
}

/// Tries everything that he may not do, or not so, and notes the refusals.
pub(super) async fn try_all(stage: &mut Stage, name: &'static str, server: usize) {
    let person = stage.person(name, server);
    let who = format!("{name} at server {}", server + 1);
    let idle_id = stage.person(IDLE, server).id;
    for (method, path, body) in attempts(name, &idle_id) {
        let answer = person.send(Request::new(method, &stage.path(path)).json(&body)).await;
        let what = stage.transcript.names.shortened(&format!("{method} {path} {body}"));
        assert!(answer.status >= 400, "{who}: {what} → {} {}", answer.status, answer.body);
        stage.transcript.answer(Channel::Refusals, &who, &what, &answer);
    }
}

/// What each tries. Nothing of it may succeed after the first bid of an English auction, in a sealed
/// one that is open, and in any that is over.
fn attempts(name: &str, idle_id: &str) -> Vec<(&'static str, &'static str, Value)> {
    let bid = |body| ("POST", "/bids", body);
    let reason = json!({"reason": "Because."});
    match name {
        VISITOR => vec![bid(json!({"amount": "1.00"}))],
        SELLER => vec![
            bid(json!({"amount": "5000.00"})),
            ("PATCH", "", json!({"reserve_price": "88888.88"})),
            ("PATCH", "", json!({"description": "Another description.", "revision": 99})),
            ("POST", "/cancel", reason),
        ],
        ADMIN => vec![
            ("POST", "/admin/extend", json!({"auction_end": PAST, "reason": "Because."})),
            ("POST", "/admin/bids/01890000-0000-7000-8000-000000000000/void", reason),
            ("POST", "/admin/void-bidder", json!({"user_id": idle_id, "reason": "Because."})),
        ],
        _ => vec![
            bid(json!({"amount": "1.00"})),
            bid(json!({"amount": "1.001"})),
            bid(json!({"max_amount": "1.00"})),
            bid(json!({"amount": "1.00", "expected_price": "3.33"})),
            ("PATCH", "", json!({"description": "Another description."})),
            ("POST", "/admin/annul", reason),
        ],
    }
}
