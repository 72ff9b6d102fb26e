//! What admins order and read.

use gobid_api::admin::{AuditRow, Extension, LogRow, LogUser, VoidBidder};
use gobid_api::page::Page;

use crate::{amount, at, id, read_back};

fn eva() -> LogUser {
    LogUser { user_id: id(0x11), user_name: "eva".to_owned() }
}

fn entry() -> LogRow {
    LogRow {
        position: 3,
        seq: Some(2),
        entry_id: id(0xb1),
        kind: "bid_placed".to_owned(),
        user: Some(eva()),
        request_id: Some(id(0xa1)),
        received_at: at(1),
        at: at(2),
        leader: Some(id(0x11)),
        current_price: Some(amount("1250.00")),
        auction_end: at(120),
        offer: None,
        maximum: None,
        reserve_before: None,
        reserve_price: None,
        bidder: None,
        reason: None,
        event: Some(serde_json::json!({"seq": 2, "type": "bid_placed"})),
    }
}

#[test]
fn orders() {
    let reason = "a failure".to_owned();
    let extension =
        Extension { auction_end: "2030-01-31T19:00:00Z".to_owned(), reason: reason.clone() };
    insta::assert_json_snapshot!("extension", extension);
    read_back(&[extension]);
    let bidder = VoidBidder { user_id: id(0x11), reason };
    insta::assert_json_snapshot!("void_bidder", bidder);
    read_back(&[bidder]);
    let unknown = r#"{"auction_end":"2030-01-31T19:00:00Z","reason":"a failure","by":"10m"}"#;
    assert!(serde_json::from_str::<Extension>(unknown).is_err());
}

#[test]
fn the_log_of_an_auction() {
    let secret = LogRow { seq: None, user: None, request_id: None, event: None, ..entry() };
    let after_the_close = LogRow {
        offer: Some(amount("1400.00")),
        maximum: Some(amount("1400.00")),
        reserve_before: Some(amount("1300.00")),
        reserve_price: Some(amount("1200.00")),
        ..entry()
    };
    let struck = LogRow {
        kind: "sealed_bid_voided".to_owned(),
        bidder: Some(id(0x12)),
        reason: Some("a slip".to_owned()),
        ..secret.clone()
    };
    let items = vec![entry(), secret, after_the_close, struck];
    let page = Page { items, next_cursor: Some("c1".to_owned()) };
    insta::assert_json_snapshot!(page);
    read_back(&[page]);
}

#[test]
fn what_admins_did() {
    let row = AuditRow {
        audit_id: id(0xd1),
        at: at(1),
        admin: eva(),
        action: "void_bid".to_owned(),
        product_id: Some(id(1)),
        user: None,
        detail: Some("a stolen account".to_owned()),
    };
    let suspended = AuditRow {
        action: "suspend".to_owned(),
        product_id: None,
        user: Some(eva()),
        ..row.clone()
    };
    let items = vec![AuditRow { detail: None, ..suspended.clone() }, suspended, row];
    let page = Page { items, next_cursor: None };
    insta::assert_json_snapshot!(page);
    read_back(&[page]);
}
