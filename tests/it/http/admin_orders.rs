//! What only admins order and read, and that nobody else does.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, audited, fields_of, product_with};
use crate::support::actors::{User, from_now};
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;

on_both!(
    an_end_is_moved_later,
    a_sale_is_annulled,
    nobody_but_an_admin_passes,
    the_audit_is_read_page_by_page,
);

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

async fn an_end_is_moved_later(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let root = admin(&server, &database).await;
    let hard_end = from_now(10 * MINUTE);
    let product_id = ana.create_product(&product_with(&json!({"hard_end": hard_end}))).await;
    let path = format!("/admin/products/{product_id}/extend");
    let end = from_now(5 * MINUTE);
    let order = json!({"auction_end": end, "reason": "The site was down."});
    let view = root.post(&path, &order).await.expect(200);
    assert_eq!(view["auction_end"], json!(end));
    assert!(view["original_end"].as_str() < Some(&end), "{view}");
    let event = ana.events(&product_id, 1).await.pop().unwrap();
    assert_eq!((&event["type"], &event["auction_end"]), (&json!("auction_extended"), &json!(end)));
    assert_eq!(event["reason"], "The site was down.");

    let table = [
        (end.clone(), true),
        (from_now(MINUTE), true),
        (from_now(11 * MINUTE), true),
        ("soon".to_owned(), false),
    ];
    for (end, judged) in table {
        let answer = root.post(&path, &json!({"auction_end": end, "reason": "x"})).await;
        assert_eq!(answer.body.get("judged"), judged.then_some(&json!(true)), "{end}");
        assert_eq!(fields_of(answer, 422, "validation_failed"), ["auction_end"], "{end}");
    }
    let both = root.post(&path, &json!({})).await;
    assert_eq!(fields_of(both, 422, "validation_failed"), ["auction_end", "reason"]);
    let too_late = json!({"auction_end": from_now(100 * DAY), "reason": "Far."});
    assert_eq!(
        fields_of(root.post(&path, &too_late).await, 422, "validation_failed"),
        ["auction_end"]
    );
    let later = json!({"auction_start": from_now(MINUTE)});
    let scheduled = ana.create_product(&product_with(&later)).await;
    let order = json!({"auction_end": from_now(5 * MINUTE), "reason": "x"});
    let path = format!("/admin/products/{scheduled}/extend");
    root.post(&path, &order).await.refused(409, "auction_not_open");
    assert_eq!(audited(&root).await, [("extend".to_owned(), "The site was down.".to_owned())]);
}

async fn a_sale_is_annulled(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let product_id = ana.create_product(&product_with(&json!({"buy_now_price": "250"}))).await;
    let path = format!("/admin/products/{product_id}/annul");
    let order = json!({"reason": "The buyer never paid."});
    root.post(&path, &order).await.refused(404, "not_found");
    bob.post(&format!("/products/{product_id}/buy"), &json!({})).await.expect(201);
    let view = root.post(&path, &order).await.expect(200);
    let wanted = [
        ("annulled", json!(true)),
        ("is_sold", json!(true)),
        ("status", json!("sold")),
        ("winner", json!("bob")),
        ("hammer_price", json!("250.00")),
        ("seq", json!(4)),
    ];
    for (name, wanted) in wanted {
        assert_eq!(view[name], wanted, "{name}");
    }
    let event = ana.events(&product_id, 3).await.pop().unwrap();
    assert_eq!((&event["type"], &event["reason"]), (&json!("sale_annulled"), &order["reason"]));
    root.post(&path, &order).await.refused(409, "already_exists");
    assert_eq!(audited(&root).await, [("annul".to_owned(), "The buyer never paid.".to_owned())]);
}

async fn nobody_but_an_admin_passes(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    let visitor = User::visitor(&server, "visitor");
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let unknown = Uuid::now_v7().to_string();
    let orders = |product_id: &str| {
        let path = |order: &str| format!("/admin/products/{product_id}/{order}");
        let reason = json!({"reason": "x"});
        [
            (path("cancel"), reason.clone()),
            (path("extend"), json!({"auction_end": from_now(5 * MINUTE), "reason": "x"})),
            (path("annul"), reason.clone()),
            (path(&format!("bids/{}/void", Uuid::now_v7())), reason),
            (path("void-bidder"), json!({"user_id": bob.id, "reason": "x"})),
        ]
    };
    for id in [&*product_id, &*unknown] {
        for (path, body) in orders(id) {
            visitor.post(&path, &body).await.refused(401, "unauthenticated");
            for who in [&ana, &bob] {
                who.post(&path, &body).await.refused(403, "forbidden");
                who.post(&path, &json!({})).await.refused(403, "forbidden");
            }
            let untold = Request::new("POST", &format!("/api/v1{path}")).json(&body);
            let untold = root.try_send_without_token(untold).await.unwrap();
            untold.refused(403, "csrf_token_invalid");
        }
        for path in [format!("/admin/products/{id}/log"), "/admin/audit".to_owned()] {
            visitor.get(&path).await.refused(401, "unauthenticated");
            bob.get(&path).await.refused(403, "forbidden");
            ana.get(&path).await.refused(403, "forbidden");
        }
    }
    for (path, body) in orders(&unknown) {
        root.post(&path, &body).await.refused(404, "not_found");
    }
    root.get(&format!("/admin/products/{unknown}/log")).await.refused(404, "not_found");
    for (path, body) in orders("7") {
        root.post(&path, &body).await.refused(400, "malformed_id");
    }
    assert_eq!(database.log_of(&product_id).await.len(), 1);
    assert_eq!(audited(&root).await, []);
}

async fn the_audit_is_read_page_by_page(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let root = admin(&server, &database).await;
    let mut wanted = Vec::new();
    for number in 0..5 {
        let product_id = ana.create_product(&product_with(&json!({}))).await;
        let path = format!("/admin/products/{product_id}/cancel");
        let reason = format!("Reason {number}.");
        root.post(&path, &json!({"reason": reason})).await.expect(200);
        wanted.insert(
            0,
            json!([product_id, "cancel", reason, {"user_id": root.id, "user_name": "root"}]),
        );
    }
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = root.get(&format!("/admin/audit?limit=2{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        rows.extend(items.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let told = |row: &Value| json!([row["product_id"], row["action"], row["detail"], row["admin"]]);
    assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), wanted);
    let times: Vec<_> = rows.iter().map(|row| row["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "{times:?}");
    let wrong = root.get("/admin/audit?limit=0&cursor=x&user=y").await;
    assert_eq!(fields_of(wrong, 422, "validation_failed"), ["cursor", "limit", "user"]);
}
