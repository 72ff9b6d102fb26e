//! Products: as they are described, changed and seen.

use gobid_api::products::{
    DutchView, NewDutch, NewIncrement, NewProduct, NewRung, ProductEdit, ProductView, Reason,
    RungView, Seller, YourStatus, YourView,
};

use crate::{amount, at, id, read_back};

/// An English auction with everything it may have.
pub(crate) fn english() -> ProductView {
    ProductView {
        product_id: id(1),
        product_name: "Leica M3".to_owned(),
        description: "CLA 2023, light wear.".to_owned(),
        seller: Seller { user_id: id(2), user_name: "ana".to_owned() },
        format: "english".to_owned(),
        currency: "USD".to_owned(),
        baseprice: amount("900.00"),
        current_price: Some(amount("1250.00")),
        minimum_next_bid: Some(amount("1275.00")),
        increment: vec![RungView { from: amount("0.00"), step: amount("25.00") }],
        dutch: None,
        buy_now_price: Some(amount("2000.00")),
        buy_now_available: true,
        reserve_met: Some(false),
        anonymous_bidders: false,
        bid_count: Some(17),
        bidder_count: Some(2),
        leader: Some("eva".to_owned()),
        status: "open".to_owned(),
        is_sold: false,
        annulled: false,
        winner: None,
        hammer_price: None,
        cancel_reason: None,
        auction_start: at(0),
        auction_end: at(120),
        original_end: at(60),
        hard_end: Some(at(600)),
        soft_close_seconds: 30,
        seq: 3,
        revision: 1,
        server_time: at(2),
        created_at: at(0),
        you: None,
    }
}

fn without_bids() -> ProductView {
    ProductView {
        current_price: None,
        minimum_next_bid: Some(amount("900.00")),
        increment: Vec::new(),
        buy_now_price: None,
        buy_now_available: false,
        reserve_met: None,
        leader: None,
        hard_end: None,
        soft_close_seconds: 0,
        ..english()
    }
}

fn sealed() -> ProductView {
    ProductView {
        format: "sealed_second_price".to_owned(),
        bid_count: None,
        bidder_count: None,
        you: Some(YourView { amount: Some(amount("950.00")), ..nobody() }),
        ..without_bids()
    }
}

fn dutch() -> ProductView {
    let dutch = DutchView { floor: amount("500.00"), step: amount("50.00"), tick_seconds: 10 };
    ProductView {
        format: "dutch".to_owned(),
        current_price: Some(amount("900.00")),
        dutch: Some(dutch),
        bid_count: Some(0),
        bidder_count: Some(0),
        ..without_bids()
    }
}

/// A viewer of whom there is nothing to say.
fn nobody() -> YourView {
    YourView {
        status: None,
        amount: None,
        max_amount: None,
        alias: None,
        is_seller: false,
        reserve_price: None,
        reference: None,
        contact: None,
    }
}

#[test]
fn as_they_are_seen() {
    let sold = ProductView {
        status: "sold".to_owned(),
        is_sold: true,
        annulled: true,
        winner: Some("eva".to_owned()),
        hammer_price: Some(amount("1250.00")),
        minimum_next_bid: None,
        ..english()
    };
    let views = [english(), sealed(), dutch(), sold];
    insta::assert_json_snapshot!("views", views);
    read_back(&views);
    let yours = [
        nobody(),
        YourView {
            status: Some(YourStatus::Leading),
            max_amount: Some(amount("1400.00")),
            alias: Some("Bidder 1".to_owned()),
            ..nobody()
        },
        YourView {
            status: Some(YourStatus::None),
            is_seller: true,
            reserve_price: Some(amount("1500.00")),
            reference: Some("R1".to_owned()),
            contact: Some("eva@auctions.example".to_owned()),
            ..nobody()
        },
    ];
    insta::assert_json_snapshot!("yours", yours);
    read_back(&yours);
}

#[test]
fn as_they_are_described() {
    let english = NewProduct {
        product_name: "Leica M3".to_owned(),
        description: "CLA 2023, light wear.".to_owned(),
        baseprice: "900".into(),
        auction_end: "2030-01-31T18:00:00Z".to_owned(),
        ..NewProduct::default()
    };
    let with_everything = NewProduct {
        currency: Some("EUR".to_owned()),
        auction_start: Some("2030-01-31T17:00:00Z".to_owned()),
        format: Some("english".to_owned()),
        increment: Some(NewIncrement::Ladder(vec![NewRung {
            from: "0".into(),
            step: "2.50".into(),
        }])),
        reserve_price: Some("1500".into()),
        buy_now_price: Some("2000".into()),
        soft_close_seconds: Some(30),
        hard_end: Some("2030-01-31T19:00:00Z".to_owned()),
        anonymous_bidders: Some(true),
        reference: Some("R1".to_owned()),
        ..english.clone()
    };
    let dutch = NewProduct {
        format: Some("dutch".to_owned()),
        dutch: Some(NewDutch { floor: "500".into(), step: "50".into(), tick_seconds: 10 }),
        ..english.clone()
    };
    let products = [english, with_everything, dutch];
    insta::assert_json_snapshot!(products);
    read_back(&products);
}

#[test]
fn as_they_are_changed() {
    let edits = [
        ProductEdit { description: Some("With a case.".to_owned()), ..ProductEdit::default() },
        ProductEdit {
            reserve_price: Some(Some("1200".into())),
            revision: Some(2),
            ..ProductEdit::default()
        },
        ProductEdit { reserve_price: Some(None), ..ProductEdit::default() },
    ];
    insta::assert_json_snapshot!("edits", edits);
    read_back(&edits);
    let reason = Reason { reason: "not for sale any more".to_owned() };
    insta::assert_json_snapshot!("reason", reason);
    read_back(&[reason]);
}

#[test]
fn a_reserve_that_is_missing_null_or_an_amount() {
    let table = [
        ("{}", None),
        (r#"{"reserve_price":null}"#, Some(None)),
        (r#"{"reserve_price":"12.50"}"#, Some(Some("12.50".into()))),
        (r#"{"reserve_price":12.50}"#, Some(Some("12.50".into()))),
    ];
    for (body, reserve_price) in table {
        let edit: ProductEdit = serde_json::from_str(body).unwrap();
        assert_eq!(edit.reserve_price, reserve_price, "{body}");
    }
    for body in [r#"{"reserve_price":true}"#, r#"{"reserve_price":{}}"#, r#"{"reserve":"1"}"#] {
        assert!(serde_json::from_str::<ProductEdit>(body).is_err(), "{body}");
    }
}

#[test]
fn increments_that_are_missing_flat_or_a_ladder() {
    let rung = |from: &str, step: &str| NewRung { from: from.into(), step: step.into() };
    let table = [
        ("{}", None),
        (r#"{"increment":null}"#, None),
        (r#"{"increment":"2.50"}"#, Some(NewIncrement::Flat("2.50".into()))),
        (r#"{"increment":2.50}"#, Some(NewIncrement::Flat("2.50".into()))),
        (r#"{"increment":[]}"#, Some(NewIncrement::Ladder(Vec::new()))),
        (
            r#"{"increment":[{"from":0,"step":"0.05"},{"from":"1.00","step":0.25}]}"#,
            Some(NewIncrement::Ladder(vec![rung("0", "0.05"), rung("1.00", "0.25")])),
        ),
    ];
    for (body, increment) in table {
        let product: NewProduct = serde_json::from_str(body).unwrap();
        assert_eq!(product.increment, increment, "{body}");
    }
    let wrong = [
        "true",
        "{}",
        r#"{"from":0,"step":1}"#,
        "[1]",
        r#"[{"from":0}]"#,
        r#"[{"from":0,"step":1,"to":2}]"#,
        r#"[{"from":0,"step":null}]"#,
    ];
    for increment in wrong {
        let body = format!(r#"{{"increment":{increment}}}"#);
        assert!(serde_json::from_str::<NewProduct>(&body).is_err(), "{body}");
    }
}

#[test]
fn the_price_of_a_dutch_auction_at_a_time() {
    let dutch = dutch();
    for (second, price) in
        [(0, "900.00"), (9, "900.00"), (10, "850.00"), (79, "550.00"), (3600, "500.00")]
    {
        assert_eq!(dutch.dutch_price_at(at(second)), Some(amount(price)), "{second}");
    }
    for status in ["scheduled", "sold", "unsold", "cancelled"] {
        let other = ProductView { status: status.to_owned(), ..dutch.clone() };
        assert_eq!(other.dutch_price_at(at(10)), None, "{status}");
    }
    assert_eq!(english().dutch_price_at(at(10)), None);
    let of_a_newer_server = ProductView { currency: "XXQ".to_owned(), ..dutch };
    assert_eq!(of_a_newer_server.dutch_price_at(at(10)), None);
}
