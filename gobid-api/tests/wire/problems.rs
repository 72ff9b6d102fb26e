//! Problem documents.

use gobid_api::problem::{ErrorCode, Facts, Problem};

use crate::{amount, at, id, read_back};

#[test]
fn a_problem_with_every_fact() {
    let field = "reserve_price".to_owned();
    let facts = Facts {
        errors: Some([(field, vec!["must be above zero".to_owned()])].into()),
        judged: Some(true),
        received_at: Some(at(1)),
        minimum_next_bid: Some(Some(amount("1275.00"))),
        next_bids: Some(vec![amount("1300.00")]),
        current_price: Some(Some(amount("1250.00"))),
        revision: Some(2),
        auction_start: Some(at(0)),
        auction_end: Some(at(120)),
        received_in_time: Some(false),
        outcome: Some(gobid_api::problem::Outcome::Unknown),
        retry_after_ms: Some(500),
        idempotency_key: Some(id(0xa1)),
    };
    let problem = Problem::new(ErrorCode::PreconditionFailed, "edited", "t1".to_owned(), facts);
    insta::assert_json_snapshot!(problem);
    read_back(&[problem]);
}

#[test]
fn the_codes_of_the_rules_and_their_status() {
    let codes = [
        ErrorCode::WrongFormat,
        ErrorCode::SpendingCap,
        ErrorCode::PriceFixed,
        ErrorCode::PreconditionFailed,
        ErrorCode::BuyNowUnavailable,
    ];
    let told = codes.map(|code| (code, code.status(), code.title()));
    insta::assert_json_snapshot!(told);
    for code in codes {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}

#[test]
fn a_fact_may_be_null() {
    let facts =
        Facts { minimum_next_bid: Some(None), current_price: Some(None), ..Facts::default() };
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(text, r#"{"minimum_next_bid":null,"current_price":null}"#);
    assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts);
    assert_eq!(serde_json::from_str::<Facts>("{}").unwrap(), Facts::default());
}
