//! What is read of the log.

use gobid_auction::{Offered, ProductId, UserId};
use gobid_store::{BidderRow, LogEnd, StoreError, StoredEvent};
use uuid::Uuid;

use super::{amount, at, new_product, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    events_come_oldest_first,
    bids_come_newest_first,
    an_event_without_words_is_a_fault,
    a_bidder_is_told,
    positions_are_told,
}

/// Writes an entry behind the store's back.
async fn write(database: &Database, product: ProductId, entry: (i64, Option<i64>, &str)) {
    let (position, seq, kind) = entry;
    let (product, id) = (product.to_string(), Uuid::now_v7().to_string());
    let (product, id) = (database.id(&product), database.id(&id));
    let (actor, public) = match seq {
        Some(seq) => (id.clone(), format!("'{{\"seq\":{seq}}}'")),
        None => ("null".to_owned(), "null".to_owned()),
    };
    let seq = seq.map_or("null".to_owned(), |seq| seq.to_string());
    let text = format!(
        "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, seq_after, \
            auction_end, received_at, at, public) \
         values ({product}, {position}, {seq}, {id}, '{kind}', {actor}, 0, 0, 0, {position}, \
            {public})"
    );
    database.execute(&text).await;
}

/// A log with two entries that the public does not see, and one entry in another log.
async fn write_log(database: &Database) -> ProductId {
    let product_id = Uuid::now_v7();
    let entries = [
        (1, Some(1), "opened"),
        (2, Some(2), "bid_placed"),
        (3, None, "bid_placed"),
        (4, Some(3), "bid_placed"),
        (5, Some(4), "reserve_changed"),
        (6, Some(5), "bid_placed"),
        (7, None, "reserve_changed"),
        (8, Some(6), "closed"),
    ];
    for entry in entries {
        write(database, product_id, entry).await;
    }
    write(database, Uuid::now_v7(), (9, Some(9), "bid_placed")).await;
    product_id
}

fn seqs(events: &[StoredEvent]) -> Vec<i64> {
    events.iter().map(|event| event.seq).collect()
}

async fn events_come_oldest_first(database: Database) {
    let store = store(&database).await;
    let product_id = write_log(&database).await;
    let all = store.events(product_id, 0, 100).await.unwrap();
    assert_eq!(seqs(&all), [1, 2, 3, 4, 5, 6]);
    let positions: Vec<_> = all.iter().map(|event| event.position).collect();
    assert_eq!(positions, [1, 2, 4, 5, 6, 8]);
    for event in &all {
        assert_eq!(event.public, format!("{{\"seq\":{}}}", event.seq));
        assert_eq!(event.actor_id, Some(event.entry_id));
        assert_eq!(event.at.as_micros(), event.position);
    }
    for (after, limit, expected) in [(0, 2, 0..2), (2, 2, 2..4), (4, 9, 4..6), (6, 9, 6..6)] {
        let page = store.events(product_id, after, limit).await.unwrap();
        assert_eq!(Some(page.as_slice()), all.get(expected), "after {after}");
    }
    let none = store.events(Uuid::now_v7(), 0, 100).await.unwrap();
    assert_eq!(none, []);
}

async fn bids_come_newest_first(database: Database) {
    let store = store(&database).await;
    let product_id = write_log(&database).await;
    let table = [
        (None, 100, vec![5, 3, 2]),
        (None, 2, vec![5, 3]),
        (Some(4), 100, vec![3, 2]),
        (Some(3), 100, vec![3, 2]),
        (Some(2), 1, vec![2]),
        (Some(1), 100, vec![]),
    ];
    for (from, limit, expected) in table {
        let bids = store.bid_events(product_id, from, limit).await.unwrap();
        assert_eq!(seqs(&bids), expected, "from {from:?}");
        assert!(bids.iter().all(|bid| bid.kind == "bid_placed"));
    }
}

async fn an_event_without_words_is_a_fault(database: Database) {
    let store = store(&database).await;
    let product_id = write_log(&database).await;
    database.execute("update auction_log set public = null where seq = 3").await;
    let fault = store.events(product_id, 0, 100).await.unwrap_err();
    assert!(matches!(fault, StoreError::Corrupt { table: "auction_log", .. }), "{fault}");
}

async fn a_bidder_is_told(database: Database) {
    let store = store(&database).await;
    let [product_id, firm, silent, broken] = [(); 4].map(|()| Uuid::now_v7());
    for (user_id, number, maximum) in [(firm, 1, "9990"), (silent, 2, "null"), (broken, 3, "0")] {
        let product_id = database.id(&product_id.to_string());
        let user_id = database.id(&user_id.to_string());
        let text = format!(
            "insert into auction_bidders (product_id, user_id, number, maximum, last_position) \
             values ({product_id}, {user_id}, {number}, {maximum}, 1)"
        );
        database.execute(&text).await;
    }
    let first =
        BidderRow { number: 1, offer: Some(Offered::Firm(amount(9_990))), last_position: 1 };
    assert_eq!(store.bidder(product_id, firm).await.unwrap(), Some(first));
    let second = BidderRow { number: 2, offer: None, last_position: 1 };
    assert_eq!(store.bidder(product_id, silent).await.unwrap(), Some(second));
    assert_eq!(store.bidder(product_id, UserId::nil()).await.unwrap(), None);
    assert_eq!(store.bidder(ProductId::nil(), firm).await.unwrap(), None);
    assert!(store.bidder(product_id, broken).await.is_err());
}

async fn positions_are_told(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let mut ends = Vec::new();
    for (position, seq) in [(0, 0), (7, 5), (9, 9)] {
        let product = new_product(seller_id, at(1_000));
        store.create_product(&product, None).await.unwrap();
        let product_id = product.auction.terms.product_id;
        let id = database.id(&product_id.to_string());
        let text = format!(
            "update products set position = {position}, seq = {seq} where product_id = {id}"
        );
        assert_eq!(database.execute(&text).await, 1);
        ends.push(LogEnd { product_id, position, seq });
    }
    let mut wanted: Vec<_> = ends.iter().map(|end| end.product_id).collect();
    wanted.pop();
    wanted.push(Uuid::now_v7());
    let mut told = store.positions(&wanted).await.unwrap();
    told.sort_by_key(|end| end.position);
    assert_eq!(Some(told.as_slice()), ends.get(..2));
    assert_eq!(store.positions(&[]).await.unwrap(), []);
}
