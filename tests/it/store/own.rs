//! The products that are somebody's own: those he has bid in, watches, or sells.

use gobid_auction::{Offered, ProductId, UserId};
use gobid_store::{Database as Store, NewProductRow, OwnProduct, Reference, Watching};
use uuid::Uuid;

use super::{amount, at, new_product, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    auctions_that_somebody_bid_in_come_newest_first,
    a_watchlist_holds_what_was_put_on_it,
    products_of_a_seller_come_newest_first,
}

/// So many products of a seller, oldest first.
async fn create(store: &Store, seller_id: UserId, count: usize) -> Vec<ProductId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let product = new_product(seller_id, at(1_000));
        store.create_product(&product, None).await.unwrap();
        ids.push(product.auction.terms.product_id);
    }
    ids
}

/// Notes that somebody has bid.
async fn bid(database: &Database, product_id: ProductId, user_id: UserId, maximum: i64) {
    let [product, user] = [product_id, user_id].map(|id| database.id(&id.to_string()));
    let text = format!(
        "insert into auction_bidders (product_id, user_id, number, maximum, firm, last_position) \
         values ({product}, {user}, 1, {maximum}, false, 1)"
    );
    assert_eq!(database.execute(&text).await, 1);
}

fn ids(own: &[OwnProduct]) -> Vec<ProductId> {
    own.iter().map(|(product, _)| product.auction.terms.product_id).collect()
}

async fn auctions_that_somebody_bid_in_come_newest_first(database: Database) {
    let store = store(&database).await;
    let seller = sign_up(&store, "Sally").await;
    let (anna, bob) = (sign_up(&store, "Anna").await, sign_up(&store, "Bob").await);
    let products = create(&store, seller, 4).await;
    for product_id in &products[..3] {
        bid(&database, *product_id, anna, 12_000).await;
    }
    bid(&database, products[3], bob, 13_000).await;
    let own = store.bids_of(anna, None, 10).await.unwrap();
    assert_eq!(ids(&own), [products[2], products[1], products[0]]);
    let part = own[0].1.as_ref().unwrap();
    assert_eq!((part.number, part.offer), (1, Some(Offered::Maximum(amount(12_000)))));
    assert_eq!(ids(&store.bids_of(anna, None, 2).await.unwrap()), [products[2], products[1]]);
    assert_eq!(ids(&store.bids_of(anna, Some(products[1]), 2).await.unwrap()), [products[0]]);
    assert_eq!(store.bids_of(seller, None, 10).await.unwrap(), []);

    let open = format!(
        "update products set status = 'open' where product_id <> {}",
        database.id(&products[1].to_string())
    );
    database.execute(&open).await;
    let open = async |after, limit| store.open_auctions_of(anna, after, limit).await.unwrap();
    assert_eq!(open(Uuid::nil(), 10).await, [products[0], products[2]]);
    assert_eq!(open(Uuid::nil(), 1).await, [products[0]]);
    assert_eq!(open(products[0], 10).await, [products[2]]);
}

async fn a_watchlist_holds_what_was_put_on_it(database: Database) {
    let store = store(&database).await;
    let seller = sign_up(&store, "Sally").await;
    let (anna, bob) = (sign_up(&store, "Anna").await, sign_up(&store, "Bob").await);
    let products = create(&store, seller, 4).await;
    let watch = async |product_id, now| store.watch(anna, product_id, at(now), 3).await.unwrap();
    for (now, product_id) in (1..).zip(&products[..3]) {
        assert_eq!(watch(*product_id, now).await, Watching::Since(at(now)));
    }
    assert_eq!(watch(products[0], 9).await, Watching::Since(at(1)), "it stays as it is");
    assert_eq!(watch(products[3], 9).await, Watching::Full);
    assert_eq!(watch(Uuid::now_v7(), 9).await, Watching::NoProduct);
    assert_eq!(store.watched_since(anna, products[1]).await.unwrap(), Some(at(2)));
    assert_eq!(store.watched_since(anna, products[3]).await.unwrap(), None);
    assert_eq!(store.watched_since(bob, products[1]).await.unwrap(), None);

    bid(&database, products[2], anna, 12_000).await;
    bid(&database, products[1], bob, 12_000).await;
    let own = store.watchlist(anna, None, 10).await.unwrap();
    assert_eq!(ids(&own), [products[2], products[1], products[0]]);
    let parts: Vec<_> = own.iter().map(|(_, part)| part.is_some()).collect();
    assert_eq!(parts, [true, false, false]);
    assert_eq!(ids(&store.watchlist(anna, Some(products[2]), 1).await.unwrap()), [products[1]]);
    assert_eq!(store.watchlist(bob, None, 10).await.unwrap(), []);

    assert!(!store.unwatch(bob, products[1]).await.unwrap());
    assert!(store.unwatch(anna, products[1]).await.unwrap());
    assert!(!store.unwatch(anna, products[1]).await.unwrap());
    assert_eq!(watch(products[3], 9).await, Watching::Since(at(9)));
}

async fn products_of_a_seller_come_newest_first(database: Database) {
    let store = store(&database).await;
    let (sally, other) = (sign_up(&store, "Sally").await, sign_up(&store, "Olga").await);
    let products = create(&store, sally, 3).await;
    let reference = Some(Reference { text: "lamp 7".to_owned(), digest: vec![7; 32] });
    for seller in [sally, other] {
        let new = NewProductRow { reference: reference.clone(), ..new_product(seller, at(1_000)) };
        store.create_product(&new, None).await.unwrap();
    }
    let sold = store.sold_by(sally, None, 3).await.unwrap();
    let found: Vec<_> = sold.iter().map(|product| product.auction.terms.product_id).collect();
    assert_eq!(found[1..], [products[2], products[1]]);
    let named = store.product_of_reference(sally, "lamp 7").await.unwrap();
    assert_eq!(named.as_ref(), Some(&sold[0]));
    let behind = store.sold_by(sally, Some(products[1]), 3).await.unwrap();
    assert_eq!(behind.len(), 1);
    assert_eq!(store.product_of_reference(sally, "lamp 8").await.unwrap(), None);
}
