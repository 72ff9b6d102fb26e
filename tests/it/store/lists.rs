//! Lists of products.

use gobid_auction::{ProductId, Status, Timestamp};
use gobid_store::{Database as Store, ProductFilter};

use super::{at, new_product, opened, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_list_is_by_end,
    a_list_is_of_a_status,
    what_is_due_is_told,
}

const ALL: ProductFilter = ProductFilter { status: None, after: None, limit: 100 };

/// Products whose auctions end so many seconds after 0, in the order of the list; every second one
/// is open.
async fn create(store: &Store, ends: &[i64]) -> Vec<(Timestamp, ProductId)> {
    let seller_id = sign_up(store, "Sally").await;
    let mut created = Vec::new();
    for (number, end) in ends.iter().enumerate() {
        let product = new_product(seller_id, at(*end));
        created.push((at(*end), product.auction.terms.product_id));
        if number % 2 == 0 {
            store.create_product(&product, None).await.unwrap();
        } else {
            let (product, entry) = opened(product);
            let entry = Some(&entry);
            store.create_product(&product, entry).await.unwrap();
        }
    }
    created.sort();
    created
}

async fn listed(store: &Store, filter: ProductFilter) -> Vec<(Timestamp, ProductId)> {
    let products = store.products(&filter).await.unwrap();
    let place =
        |auction: &gobid_auction::Auction| (auction.state.auction_end, auction.terms.product_id);
    products.iter().map(|product| place(&product.auction)).collect()
}

async fn a_list_is_by_end(database: Database) {
    let store = store(&database).await;
    assert_eq!(listed(&store, ALL).await, []);
    let created = create(&store, &[300, 100, 200, 200, 200, 400]).await;
    assert_eq!(listed(&store, ALL).await, created);

    let mut seen = Vec::new();
    loop {
        let after = seen.last().copied();
        let page = listed(&store, ProductFilter { after, limit: 4, ..ALL }).await;
        let is_last = page.len() < 4;
        seen.extend(page);
        if is_last {
            break;
        }
    }
    assert_eq!(seen, created);
    let product = store.products(&ALL).await.unwrap().remove(0);
    let same = store.product(product.auction.terms.product_id).await.unwrap();
    assert_eq!(same, Some(product));
}

async fn a_list_is_of_a_status(database: Database) {
    let store = store(&database).await;
    let created = create(&store, &[300, 100, 200, 200, 200, 400]).await;
    let mut seen = Vec::new();
    for status in Status::ALL {
        let of_status = ProductFilter { status: Some(status), ..ALL };
        let list = listed(&store, of_status).await;
        assert!(list.is_sorted());
        let expected = match status {
            Status::Scheduled | Status::Open => 3,
            Status::Sold | Status::Unsold | Status::Cancelled => 0,
        };
        assert_eq!(list.len(), expected, "{status}");
        if let [first, rest @ ..] = list.as_slice() {
            let after = Some(*first);
            let page = listed(&store, ProductFilter { after, ..of_status }).await;
            assert_eq!(page, rest);
        }
        seen.extend(list);
    }
    seen.sort();
    assert_eq!(seen, created);
}

async fn what_is_due_is_told(database: Database) {
    let store = store(&database).await;
    let created = create(&store, &[300, 100, 200, 500, 200, 400]).await;
    // Those not yet open are due at their start, the others at their end.
    let told = |until, after, limit| {
        let store = store.clone();
        async move {
            let due = store.due(at(until), after, limit).await.unwrap();
            due.iter().map(|due| (due.due_at, due.product_id)).collect::<Vec<_>>()
        }
    };
    assert_eq!(told(9, None, 10).await, []);
    assert_eq!(told(10, None, 10).await.len(), 3);
    let mut all = told(1_000, None, 10).await;
    let times: Vec<_> = all.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [10, 10, 10, 100, 400, 500].map(at));
    for (number, due) in all.iter().enumerate() {
        let rest = &all[number + 1..];
        assert_eq!(told(1_000, Some(*due), 10).await, rest);
        let one = told(1_000, Some(*due), 1).await;
        assert_eq!(one.first(), rest.first());
    }
    let until_its_end = told(400, Some((at(100), ProductId::max())), 10).await;
    assert_eq!(until_its_end.len(), 1);

    let ended = "update products set due_at = null where status = 'open'";
    assert_eq!(database.execute(ended).await, 3);
    all.truncate(3);
    assert_eq!(told(1_000, None, 10).await, all);
    assert_eq!(created.len(), 6);
}
