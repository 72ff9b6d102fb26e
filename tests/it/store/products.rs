//! The creation of products.

use gobid_auction::{Increment, ProductId, Status};
use gobid_store::{Created, NewProductRow, Product, Reference, StoreError};
use uuid::Uuid;

use super::{at, new_product, opened, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_product_is_read_as_created,
    a_product_is_read_with_the_part_of_one,
    one_that_starts_at_once_is_open,
    a_reference_names_one_product,
    one_of_many_is_made,
    an_id_that_is_taken_is_a_fault,
    without_its_entry_it_is_not_made,
}

fn reference(text: &str, digest: u8) -> Reference {
    Reference { text: text.to_owned(), digest: vec![digest; 32] }
}

fn id(product: &NewProductRow) -> ProductId {
    product.auction.terms.product_id
}

async fn a_product_is_read_as_created(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let mut new = new_product(seller_id, at(1_000));
    new.auction.terms.increment = Increment::DEFAULT;
    new.reference = Some(reference("lamp 7", 7));
    new.anonymous_bidders = true;
    assert_eq!(store.create_product(&new, None).await.unwrap(), Created::Made);

    let product = Product {
        auction: new.auction.clone(),
        product_name: "A lamp".to_owned(),
        description: "It shines, mostly.".to_owned(),
        reference: Some("lamp 7".to_owned()),
        seller_name: "Sally".to_owned(),
        leader: None,
        anonymous_bidders: true,
        original_end: at(1_000),
        created_at: at(0),
        cancel_reason: None,
    };
    assert_eq!(store.product(id(&new)).await.unwrap(), Some(product));
    assert_eq!(store.product(Uuid::now_v7()).await.unwrap(), None);
    assert_eq!(database.number("select count(*) from auction_log").await, 0);
    assert_eq!(database.number("select minimum from products").await, 9_990);
    let due_at = at(10).as_micros();
    assert_eq!(database.number("select due_at from products").await, due_at);
}

async fn a_product_is_read_with_the_part_of_one(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let new = new_product(seller_id, at(1_000));
    store.create_product(&new, None).await.unwrap();
    let product = store.product(id(&new)).await.unwrap().unwrap();
    let product_id = database.id(&id(&new).to_string());
    let [firm, raised, sealed, struck] = [(); 4].map(|()| Uuid::now_v7());
    for (user_id, number, columns) in [
        (firm, 1, "9990, null, true"),
        (raised, 2, "9990, null, false"),
        (sealed, 3, "null, 9990, true"),
        (struck, 4, "null, null, true"),
    ] {
        let user_id = database.id(&user_id.to_string());
        let text = format!(
            "insert into auction_bidders (product_id, user_id, number, maximum, sealed_amount, \
                firm, last_position) values ({product_id}, {user_id}, {number}, {columns}, 7)"
        );
        database.execute(&text).await;
    }
    for user_id in [firm, raised, sealed, struck, seller_id] {
        let read = store.product_and_part(id(&new), user_id).await.unwrap();
        let part = store.bidder(id(&new), user_id).await.unwrap();
        assert_eq!(part.is_some(), user_id != seller_id);
        assert_eq!(read, Some((product.clone(), part)));
    }
    assert_eq!(store.product_and_part(Uuid::now_v7(), firm).await.unwrap(), None);
}

async fn one_that_starts_at_once_is_open(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let (new, entry) = opened(new_product(seller_id, at(1_000)));
    let created = store.create_product(&new, Some(&entry)).await.unwrap();
    assert_eq!(created, Created::Made);

    let product = store.product(id(&new)).await.unwrap().unwrap();
    assert_eq!(product.auction, new.auction);
    let state = product.auction.state;
    assert_eq!((state.status, state.position, state.seq), (Status::Open, 1, 1));
    let events = store.events(id(&new), 0, 10).await.unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.entry_id, entry.entry_id);
    assert_eq!((event.position, event.seq, event.at), (1, 1, at(10)));
    assert_eq!((event.kind.as_str(), event.actor_id), ("opened", None));
    assert_eq!(Some(&event.public), entry.public.as_ref());
    let due_at = at(1_000).as_micros();
    assert_eq!(database.number("select due_at from products").await, due_at);
}

async fn a_reference_names_one_product(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let other_id = sign_up(&store, "Simon").await;
    let mut first = new_product(seller_id, at(1_000));
    first.reference = Some(reference("lamp", 1));
    assert_eq!(store.create_product(&first, None).await.unwrap(), Created::Made);

    let some = |text, digest| Some(reference(text, digest));
    let table = [
        (seller_id, some("lamp", 1), Created::Existed(id(&first))),
        (seller_id, some("lamp", 2), Created::ReferenceTaken),
        (seller_id, some("LAMP", 2), Created::Made),
        (other_id, some("lamp", 1), Created::Made),
        (seller_id, None, Created::Made),
        (seller_id, None, Created::Made),
    ];
    for (seller_id, reference, created) in table {
        let (mut again, entry) = opened(new_product(seller_id, at(1_000)));
        again.reference = reference;
        let got = store.create_product(&again, Some(&entry)).await.unwrap();
        assert_eq!(got, created, "{:?}", again.reference);
        let is_there = store.product(id(&again)).await.unwrap().is_some();
        assert_eq!(is_there, created == Created::Made);
        let events = store.events(id(&again), 0, 10).await.unwrap().len();
        assert_eq!(events, usize::from(is_there));
    }
}

async fn one_of_many_is_made(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let creations: Vec<_> = (0..10)
        .map(|_| {
            let store = store.clone();
            let (mut product, entry) = opened(new_product(seller_id, at(1_000)));
            product.reference = Some(reference("lamp", 1));
            tokio::spawn(async move {
                let created = store.create_product(&product, Some(&entry)).await;
                (id(&product), created.unwrap())
            })
        })
        .collect();
    let (mut made, mut existed) = (Vec::new(), Vec::new());
    for creation in creations {
        match creation.await.unwrap() {
            (product_id, Created::Made) => made.push(product_id),
            (_, Created::Existed(product_id)) => existed.push(product_id),
            (_, Created::ReferenceTaken) => panic!("it was the same product"),
        }
    }
    let [product_id] = made.as_slice() else { panic!("made {made:?}") };
    assert_eq!(existed, vec![*product_id; 9]);
    assert_eq!(database.number("select count(*) from auction_log").await, 1);
}

async fn an_id_that_is_taken_is_a_fault(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let product = new_product(seller_id, at(1_000));
    store.create_product(&product, None).await.unwrap();
    let fault = store.create_product(&product, None).await.unwrap_err();
    assert!(matches!(fault, StoreError::Corrupt { table: "products", .. }), "{fault}");
}

async fn without_its_entry_it_is_not_made(database: Database) {
    let store = store(&database).await;
    let seller_id = sign_up(&store, "Sally").await;
    let (first, entry) = opened(new_product(seller_id, at(1_000)));
    store.create_product(&first, Some(&entry)).await.unwrap();
    let second = new_product(seller_id, at(1_000));
    assert!(store.create_product(&second, Some(&entry)).await.is_err());
    assert_eq!(store.product(id(&second)).await.unwrap(), None);
    let (third, entry) = opened(new_product(seller_id, at(1_000)));
    let created = store.create_product(&third, Some(&entry)).await.unwrap();
    assert_eq!(created, Created::Made);
}
