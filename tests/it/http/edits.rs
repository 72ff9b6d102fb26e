//! What a seller changes of a product: its description, and its reserve within the rules.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, fields_of, product_with, send};
use crate::support::actors::{User, from_now};
use crate::support::database::{Database, on_both};
use crate::support::http::{Answer, Request};
use crate::support::server::Server;

on_both!(
    a_seller_changes_description_and_reserve,
    an_edit_is_the_sellers_and_of_its_revision,
    faults_of_an_edit_are_named_at_once,
    a_reserve_is_lowered_once_after_the_first_bid,
    a_reserve_of_an_open_sealed_auction_stays,
);

async fn a_seller_changes_description_and_reserve(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&product_with(&json!({"reserve_price": "543.21"}))).await;
    let described = edit(&ana, &product_id, &json!({"description": " Overhauled twice. "})).await;
    let described = described.expect(200);
    assert_eq!(described["description"], "Overhauled twice.");
    assert_eq!((&described["revision"], &described["seq"]), (&json!(2), &json!(2)));
    assert_eq!(described["you"]["reserve_price"], "543.21");

    let both = json!({"description": "Overhauled thrice.", "reserve_price": 432.1, "revision": 2});
    let both = edit(&ana, &product_id, &both).await.expect(200);
    assert_eq!((&both["revision"], &both["seq"]), (&json!(4), &json!(4)));
    assert_eq!(both["you"]["reserve_price"], "432.10");
    assert_eq!(both["reserve_met"], false);

    let removed = edit(&ana, &product_id, &json!({"reserve_price": null})).await.expect(200);
    assert_eq!((&removed["revision"], &removed["reserve_met"]), (&json!(5), &Value::Null));
    assert_eq!(removed["you"], json!({"status": "none", "is_seller": true}));
    // What is so already is no change.
    for nothing in [
        json!({}),
        json!({"revision": 5}),
        json!({"reserve_price": null, "description": "Overhauled thrice."}),
    ] {
        let same = edit(&ana, &product_id, &nothing).await.expect(200);
        assert_eq!((&same["revision"], &same["seq"]), (&json!(5), &json!(5)), "{nothing}");
    }
    assert_eq!(database.log_of(&product_id).await.len(), 5);

    let visitor = User::visitor(&server, "visitor");
    let mut events = visitor.events(&product_id, 1).await;
    for event in &mut events {
        event.as_object_mut().unwrap().remove("at");
    }
    let wanted = json!([
        {"seq": 2, "type": "description_changed", "description": "Overhauled twice.", "revision": 2},
        {"seq": 3, "type": "description_changed", "description": "Overhauled thrice.", "revision": 3},
        {"seq": 4, "type": "reserve_changed", "reserve_met": false, "current_price": null},
        {"seq": 5, "type": "reserve_changed", "reserve_met": null, "current_price": null},
    ]);
    assert_eq!(Value::from(events), wanted);
}

async fn an_edit_is_the_sellers_and_of_its_revision(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;
    let change = json!({"description": "A description of somebody.", "revision": 7});
    let moved = edit(&ana, &product_id, &change).await.refused(412, "precondition_failed");
    assert_eq!((&moved["revision"], &moved["judged"]), (&json!(1), &json!(true)));
    let path = format!("/api/v1/products/{product_id}");
    let bob = User::sign_up(&server, "bob").await;
    let root = admin(&server, &database).await;
    for other in [&bob, &root] {
        edit(other, &product_id, &change).await.refused(403, "forbidden");
    }
    let visitor = User::visitor(&server, "visitor");
    edit(&visitor, &product_id, &change).await.refused(401, "unauthenticated");
    let untold = Request::new("PATCH", &path).json(&change);
    let untold = ana.try_send_without_token(untold).await.unwrap();
    untold.refused(403, "csrf_token_invalid");
    edit(&ana, &Uuid::now_v7().to_string(), &change).await.refused(404, "not_found");
    let form = Request::new("PATCH", &path).header("Content-Type", "text/plain");
    let form = ana.send(form.body(b"description=x".to_vec())).await;
    form.refused(415, "unsupported_media_type");
    ana.send(Request::new("PATCH", &path)).await.refused(400, "malformed_json");

    let reason = json!({"reason": "Broken in transit."});
    ana.post(&format!("/products/{product_id}/cancel"), &reason).await.expect(200);
    let late = edit(&ana, &product_id, &json!({"description": "Not broken after all."})).await;
    assert_eq!(late.refused(409, "auction_closed")["received_in_time"], false);
    assert_eq!(database.log_of(&product_id).await.len(), 2);
}

async fn faults_of_an_edit_are_named_at_once(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let product_id = ana.create_product(&product_with(&json!({"buy_now_price": "400"}))).await;
    let table: [(Value, bool, &[&str]); 7] = [
        (
            json!({"description": "short", "reserve_price": "x"}),
            false,
            &["description", "reserve_price"],
        ),
        (json!({"description": "Bell\u{7}, bell, bell."}), false, &["description"]),
        (json!({"description": null, "reserve_price": "-1"}), false, &["reserve_price"]),
        (json!({"baseprice": "5", "revision": "1"}), false, &["baseprice", "revision"]),
        (json!({"reserve_price": "0"}), true, &["reserve_price"]),
        (json!({"reserve_price": "300.001"}), true, &["reserve_price"]),
        (json!({"reserve_price": "400.01"}), true, &["reserve_price"]),
    ];
    for (change, judged, wanted) in table {
        let answer = edit(&ana, &product_id, &change).await;
        assert_eq!(answer.body.get("judged"), judged.then_some(&json!(true)), "{change}");
        assert_eq!(fields_of(answer, 422, "validation_failed"), wanted, "{change}");
    }
    let falls = json!({"floor": "1", "step": "1", "tick_seconds": 60});
    let dutch = json!({"format": "dutch", "increment": null, "dutch": falls});
    let dutch = ana.create_product(&product_with(&dutch)).await;
    let answer = edit(&ana, &dutch, &json!({"reserve_price": "5"})).await;
    assert_eq!(fields_of(answer, 422, "validation_failed"), ["reserve_price"]);
}

async fn a_reserve_is_lowered_once_after_the_first_bid(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let bob = User::sign_up(&server, "bob").await;
    let product_id = ana.create_product(&product_with(&json!({"reserve_price": "500"}))).await;
    let bid = json!({"max_amount": "200.00"});
    bob.try_bid_rest(&product_id, &bid, Uuid::new_v4()).await.unwrap().expect(201);
    let raised = edit(&ana, &product_id, &json!({"reserve_price": "500.01"})).await;
    raised.refused(409, "price_fixed");
    let lowered = edit(&ana, &product_id, &json!({"reserve_price": "150"})).await.expect(200);
    assert_eq!(
        (&lowered["current_price"], &lowered["reserve_met"]),
        (&json!("150.00"), &json!(true))
    );
    assert_eq!(lowered["minimum_next_bid"], "151.00");
    let again = edit(&ana, &product_id, &json!({"reserve_price": null})).await;
    again.refused(409, "price_fixed");

    let without = ana.create_product(&product_with(&json!({}))).await;
    bob.place_bid_rest(&without, "100", Uuid::new_v4()).await.expect(201);
    edit(&ana, &without, &json!({"reserve_price": "150"})).await.refused(409, "price_fixed");
}

async fn a_reserve_of_an_open_sealed_auction_stays(database: Database) {
    let server = Server::start(&database).await;
    let ana = User::sign_up(&server, "ana").await;
    let mut terms = json!({"format": "sealed_first_price", "increment": null});
    let open = ana.create_product(&product_with(&terms)).await;
    terms["auction_start"] = from_now(std::time::Duration::from_mins(1)).into();
    let scheduled = ana.create_product(&product_with(&terms)).await;
    let change = json!({"reserve_price": "150", "description": "Sealed, and described."});
    edit(&ana, &open, &change).await.refused(409, "price_fixed");
    let described = edit(&ana, &open, &json!({"description": "Sealed, and described."})).await;
    assert_eq!(described.expect(200)["revision"], 2);
    let changed = edit(&ana, &scheduled, &change).await.expect(200);
    assert_eq!((&changed["revision"], &changed["reserve_met"]), (&json!(3), &Value::Null));
    assert_eq!(changed["you"]["reserve_price"], "150.00");
}

async fn edit(user: &User, product_id: &str, change: &Value) -> Answer {
    send(user, "PATCH", &format!("/products/{product_id}"), change).await
}
