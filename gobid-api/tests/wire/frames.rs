//! The frames of the socket, both ways.

use gobid_api::live::{
    AuctionEvent, BidRejected, BuyNow, ClientFrame, EventKind, FrameErrorCode, PlaceBid,
    ProductChange, ServerFrame, Snapshot, Update, You,
};
use gobid_api::problem::{ErrorCode, Facts, Outcome};
use gobid_api::products::YourStatus;

use crate::{amount, at, bids, id, products, read_back, row};

fn update(product: ProductChange) -> ServerFrame {
    ServerFrame::Update(Update {
        seq: 4,
        server_time: at(2),
        events: vec![AuctionEvent { seq: 4, at: at(2), kind: EventKind::AuctionOpened }],
        skipped: 2,
        product,
    })
}

fn change() -> ProductChange {
    ProductChange {
        current_price: Some(amount("1250.00")),
        minimum_next_bid: Some(amount("1275.00")),
        bid_count: Some(17),
        bidder_count: Some(2),
        leader: Some("eva".to_owned()),
        auction_end: at(120),
        status: "open".to_owned(),
        reserve_met: Some(false),
        buy_now_available: true,
    }
}

fn change_of_a_sealed_auction() -> ProductChange {
    ProductChange {
        current_price: None,
        minimum_next_bid: Some(amount("100.00")),
        bid_count: None,
        bidder_count: None,
        leader: None,
        reserve_met: None,
        buy_now_available: false,
        ..change()
    }
}

fn snapshot() -> ServerFrame {
    ServerFrame::Snapshot(Box::new(Snapshot {
        epoch: "e1".to_owned(),
        seq: 3,
        reset: false,
        server_time: at(2),
        product: products::english(),
        bids: vec![row("bob", "1225.00", false)],
        watchers: 42,
    }))
}

fn yours() -> [ServerFrame; 4] {
    let you = You { seq: 3, status: None, amount: None, max_amount: None, alias: None };
    let alias = Some("Bidder 3".to_owned());
    [
        You { status: Some(YourStatus::None), ..you.clone() },
        You { amount: Some(amount("120.00")), ..you.clone() },
        You {
            status: Some(YourStatus::Outbid),
            amount: Some(amount("120.00")),
            alias: alias.clone(),
            ..you.clone()
        },
        You {
            status: Some(YourStatus::Leading),
            max_amount: Some(amount("1400.00")),
            alias,
            ..you
        },
    ]
    .map(ServerFrame::You)
}

fn answers() -> Vec<ServerFrame> {
    let request_id = id(0xa1);
    let accepted = |result| ServerFrame::BidAccepted { request_id, result };
    let facts = Facts {
        judged: Some(true),
        received_at: Some(at(1)),
        minimum_next_bid: Some(Some(amount("1275.00"))),
        next_bids: Some(vec![amount("1300.00"), amount("1325.00")]),
        current_price: Some(Some(amount("1250.00"))),
        ..Facts::default()
    };
    let detail = "the minimum is 1275.00".to_owned();
    let code = ErrorCode::BidTooLow;
    let rejected = BidRejected { request_id, code, detail, facts };
    let mut answers = vec![accepted(bids::result())];
    answers.extend(bids::other_results().map(accepted));
    answers.push(ServerFrame::BidRejected(Box::new(rejected)));
    let outcome = Outcome::NotRecorded;
    answers.push(ServerFrame::BidUnavailable { request_id, outcome, retry_after_ms: 500 });
    answers
}

#[test]
fn from_the_server() {
    insta::assert_json_snapshot!("snapshot", snapshot());
    let updates = [change(), change_of_a_sealed_auction()].map(update);
    insta::assert_json_snapshot!("updates", updates);
    let yours = yours();
    insta::assert_json_snapshot!("yours", yours);
    let answers = answers();
    insta::assert_json_snapshot!("answers", answers);
    let others = [
        ServerFrame::Heartbeat { seq: 3, server_time: at(15), watchers: 42 },
        ServerFrame::Pong { n: 7, server_time: at(2) },
        ServerFrame::Error {
            code: FrameErrorCode::UnknownType,
            detail: "no frame has the type dance".to_owned(),
        },
    ];
    insta::assert_json_snapshot!("others", others);
    read_back(&[snapshot()]);
    for frames in [&updates[..], &yours, &answers, &others] {
        read_back(frames);
    }
    let unknown: ServerFrame = serde_json::from_str(r#"{"type":"brand_new"}"#).unwrap();
    assert_eq!(unknown, ServerFrame::Unknown);
}

#[test]
fn from_a_client() {
    let request_id = id(0xa1);
    let not_after = Some("2030-01-31T18:00:05.000Z".to_owned());
    let firm = PlaceBid {
        request_id,
        amount: Some("1300.00".into()),
        max_amount: None,
        expected_price: Some("1275.00".into()),
        not_after: not_after.clone(),
    };
    let maximum = PlaceBid { amount: None, max_amount: Some("1400.00".into()), ..firm.clone() };
    let frames = [
        ClientFrame::PlaceBid(firm),
        ClientFrame::PlaceBid(maximum),
        ClientFrame::BuyNow(BuyNow { request_id, not_after }),
        ClientFrame::BuyNow(BuyNow { request_id, not_after: None }),
        ClientFrame::Ping { n: 7 },
    ];
    insta::assert_json_snapshot!(frames);
    for frame in frames {
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(ClientFrame::parse(&text), Ok(frame));
    }
}
