//! That lists of products are read by an index, on both databases: for each filter and order what
//! the database says that it would do, and that it finds what is there.

use gobid_auction::{Status, UserId};
use gobid_store::{Database as Store, ProductFilter, ProductSort, words_of};

use super::lists::listed;
use super::{at, new_product, sign_up, store};
use crate::support::database::{Backend, Database, on_both};

on_both!(every_filter_and_order_has_its_index);

/// More than are gathered or made a set, of the filters that have many.
const ROWS: i64 = 24_000;

/// How a page is found.
#[derive(Clone, Copy)]
enum By {
    /// In the order of an index.
    Straight(&'static str),
    /// By an index, and sorted then.
    Sorted(&'static str),
    /// On a walk by the first index; how many fulfil the filter is counted by the second.
    Walk(&'static str, &'static str),
}

use By::{Sorted, Straight, Walk};

const BY_KEY: &str = "the primary key";
const BY_END: &str = "products_by_end";
const PRICES: &str = "product_prices_by_price";
const PRICES_BY_END: &str = "product_prices_by_end";
const PRICES_BY_AGE: &str = "product_prices_by_newest";
const WORDS: &str = "product_words";

/// A filter that is given the one seller there is, and how it is read by end, by age and by price.
type Case = (&'static str, fn(&mut ProductFilter, UserId), [By; 3]);

const CASES: [Case; 11] = [
    ("none", |_, _| {}, [Straight(BY_END), Straight(BY_KEY), Straight(PRICES)]),
    (
        "status",
        |filter, _| filter.status = Some(Status::Open),
        [
            Straight("products_by_status"),
            Straight("products_by_status_newest"),
            Straight("product_prices_by_status"),
        ],
    ),
    (
        "seller",
        |filter, seller_id| filter.seller_id = Some(seller_id),
        [
            Straight("products_by_seller"),
            Straight("products_by_seller_newest"),
            Straight("product_prices_by_seller"),
        ],
    ),
    (
        "format",
        |filter, _| filter.format = Some("english".parse().unwrap()),
        [
            Straight("products_by_format"),
            Straight("products_by_format_newest"),
            Straight("product_prices_by_format"),
        ],
    ),
    (
        "currency",
        |filter, _| in_euro(filter),
        [
            Straight("products_by_currency"),
            Straight("products_by_currency_newest"),
            Straight(PRICES),
        ],
    ),
    (
        "few end soon",
        |filter, _| filter.ending = Some((at(1_000), at(1_100))),
        [Straight(BY_END), Sorted(BY_END), Sorted(PRICES_BY_END)],
    ),
    (
        "many end soon",
        |filter, _| filter.ending = Some((at(1_000), at(16_000))),
        [Straight(BY_END), Walk(BY_KEY, BY_END), Walk(PRICES, PRICES_BY_END)],
    ),
    (
        "few are cheap",
        |filter, _| filter.max_price = Some(110),
        [Sorted(PRICES), Sorted(PRICES), Straight(PRICES)],
    ),
    (
        "many are dear",
        |filter, _| filter.min_price = Some(110),
        [Walk(PRICES_BY_END, PRICES), Walk(PRICES_BY_AGE, PRICES), Straight(PRICES)],
    ),
    (
        "few have the word",
        |filter, _| filter.words = words_of("r12"),
        [Sorted(WORDS), Sorted(WORDS), Sorted(WORDS)],
    ),
    (
        "many have the word",
        |filter, _| filter.words = words_of("lamp"),
        [Walk(BY_END, WORDS), Walk(BY_KEY, WORDS), Walk(PRICES, WORDS)],
    ),
];

fn in_euro(filter: &mut ProductFilter) {
    filter.currency = Some("EUR".parse().unwrap());
}

async fn every_filter_and_order_has_its_index(database: Database) {
    let store = store(&database).await;
    let seller_id = fill(&database, &store).await;
    for (name, change, [ending, newest, priced]) in CASES {
        for (sort, by) in [
            (ProductSort::Ending, ending),
            (ProductSort::Newest, newest),
            (ProductSort::Cheapest, priced),
            (ProductSort::Dearest, priced),
        ] {
            let mut filter = ProductFilter { sort, limit: 20, ..ProductFilter::default() };
            change(&mut filter, seller_id);
            let is_limited = filter.min_price.is_some() || filter.max_price.is_some();
            if is_limited || matches!(sort, ProductSort::Cheapest | ProductSort::Dearest) {
                in_euro(&mut filter);
            }
            let steps = store.explain_products(&filter).await.unwrap();
            let told = format!("{name}, {sort:?}\n{}", steps.join("\n"));
            assert_reads_by(by, &steps, database.backend(), &told);
            let page = store.products(&filter).await.unwrap();
            assert_eq!(page.products.len(), filter.limit, "{told}");
        }
    }
    a_walk_leaves_nothing_out(&database, &store, seller_id).await;
}

fn assert_reads_by(by: By, steps: &[String], backend: Backend, told: &str) {
    let names = |index: &str| {
        let index = match (index, backend) {
            (BY_KEY, Backend::Sqlite) => "sqlite_autoindex_products_1",
            (BY_KEY, Backend::Postgres) => "products_pkey",
            (index, _) => index,
        };
        steps.iter().any(|step| step.contains(index))
    };
    let (Straight(index) | Sorted(index) | Walk(index, _)) = by;
    assert!(names(index), "{index} in {told}");
    // PostgreSQL knows that most are counted, and may take any index for it.
    if let (Walk(_, other), Backend::Sqlite) = (by, backend) {
        assert!(names(other), "{other} in {told}");
    }
    for step in steps {
        // What a subquery with a limit gave is gone through from end to end.
        let of_subquery = ["SCAN c", "SCAN d", "SCAN l", "SCAN t"].contains(&step.as_str());
        let is_scan = step.starts_with("SCAN") && !of_subquery || step.contains("Seq Scan");
        assert!(!is_scan, "{step} in {told}");
        let sorts = step.contains("TEMP B-TREE FOR ORDER BY") || step.contains("Sort Key");
        assert!(!sorts || matches!(by, Sorted(_)), "{step} in {told}");
    }
}

/// Where many are passed, too, everything is in the list, once, and in order.
async fn a_walk_leaves_nothing_out(database: &Database, store: &Store, seller_id: UserId) {
    let limit = 1_000;
    // Every second product has the name: each page has passed as many as it has.
    let none = ProductFilter { seller_id: Some(seller_id), limit, ..ProductFilter::default() };
    let filter = ProductFilter { words: words_of("lamp"), ..none.clone() };
    for sort in [ProductSort::Ending, ProductSort::Newest] {
        let list = listed(store, &ProductFilter { sort, ..filter.clone() }).await;
        let count = "select count(*) from products where lower(product_name) like '%lamp%'";
        assert_eq!(i64::try_from(list.len()), Ok(database.number(count).await), "{sort:?}");
        let mut once = list.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), list.len());
    }
    // Nobody has both: the walk ends, and says so.
    let words = ["lamp".to_owned(), "torch".to_owned()].to_vec();
    assert!(listed(store, &ProductFilter { words, ..none }).await.is_empty());
}

/// Makes many products of one seller.
async fn fill(database: &Database, store: &Store) -> UserId {
    let seller_id = sign_up(store, "Sally").await;
    let product = new_product(seller_id, at(1_000));
    store.create_product(&product, None).await.unwrap();
    let (numbers, id, bytes) = match database.backend() {
        Backend::Sqlite => (
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})",
            "unhex(printf('0190%08x70008000%012x', i, i))",
            "cast({text} as blob)",
        ),
        Backend::Postgres => (
            "with n as (select i::bigint from generate_series(1, {rows}) i)",
            "('0190' || lpad(to_hex(i), 8, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid",
            "convert_to({text}, 'UTF8')",
        ),
    };
    let numbers = numbers.replace("{rows}", &ROWS.to_string());
    let name = "case when i % 2 = 0 then 'Lamp' else 'Torch' end";
    let word = bytes.replace("{text}", &format!("lower({name})"));
    let number = bytes.replace("{text}", "'r' || (i % 500)");
    for text in [
        format!(
            "{numbers} insert into products (product_id, seller_id, product_name, description, \
                format, currency, baseprice, increment, anonymous_bidders, auction_start, \
                original_end, created_at, status, position, seq, bid_count, bidder_count, \
                auction_end, due_at, last_at) \
             select {id}, seller_id, {name} || ' r' || (i % 500), description, \
                case when i % 7 < 5 then 'english' else 'dutch' end, \
                case when i % 4 = 0 then 'USD' else 'EUR' end, 100 + i % 1000, increment, \
                anonymous_bidders, auction_start, original_end, created_at, \
                case when i % 3 = 0 then 'open' else 'sold' end, position, seq, bid_count, \
                bidder_count, auction_end + 1000000 * (1 + i * 7919 % 24000), \
                case when i % 3 = 0 then due_at end, last_at \
             from n cross join (select * from products) p where true"
        ),
        "insert into product_prices (product_id, position, seller_id, format, currency, status, \
            auction_end, price) \
         select product_id, position, seller_id, format, currency, status, auction_end, baseprice \
         from products where true on conflict do nothing"
            .to_owned(),
        format!(
            "{numbers} insert into product_words (word, product_id) select {word}, {id} from n"
        ),
        format!(
            "{numbers} insert into product_words (word, product_id) select {number}, {id} from n"
        ),
    ] {
        assert!(database.execute(&text).await >= 24_000);
    }
    if database.backend() == Backend::Postgres {
        database.execute("vacuum analyze").await;
    }
    seller_id
}
