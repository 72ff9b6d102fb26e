//! `admin log` and `admin audit`: what only admins read.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Market};
use crate::support::actors::product;
use crate::support::database::{Database, on_both};

on_both!(a_log_keeps_its_secrets_until_the_close, what_admins_did_is_kept);

async fn a_log_keeps_its_secrets_until_the_close(database: Database) {
    let mut with_reserve = product(HOUR);
    with_reserve["reserve_price"] = "777.00".into();
    let market = Market::open_on(database, &with_reserve).await;
    let (eva, seller) = (market.shell_of("Eva").await, market.shell_of_seller().await);
    let root = market.shell_of_admin().await;
    let id = &*market.product_id;
    let bid = eva.json(&["bid", "max", id, "555"]).await;
    eva.ok(&["bid", "max", id, "666"]).await;
    seller.ok(&["product", "edit", id, "--reserve", "700"]).await;
    let open = root.json(&["admin", "log", id]).await;
    let rows = open.as_array().unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| row["kind"].clone()).collect();
    assert_eq!(kinds, ["opened", "bid_placed", "raised", "reserve_changed"]);
    let numbers = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(numbers("position"), [json!(1), json!(2), json!(3), json!(4)]);
    assert_eq!(numbers("seq"), [json!(1), json!(2), json!(null), json!(3)]);
    assert_eq!(
        (&rows[1]["entry_id"], &rows[1]["request_id"]),
        (&bid["bid_id"], &bid["idempotency_key"])
    );
    assert_eq!((&rows[1]["user"]["user_name"], &rows[0]["user"]), (&json!("Eva"), &Value::Null));
    assert_eq!(rows[2]["event"], Value::Null);
    let text = open.to_string();
    for secret in ["555.00", "666.00", "700.00", "777.00"] {
        assert!(!text.contains(secret), "{secret}\n{text}");
    }

    let mut watcher = market.seller.subscribe(id).await;
    market.database.end_now(id).await;
    watcher.events_until_closed().await;
    let rows = root.json(&["admin", "log", id]).await;
    let told = |position: usize, name: &str| rows[position - 1][name].clone();
    assert_eq!((told(2, "offer"), told(2, "maximum")), (json!("555.00"), json!("555.00")));
    assert_eq!((told(3, "offer"), told(3, "maximum")), (json!("666.00"), json!("666.00")));
    assert_eq!((told(4, "reserve_price"), told(5, "kind")), (json!("700.00"), json!("closed")));
    assert_eq!(
        (told(4, "reserve_before"), told(5, "reserve_price")),
        (json!("777.00"), json!("700.00"))
    );
    // People and scripts read it in the same order, and as much of it as they ask for.
    let ran = root.run(&["admin", "log", id, "--limit", "2", "-o", "id"]).await;
    assert_eq!(ran.stderr, "warning: there are more: --limit N or --all\n");
    let ids: Vec<Value> = ran.ok().lines().map(Into::into).collect();
    assert_eq!(ids, [told(1, "entry_id"), told(2, "entry_id")]);
    // A script that reads a part of it is told so, too.
    let ran = root.run(&["admin", "log", id, "--limit", "2", "-o", "json"]).await;
    assert_eq!(ran.stderr, "warning: there are more: --limit N or --all\n");
    assert_eq!(root.json(&["admin", "log", id, "--all"]).await, rows);
    let nowhere = Uuid::now_v7().to_string();
    root.run(&["admin", "log", &nowhere, "-ojson"]).await.refused(6, "not_found");
}

async fn what_admins_did_is_kept(database: Database) {
    let market = Market::open_on(database, &product(HOUR)).await;
    let (root, eva) = (market.shell_of_admin().await, market.shell_of("Eva").await);
    let id = &*market.product_id;
    assert_eq!(root.json(&["admin", "audit"]).await, json!([]));
    eva.ok(&["bid", "place", id, "100"]).await;
    let bid = market.bids().await[0]["bid_id"].as_str().unwrap().to_owned();
    let reason = ["--reason", "A stolen account."];
    root.ok(&[&["admin", "void", &bid, "--product", id], &reason[..]].concat()).await;
    root.ok(&[&["admin", "extend", id, "--by", "1h"], &reason[..]].concat()).await;
    root.ok(&["admin", "log", id]).await;
    // What is refused was not done.
    root.run(&[&["admin", "annul", id, "-ojson"], &reason[..]].concat())
        .await
        .refused(6, "not_found");
    root.ok(&[&["admin", "cancel", id], &reason[..]].concat()).await;
    let rows = root.json(&["admin", "audit"]).await;
    let rows = rows.as_array().unwrap();
    let actions: Vec<_> = rows.iter().map(|row| row["action"].clone()).collect();
    assert_eq!(actions, ["cancel", "read_log", "extend", "void_bid"]);
    for row in rows {
        assert_eq!((&row["admin"]["user_name"], &row["product_id"]), (&json!("Root"), &json!(id)));
    }
    let ran = root.run(&["admin", "audit", "--limit", "1", "-o", "id"]).await;
    assert_eq!(ran.stderr, "warning: there are more: --limit N or --all\n");
    assert_eq!(ran.ok().trim(), rows[0]["audit_id"]);
}
