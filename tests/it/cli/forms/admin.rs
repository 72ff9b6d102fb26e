//! What admins read, in every form.

use serde_json::{Value, json};

use super::{Thing, check_list};
use crate::cli::Market;
use crate::cli::shell::Shell;

/// The items of a list, as the wire has them.
async fn items(admin: &Shell, path: &str) -> Vec<Value> {
    let page: Value = serde_json::from_str(&admin.ok(&["api", "GET", path]).await).unwrap();
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_log() {
    const LINE: &str = "position,seq,at,kind,user,offer,current_price,maximum,currency,entry_id";
    const FULL: &str = "position,seq,at,kind,user,offer,current_price,maximum,currency,entry_id,\
                        user_id,leader,reserve_before,reserve_price,bidder,reason,auction_end,received_at,request_id,event";
    let market = Market::open().await;
    let (root, eva) = (market.shell_of_admin().await, market.shell_of("Eva").await);
    let (seller, id) = (market.shell_of_seller().await, &*market.product_id);
    seller.ok(&["product", "edit", id, "--reserve", "150"]).await;
    eva.ok(&["bid", "max", id, "200"]).await;
    eva.ok(&["bid", "max", id, "300"]).await;
    let mut watcher = market.seller.subscribe(id).await;
    market.database.end_now(id).await;
    watcher.events_until_closed().await;
    let rows = items(&root, &format!("/admin/products/{id}/log")).await;
    let kinds: Vec<_> = rows.iter().map(|row| row["kind"].clone()).collect();
    assert_eq!(kinds, ["opened", "reserve_changed", "bid_placed", "raised", "closed"]);
    let flatten = |row: &mut Value| {
        let user = row["user"].take();
        (row["user"], row["user_id"]) = (user["user_name"].clone(), user["user_id"].clone());
        if !row["event"].is_null() {
            row["event"] = row["event"].to_string().into();
        }
        row["currency"] = "USD".into();
    };
    let things: Vec<_> = rows.into_iter().map(|row| Thing::new(row, flatten)).collect();
    assert_eq!((&*things[3].cell("user"), &*things[3].cell("maximum")), ("Eva", "300.00"));
    check_list(&root, &["admin", "log", id], &things, LINE, FULL, "entry_id").await;
}

#[tokio::test]
async fn an_audit() {
    const COLUMNS: &str = "at,admin,action,product_id,user,detail,audit_id";
    let market = Market::open().await;
    let (root, id) = (market.shell_of_admin().await, &*market.product_id);
    let reason = ["--reason", "A stolen \"camera\", it seems."];
    root.ok(&[&["admin", "extend", id, "--by", "1h"], &reason[..]].concat()).await;
    root.ok(&[&["admin", "cancel", id], &reason[..]].concat()).await;
    root.ok(&["admin", "log", id]).await;
    let rows = items(&root, "/admin/audit").await;
    let actions: Vec<_> = rows.iter().map(|row| row["action"].clone()).collect();
    assert_eq!(actions, [json!("read_log"), json!("cancel"), json!("extend")]);
    let flatten = |row: &mut Value| {
        row["admin"] = row["admin"]["user_name"].take();
        row["user"] = row["user"]["user_name"].take();
    };
    let things: Vec<_> = rows.into_iter().map(|row| Thing::new(row, flatten)).collect();
    check_list(&root, &["admin", "audit"], &things, COLUMNS, COLUMNS, "audit_id").await;
}
