//! A sealed auction after its close, as its feed begins and as its bids are listed.

use serde_json::json;
use uuid::Uuid;

use super::{HOUR, Sale};
use crate::support::actors::{User, now, product};
use crate::support::database::{Database, on_both};
use crate::support::server::Server;

on_both!(its_bids_are_the_same_in_the_snapshot_and_in_the_list);

async fn its_bids_are_the_same_in_the_snapshot_and_in_the_list(database: Database) {
    let mut terms = product(HOUR);
    terms["format"] = json!("sealed_first_price");
    terms.as_object_mut().unwrap().remove("increment");
    let sale = Sale::open_at(Server::start(&database).await, &terms).await;
    let mut watcher = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    for (name, amount) in [("Ada", "120.00"), ("Ben", "180.00"), ("Cleo", "150.00")] {
        let bidder = sale.sign_up(name).await;
        bidder.place_bid_rest(&sale.product_id, amount, Uuid::new_v4()).await.expect(201);
    }
    // It ends now, which takes no waiting for those who are slow to bid.
    let (end, product_id) = (now().as_micros(), database.id(&sale.product_id));
    let columns = format!("auction_end = {end}, due_at = {end}");
    let text = format!("update products set {columns} where product_id = {product_id}");
    assert_eq!(database.execute(&text).await, 1);
    let closed = watcher.events_until_closed().await.events.pop().unwrap();

    let mut late = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    let snapshot = late.next_of("snapshot").await;
    let listed = sale.seller.get(&format!("/products/{}/bids", sale.product_id)).await.expect(200);
    assert_eq!(snapshot["bids"], listed["items"]);
    for (row, amount) in listed["items"].as_array().unwrap().iter().zip(["180", "150", "120"]) {
        assert_eq!(row["amount"], format!("{amount}.00"));
        assert_eq!((&row["seq"], &row["at"]), (&closed["seq"], &closed["at"]));
    }
}
