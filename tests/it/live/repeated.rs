//! The same request id again: the same bid, whichever way it is asked for.

use serde_json::json;
use uuid::Uuid;

use super::{Sale, place_bid, result_of};
use crate::support::actors::product;
use crate::support::database::{Database, on_both};

on_both!(a_repeated_request_id_is_one_bid, a_request_id_belongs_to_bidder_and_product);

async fn a_repeated_request_id_is_one_bid(database: Database) {
    let mut sale = Sale::open(&database).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let mut ada_socket = ada.subscribe(&sale.product_id).await;
    let (on_socket, over_rest) = (Uuid::new_v4(), Uuid::new_v4());
    let first = result_of(ada_socket.try_place_bid("100.00", on_socket).await.unwrap());
    ben.place_bid_rest(&sale.product_id, "110.00", Uuid::new_v4()).await.expect(201);
    let answer = ada.place_bid_rest(&sale.product_id, "120.00", over_rest).await;
    let second = result_of(answer.expect(201));
    ben.place_bid_rest(&sale.product_id, "130.00", Uuid::new_v4()).await.expect(201);

    for (request_id, amount, result) in [(on_socket, "100", &first), (over_rest, "120.0", &second)]
    {
        let again = ada_socket.try_place_bid(amount, request_id).await.unwrap();
        assert_eq!(again["type"], "bid_accepted");
        assert_eq!(result_of(again).to_string(), result.to_string());
        let again = ada.place_bid_rest(&sale.product_id, amount, request_id).await;
        assert_eq!(result_of(again.expect(200)).to_string(), result.to_string());
    }
    assert_eq!(sale.seller.events(&sale.product_id, 0).await.len(), 5);

    for (request_id, amount) in [(on_socket, "100.01"), (over_rest, "140.00")] {
        let reused = ada_socket.try_place_bid(amount, request_id).await.unwrap();
        assert_eq!(reused["code"], "request_id_reused", "{reused}");
        assert_eq!(reused["judged"], true);
        let reused = ada.place_bid_rest(&sale.product_id, amount, request_id).await;
        assert_eq!(reused.refused(422, "request_id_reused")["judged"], true);
    }
    let mut expecting = place_bid(over_rest, "120.00");
    expecting["expected_price"] = "110.00".into();
    ada_socket.send(&expecting).await.unwrap();
    assert_eq!(ada_socket.answer_to(over_rest).await.unwrap()["code"], "request_id_reused");

    sale.server.terminate().await;
    sale.server.start_again().await;
    let again = ada.place_bid_rest(&sale.product_id, "100.00", on_socket).await.expect(200);
    assert_eq!(result_of(again).to_string(), first.to_string());
}

async fn a_request_id_belongs_to_bidder_and_product(database: Database) {
    let sale = Sale::open(&database).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let other = sale.seller.create_product(&product(super::HOUR)).await;
    let request_id = Uuid::new_v4();
    let bids = [
        (&ada, &sale.product_id, "100.00"),
        (&ben, &sale.product_id, "101.00"),
        (&ada, &other, "300.00"),
    ];
    for (bidder, product_id, amount) in bids {
        bidder.place_bid_rest(product_id, amount, request_id).await.expect(201);
    }
    let mut socket = ben.subscribe(&other).await;
    let refused = socket.try_place_bid("300.00", request_id).await.unwrap();
    assert_eq!(refused["code"], "bid_too_low");
    let accepted = socket.try_place_bid("301.00", request_id).await.unwrap();
    assert_eq!(accepted["type"], "bid_accepted", "a refused id is judged afresh");

    let key = json!({"amount": "400.00"});
    let request =
        crate::support::http::Request::new("POST", &format!("/api/v1/products/{other}/bids"));
    let answer = ada.send(request.json(&key)).await.expect(201);
    let named: Uuid = answer["idempotency_key"].as_str().unwrap().parse().unwrap();
    let again = ada.place_bid_rest(&other, "400.00", named).await.expect(200);
    assert_eq!(again, answer, "the server names a bid that comes without a name");
}
