//! What admins do, seen on the screen.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Stage, has};
use crate::support::actors::{User, from_now};

impl Stage {
    /// Somebody who may order.
    async fn admin(&self) -> User {
        let olga = User::sign_up(&self.server, "olga").await;
        let id = self.database.id(&olga.id);
        let made = format!("update users set is_admin = true where user_id = {id}");
        assert_eq!(self.database.execute(&made).await, 1);
        olga
    }

    async fn order(&self, admin: &User, order: &str, body: &Value) {
        let path = format!("/admin/products/{}/{order}", self.product_id);
        let answer = admin.post(&path, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_void_gives_the_lead_back_and_marks_the_row() {
    let stage = Stage::set(Duration::from_mins(10), json!({})).await;
    let admin = stage.admin().await;
    let pty = stage.eva_watches().await;
    pty.send("130\r");
    pty.wait_for("You bid exactly USD 130.00").await;
    pty.send("y");
    pty.wait_for("LEADING at $130.00").await;
    let bid = stage.bob_bids("150.00").await;
    pty.wait_for("OUTBID by bob at $150.00").await;

    let order = format!("bids/{}/void", bid["bid_id"].as_str().unwrap());
    stage.order(&admin, &order, &json!({"reason": "shill bidding"})).await;
    let screen = pty.wait_for("LEADING at $130.00").await;
    let news = "an admin voided a bid of $150.00 by bob: shill bidding";
    assert!(has(&screen, &[news, "voided", "1 bid ·"]), "{screen}");
    let is_struck = |row: &str| row.contains("$150.00") && row.contains("voided");
    assert!(screen.lines().any(is_struck), "{screen}");

    stage
        .order(
            &admin,
            "extend",
            &json!({
                "auction_end": from_now(Duration::from_mins(30)),
                "reason": "no line for a while",
            }),
        )
        .await;
    pty.wait_for("by an admin: no line for a while").await;
    stage.order(&admin, "cancel", &json!({"reason": "the item was damaged"})).await;
    let screen = pty.wait_for("CANCELLED").await;
    assert!(has(&screen, &["the item was damaged"]), "{screen}");
}

#[tokio::test]
async fn the_details_follow_the_description() {
    let terms = json!({"description": "Overhauled in 2023. Light wear.", "soft_close_seconds": 60});
    let stage = Stage::set(Duration::from_mins(10), terms).await;
    let pty = stage.eva_watches().await;
    pty.send("i");
    let screen = pty.wait_for("DETAILS").await;
    let details = ["Light wear.", "1.00", "a bid in the last 1 min makes it 1 min again"];
    assert!(has(&screen, &details), "{screen}");
    let edit = crate::support::http::Request::new(
        "PATCH",
        &format!("/api/v1/products/{}", stage.product_id),
    );
    let edit = edit.json(&json!({"description": "Overhauled in 2024, with its case."}));
    assert_eq!(stage.ana.send(edit).await.status, 200);
    pty.wait_for("Overhauled in 2024, with its case.").await;
    pty.send("\x1b");
    let screen = pty.wait_gone("DETAILS").await;
    assert!(has(&screen, &["the seller changed the description"]), "{screen}");
}
