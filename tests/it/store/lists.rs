//! Lists of products.

use std::cmp::Reverse;
use std::time::Duration;

use gobid_auction::{Format, ProductId, Status, Timestamp, UserId};
use gobid_store::{Database as Store, ProductFilter, ProductSort, words_of};

use super::{amount, at, new_product, opened, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_list_is_by_end,
    a_list_is_what_was_asked_for,
    a_price_of_old_is_followed_and_never_goes_back,
    a_status_is_that_of_the_product,
    what_is_missing_in_the_lists_is_mended,
}

/// Products whose auctions end so many seconds after 0, in the order of the list; every second one
/// is open.
pub(super) async fn create(store: &Store, ends: &[i64]) -> Vec<(Timestamp, ProductId)> {
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

/// A list from its first page to its last, of so many products a page.
pub(super) async fn listed(store: &Store, filter: &ProductFilter) -> Vec<ProductId> {
    let mut filter = filter.clone();
    let mut seen = Vec::new();
    loop {
        let page = store.products(&filter).await.unwrap();
        assert!(page.products.len() <= filter.limit);
        let ids = page.products.iter().map(|product| product.auction.terms.product_id);
        seen.extend(ids);
        if page.next.is_none() {
            return seen;
        }
        filter.after = page.next;
    }
}

async fn a_list_is_by_end(database: Database) {
    let store = store(&database).await;
    let all = ProductFilter { limit: 4, ..ProductFilter::default() };
    assert!(listed(&store, &all).await.is_empty());
    let created = create(&store, &[300, 100, 200, 200, 200, 400]).await;
    let ids: Vec<_> = created.iter().map(|(_, product_id)| *product_id).collect();
    assert_eq!(listed(&store, &all).await, ids);

    let product = store.products(&all).await.unwrap().products.remove(0);
    let same = store.product(product.auction.terms.product_id).await.unwrap();
    assert_eq!(same, Some(product));
}

/// What is listed, as it is to be found.
#[derive(Clone, Debug)]
struct Item {
    product_id: ProductId,
    status: Status,
    seller_id: UserId,
    format: Format,
    currency: &'static str,
    price: i64,
    end: Timestamp,
    name: &'static str,
}

const NAMES: [&str; 4] =
    ["Leica M3, 1955", "LEICAFLEX of 1964", "Äpfel, lecker", "Box (leather) of 1955 lenses"];

/// Products of many kinds: some with a price, which the lists have followed.
async fn fill(database: &Database, store: &Store) -> Vec<Item> {
    let sellers = [sign_up(store, "Sally").await, sign_up(store, "Sid").await];
    let mut items = Vec::new();
    for number in 0..36_usize {
        let step = i64::try_from(number).unwrap();
        let mut product = new_product(sellers[number % 2], at(1_000 + step * 7 % 10 * 100));
        let terms = &mut product.auction.terms;
        terms.format = Format::ALL[number % 5 % 4];
        terms.currency = ["EUR", "USD"][number / 3 % 2].parse().unwrap();
        terms.baseprice = amount(1_000 + step * 11 % 7 * 100);
        NAMES[number % 4].clone_into(&mut product.product_name);
        let mut item = Item {
            product_id: terms.product_id,
            status: Status::ALL[number % 7 % 5],
            seller_id: terms.seller_id,
            format: terms.format,
            currency: ["EUR", "USD"][number / 3 % 2],
            price: terms.baseprice.minor_units(),
            end: product.auction.state.auction_end,
            name: NAMES[number % 4],
        };
        store.create_product(&product, None).await.unwrap();
        let id = database.id(&item.product_id.to_string());
        let mut price = String::from("null");
        if number % 3 == 0 {
            item.price += 250;
            price = item.price.to_string();
        }
        let (status, change) = (item.status, "position = position + 1");
        database
            .execute(&format!(
                "update products set status = '{status}', price = {price}, {change} \
                 where product_id = {id}"
            ))
            .await;
        items.push(item);
    }
    let ids: Vec<_> = items.iter().map(|item| item.product_id).collect();
    store.follow_prices(&ids).await.unwrap();
    items
}

/// The list as anybody would make it who had all products before him.
fn expected(items: &[Item], filter: &ProductFilter) -> Vec<ProductId> {
    let begins = |item: &Item, word: &String| {
        words_of(item.name).iter().any(|own| own.starts_with(word.as_str()))
    };
    let mut items: Vec<_> = items
        .iter()
        .filter(|item| filter.status.is_none_or(|status| status == item.status))
        .filter(|item| filter.seller_id.is_none_or(|seller_id| seller_id == item.seller_id))
        .filter(|item| filter.format.is_none_or(|format| format == item.format))
        .filter(|item| filter.currency.is_none_or(|currency| currency.code() == item.currency))
        .filter(|item| filter.min_price.is_none_or(|price| price <= item.price))
        .filter(|item| filter.max_price.is_none_or(|price| price >= item.price))
        .filter(|item| filter.ending.is_none_or(|(from, to)| from < item.end && item.end <= to))
        .filter(|item| filter.words.iter().all(|word| begins(item, word)))
        .collect();
    items.sort_by_key(|item| item.product_id);
    match filter.sort {
        ProductSort::Ending => items.sort_by_key(|item| item.end),
        ProductSort::Newest => items.reverse(),
        ProductSort::Cheapest => items.sort_by_key(|item| item.price),
        ProductSort::Dearest => {
            items.reverse();
            items.sort_by_key(|item| Reverse(item.price));
        }
    }
    items.iter().map(|item| item.product_id).collect()
}

/// Every filter, alone and with every other one, in every order.
async fn a_list_is_what_was_asked_for(database: Database) {
    let store = store(&database).await;
    let items = fill(&database, &store).await;
    let none = ProductFilter { limit: 5, ..ProductFilter::default() };
    let changes: [fn(&mut ProductFilter, &[Item]); 11] = [
        |_, _| {},
        |filter, _| filter.status = Some(Status::Open),
        |filter, items| filter.seller_id = Some(items[1].seller_id),
        |filter, _| filter.format = Some(Format::Dutch),
        |filter, _| filter.words = words_of("LE"),
        |filter, _| filter.words = words_of("1955 le"),
        |filter, _| filter.words = words_of("äpf"),
        |filter, _| filter.ending = Some((at(1_100), at(1_600))),
        |filter, _| filter.currency = Some("USD".parse().unwrap()),
        |filter, _| filter.min_price = Some(1_250),
        |filter, _| filter.max_price = Some(1_550),
    ];
    let sorts =
        [ProductSort::Ending, ProductSort::Newest, ProductSort::Cheapest, ProductSort::Dearest];
    let mut found = 0;
    for sort in sorts {
        for one in changes {
            for other in changes {
                let mut filter = ProductFilter { sort, ..none.clone() };
                one(&mut filter, &items);
                other(&mut filter, &items);
                let by_price = matches!(sort, ProductSort::Cheapest | ProductSort::Dearest)
                    || filter.min_price.is_some()
                    || filter.max_price.is_some();
                if by_price && filter.currency.is_none() {
                    assert!(listed(&store, &filter).await.is_empty(), "{filter:?}");
                    filter.currency = Some("EUR".parse().unwrap());
                }
                let list = listed(&store, &filter).await;
                assert_eq!(list, expected(&items, &filter), "{filter:?}");
                found += list.len();
            }
        }
    }
    assert!(found > 2_000, "{found}");
}

async fn a_price_of_old_is_followed_and_never_goes_back(database: Database) {
    let store = store(&database).await;
    let created = create(&store, &[300, 200]).await;
    let (first, second) = (created[0].1, created[1].1);
    let by_price = ProductFilter {
        sort: ProductSort::Cheapest,
        currency: Some("EUR".parse().unwrap()),
        limit: 5,
        ..ProductFilter::default()
    };
    // Of the same price, the one that was created first.
    let mut by_age = [first, second];
    by_age.sort();
    let [older, newer] = by_age;
    assert_eq!(listed(&store, &by_price).await, [older, newer]);

    let id = database.id(&older.to_string());
    let bid = format!("update products set price = 20000, position = 9 where product_id = {id}");
    database.execute(&bid).await;
    assert_eq!(listed(&store, &by_price).await, [older, newer]);
    store.follow_prices(&[older, newer]).await.unwrap();
    assert_eq!(listed(&store, &by_price).await, [newer, older]);

    // What another server has seen later stays.
    database
        .execute(&format!("update products set price = 1, position = 8 where product_id = {id}"))
        .await;
    store.follow_prices(&[older]).await.unwrap();
    let price = format!("select price from product_prices where product_id = {id}");
    assert_eq!(database.number(&price).await, 20_000);
}

async fn a_status_is_that_of_the_product(database: Database) {
    let store = store(&database).await;
    let created = create(&store, &[300, 200, 100, 400]).await;
    let currency = Some("EUR".parse().unwrap());
    let open = |sort, limit| ProductFilter {
        status: Some(Status::Open),
        currency,
        sort,
        limit,
        ..ProductFilter::default()
    };
    let list = listed(&store, &open(ProductSort::Cheapest, 5)).await;
    assert_eq!(list.len(), 2);
    // The prices have not followed yet.
    let id = database.id(&list[0].to_string());
    database.execute(&format!("update products set status = 'sold' where product_id = {id}")).await;
    for sort in [ProductSort::Cheapest, ProductSort::Dearest, ProductSort::Ending] {
        for limit in [1, 5] {
            assert_eq!(listed(&store, &open(sort, limit)).await, list[1..], "{sort:?}");
        }
    }
    // Neither is an end or a price shown that was not asked for.
    let others = ProductFilter { status: None, ..open(ProductSort::Cheapest, 5) };
    let dear = ProductFilter { min_price: Some(9_990), ..others.clone() };
    let soon = ProductFilter { ending: Some((at(0), at(250))), ..others };
    assert_eq!(listed(&store, &dear).await.len(), 4);
    assert_eq!(listed(&store, &soon).await.len(), 2);
    let id = database.id(&created[0].1.to_string());
    let late = at(250).plus(Duration::from_secs(9)).as_micros();
    let change =
        format!("update products set price = 5, auction_end = {late} where product_id = {id}");
    database.execute(&change).await;
    assert_eq!(listed(&store, &dear).await.len(), 3);
    assert_eq!(listed(&store, &soon).await.len(), 1);
}

async fn what_is_missing_in_the_lists_is_mended(database: Database) {
    let store = store(&database).await;
    let created = create(&store, &[300, 200, 100, 400, 500]).await;
    let mut ids: Vec<_> = created.iter().map(|(_, product_id)| *product_id).collect();
    ids.sort();
    assert_eq!(store.mend_lists(None, 10).await.unwrap().mended, 0);
    let of = |product_id: ProductId| database.id(&product_id.to_string());
    for text in [
        // A release that does not know of them, and a server that was killed.
        format!("delete from product_prices where product_id = {}", of(ids[0])),
        format!("delete from product_words where product_id = {}", of(ids[0])),
        format!("delete from product_words where product_id = {}", of(ids[1])),
        format!("update products set price = 77, position = 9 where product_id = {}", of(ids[4])),
    ] {
        assert!(database.execute(&text).await > 0, "{text}");
    }
    let first = store.mend_lists(None, 3).await.unwrap();
    assert_eq!((first.last, first.mended), (Some(ids[2]), 2));
    let second = store.mend_lists(first.last, 3).await.unwrap();
    assert_eq!((second.last, second.mended), (Some(ids[4]), 1));
    let third = store.mend_lists(second.last, 3).await.unwrap();
    assert_eq!((third.last, third.mended), (None, 0));

    let by_word = ProductFilter {
        words: words_of("lamp"),
        currency: Some("EUR".parse().unwrap()),
        sort: ProductSort::Cheapest,
        limit: 2,
        ..ProductFilter::default()
    };
    assert_eq!(listed(&store, &by_word).await, [ids[4], ids[0], ids[1], ids[2], ids[3]]);
}
