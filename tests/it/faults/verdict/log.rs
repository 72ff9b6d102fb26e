//! The log of an auction, and what follows from it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::actors::User;
use crate::support::database::LogEntry;

use super::super::bid::{Bid, minor, money};
use super::super::stage::{BASEPRICE, STEP};

/// One strict order without a gap, in which each bid exceeds the one before by the increment.
pub(super) fn is_one_strict_order(log: &[LogEntry]) {
    let positions: Vec<_> = log.iter().map(|entry| entry.position).collect();
    let dense: Vec<_> = (1..).take(log.len()).collect();
    assert_eq!(positions, dense);
    let seqs: Vec<_> = log.iter().filter_map(|entry| entry.seq).collect();
    assert_eq!(seqs, dense, "every entry of these auctions is public");
    assert_eq!(log[0].kind, "opened");

    let (mut minimum, mut leader, mut at) = (BASEPRICE, None, log[0].at);
    for entry in &log[1..] {
        assert_eq!(entry.kind, "bid_placed", "{entry:#?}");
        let offer = entry.offer.unwrap();
        assert!(offer >= minimum, "at least {minimum}: {entry:#?}");
        assert_eq!(entry.price, Some(offer), "{entry:#?}");
        assert_eq!(entry.minimum, Some(offer + STEP), "{entry:#?}");
        assert_eq!(entry.leader, entry.actor_id, "{entry:#?}");
        assert_ne!(entry.leader, leader, "nobody bids against himself: {entry:#?}");
        assert!(entry.at >= at, "no earlier than {at}: {entry:#?}");
        (minimum, leader, at) = (offer + STEP, entry.leader, entry.at);
    }
    let mut requests: Vec<_> = log.iter().filter_map(|entry| entry.request_id).collect();
    requests.sort_unstable();
    requests.dedup();
    assert_eq!(requests.len(), log.len() - 1, "a request id is one bid");
}

/// The product and its events are those of the log.
pub(super) async fn is_what_the_public_sees(visitor: &User, product_id: &str, log: &[LogEntry]) {
    let events = visitor.events(product_id, 0).await;
    let public: Vec<Value> = log
        .iter()
        .map(|entry| serde_json::from_str(entry.public.as_ref().unwrap()).unwrap())
        .collect();
    assert_eq!(events, public);
    let product = visitor.product(product_id).await;
    let last = log.last().unwrap();
    assert_eq!(product["seq"], json!(last.seq));
    assert_eq!(product["bid_count"], json!(log.len() - 1));
    assert_eq!(product["current_price"], last.price.map_or(Value::Null, |p| money(p).into()));
    assert_eq!(minor(&product["minimum_next_bid"]), last.minimum.or(Some(BASEPRICE)));
}

/// The result that a bidder was told is that of the entry.
pub(super) fn is_result_of(entry: &LogEntry, bid: &Bid, result: &Value) {
    assert_eq!(entry.actor_id, Some(bid.bidder.id.parse::<Uuid>().unwrap()));
    assert_eq!(entry.offer, Some(bid.offer));
    let at = |micros| gobid_auction::Timestamp::from_micros(micros).to_string();
    let expected = json!({
        "bid_id": entry.entry_id,
        "product_id": bid.product_id,
        "seq": entry.seq,
        "amount": money(bid.offer),
        "leading": true,
        "current_price": money(entry.price.unwrap()),
        "minimum_next_bid": money(entry.minimum.unwrap()),
        "auction_end": at(entry.auction_end),
        "received_at": at(entry.received_at),
    });
    assert_eq!(*result, expected);
}
