//! Lists of a million products: how long each filter and order takes.
//!
//! `run(url)` takes an empty database, brings it to its schema, fills it, and times the pages of
//! `Database::products`. It starts nothing else. The answer is one object: a line for each list,
//! with the median and the maximum in milliseconds.

use std::time::Duration;

use anyhow::Context as _;
use gobid_store::{Database, Opening, ProductFilter, ProductSort};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::clock;

/// How many products there are.
const PRODUCTS: i64 = 1_000_000;
/// How many sellers: the first has a tenth of all.
const SELLERS: i64 = 1_001;
/// How many pages of each list are read, one after the other, and over again from its end.
const PAGES: usize = 50;
/// How many products a page has: what a client gets that does not say.
const PAGE: usize = 20;

const HOUR: Duration = Duration::from_hours(1);

/// The orders there are.
const ORDERS: [(&str, ProductSort); 4] = [
    ("ending", ProductSort::Ending),
    ("newest", ProductSort::Newest),
    ("price", ProductSort::Cheapest),
    ("-price", ProductSort::Dearest),
];

/// Fills a database and times its lists.
pub(crate) async fn run(url: &str) -> anyhow::Result<Value> {
    let database = Database::connect(url, Opening::MayCreate).await?;
    database.migrate().await?;
    let begun = clock::now();
    fill(url).await?;
    let filled = clock::since(begun);
    let lists = lines(&database, filters(&database).await?).await?;
    let several = lines(&database, several(&database).await?).await?;
    database.close().await;
    Ok(json!({
        "products": PRODUCTS,
        "page": PAGE,
        "pages": PAGES,
        "database": database.name(),
        "filled_in_seconds": filled.as_secs(),
        "lists": lists,
        "several_filters": several,
    }))
}

/// A line for each filter in each order.
async fn lines(database: &Database, filters: Vec<Named>) -> anyhow::Result<Vec<Value>> {
    let mut lines = Vec::new();
    for (name, filter) in filters {
        for (order, sort) in ORDERS {
            let filter = with_currency(ProductFilter { sort, ..filter.clone() })?;
            let (median, most, listed) = time(database, &filter).await?;
            lines.push(json!({
                "filter": name,
                "sort": order,
                "median_ms": millis(median),
                "max_ms": millis(most),
                "first_page": listed,
            }));
        }
    }
    Ok(lines)
}

/// Amounts compare within a currency alone.
fn with_currency(filter: ProductFilter) -> anyhow::Result<ProductFilter> {
    let is_by_price = matches!(filter.sort, ProductSort::Cheapest | ProductSort::Dearest)
        || filter.min_price.is_some()
        || filter.max_price.is_some();
    if is_by_price && filter.currency.is_none() {
        return Ok(ProductFilter { currency: Some("USD".parse()?), ..filter });
    }
    Ok(filter)
}

/// A filter, and what it is called.
type Named = (&'static str, ProductFilter);

fn none() -> ProductFilter {
    ProductFilter { limit: PAGE, ..ProductFilter::default() }
}

fn words(words: &[&str]) -> ProductFilter {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    ProductFilter { words, ..none() }
}

fn prices(from: i64, to: i64) -> ProductFilter {
    ProductFilter { min_price: Some(from), max_price: Some(to), ..none() }
}

/// Those that end within so many hours from when all were created.
async fn within(database: &Database, hours: u32) -> anyhow::Result<ProductFilter> {
    let newest = ProductFilter { sort: ProductSort::Newest, ..none() };
    let newest = database.products(&newest).await?.products.pop().context("no products")?;
    let now = newest.created_at;
    Ok(ProductFilter { ending: Some((now, now.plus(HOUR * hours))), ..none() })
}

/// The filters there are: each with many products, and with few where that is another way.
async fn filters(database: &Database) -> anyhow::Result<Vec<Named>> {
    let seller = async |name: &str| database.user_named(name).await;
    let of_status =
        |word: &str| anyhow::Ok(ProductFilter { status: Some(word.parse()?), ..none() });
    let of_format =
        |word: &str| anyhow::Ok(ProductFilter { format: Some(word.parse()?), ..none() });
    Ok(vec![
        ("none", none()),
        ("status=open (500,000)", of_status("open")?),
        ("status=scheduled (10,000)", of_status("scheduled")?),
        ("seller (100,000)", ProductFilter { seller_id: seller("seller0").await?, ..none() }),
        ("seller (900)", ProductFilter { seller_id: seller("seller7").await?, ..none() }),
        ("format=english (900,000)", of_format("english")?),
        ("format=dutch (10,000)", of_format("dutch")?),
        ("currency=JPY (100,000)", ProductFilter { currency: Some("JPY".parse()?), ..none() }),
        ("ending_within=1h (230)", within(database, 1).await?),
        ("ending_within=1d (5,600)", within(database, 24).await?),
        ("ending_within=30d (170,000)", within(database, 720).await?),
        ("min_price, max_price (600)", prices(50_000, 50_100)),
        ("min_price, max_price (6,000)", prices(50_000, 51_000)),
        ("min_price, max_price (300,000)", prices(50_000, 100_000)),
        ("q of 300,000", words(&["lei"])),
        ("q of 20,000", words(&["rolleiflex"])),
        ("q of 2,200", words(&["m123"])),
        ("q of 3", words(&["zzyzx"])),
    ])
}

/// Several filters at once, which have no index together.
async fn several(database: &Database) -> anyhow::Result<Vec<Named>> {
    let seller_id = database.user_named("seller0").await?;
    let open = ProductFilter { status: Some("open".parse()?), ..within(database, 24).await? };
    let format = Some("dutch".parse()?);
    let scheduled = ProductFilter { status: Some("scheduled".parse()?), ..none() };
    Ok(vec![
        ("q of two words (600)", words(&["lei", "m123"])),
        ("q of two words, often (150,000)", words(&["lei", "1"])),
        ("status=open, seller, ending_within=1d (600)", ProductFilter { seller_id, ..open }),
        ("status=scheduled, format=dutch (100)", ProductFilter { format, ..scheduled }),
    ])
}

/// The median and the maximum of many pages, and how many products the first one had.
async fn time(
    database: &Database,
    filter: &ProductFilter,
) -> anyhow::Result<(Duration, Duration, usize)> {
    let mut took = Vec::with_capacity(PAGES);
    let (mut after, mut first) = (None, None);
    for _ in 0..PAGES {
        let begun = clock::now();
        let page = database.products(&ProductFilter { after, ..filter.clone() }).await?;
        took.push(clock::since(begun));
        first.get_or_insert(page.products.len());
        after = page.next;
    }
    took.sort_unstable();
    let median = took.get(took.len() / 2).copied().unwrap_or_default();
    let most = took.last().copied().unwrap_or_default();
    Ok((median, most, first.unwrap_or_default()))
}

fn millis(span: Duration) -> Value {
    let text = format!("{}.{:02}", span.as_millis(), span.subsec_micros() % 1_000 / 10);
    text.parse().map_or(Value::Null, Value::Number)
}

/// Writes all rows, by one statement for each table.
async fn fill(url: &str) -> anyhow::Result<()> {
    let now = clock::unix_micros();
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await?;
        for text in ["pragma synchronous = off", "pragma cache_size = -400000"] {
            sqlx::raw_sql(text).execute(&mut connection).await?;
        }
        for text in rows(now, &SQLITE) {
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
        }
        sqlx::raw_sql("pragma wal_checkpoint(truncate)").execute(&mut connection).await?;
        return Ok(connection.close().await?);
    }
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql("set maintenance_work_mem = '256MB'").execute(&mut connection).await?;
    for text in rows(now, &POSTGRES) {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    }
    // As autovacuum does it in time.
    sqlx::raw_sql("vacuum analyze").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// What the databases say in different words.
struct Words {
    /// Makes a table `n` of the numbers `i` from 1 to {count}.
    numbers: &'static str,
    /// An id of version 7 in the order of {n}.
    id: &'static str,
    /// The bytes of a {text}.
    bytes: &'static str,
}

const SQLITE: Words = Words {
    numbers: "with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})",
    id: "unhex(printf('0190%08x70008000%012x', {n}, {n}))",
    bytes: "cast({text} as blob)",
};
const POSTGRES: Words = Words {
    numbers: "with n as materialized (select i::bigint from generate_series(1, {count}) i)",
    id: "('0190' || lpad(to_hex({n}), 8, '0') || '70008000' || lpad(to_hex({n}), 12, '0'))::uuid",
    bytes: "convert_to({text}, 'UTF8')",
};

/// The statements that write the rows, in order. What looks like chance is the number of the
/// product times a prime: `{a}`, `{b}`, … are from 0 to 9,999 and have nothing to do with each other.
fn rows(now: i64, words: &Words) -> Vec<String> {
    let texts = [
        "{users} insert into users (user_id, user_name, user_name_key, email, password_hash, bio, \
            is_admin, created_at) \
         select {seller}, 'seller' || (i - 1), 'seller' || (i - 1), i || '@bench.example', '', '', \
            false, {now} from n where true",
        "{numbers} insert into products (product_id, seller_id, product_name, description, \
            format, currency, baseprice, increment, anonymous_bidders, auction_start, \
            original_end, created_at, status, position, seq, price, bid_count, bidder_count, \
            auction_end, due_at, last_at) \
         select {product}, {seller}, name, 'What is sold is described in a sentence or two, which \
            no list can do without and which takes its place in each row.', format, currency, \
            baseprice, '[{\"from\":0,\"step\":100}]', false, {now}, auction_end, {now}, status, 1, 1, \
            case when f < 5000 then baseprice + 100 * (g % 50) end, 0, 0, auction_end, \
            case when status in ('open', 'scheduled') then auction_end end, {now} \
         from ( \
            select n.i as n, {f} as f, {g} as g, case when {a} < 1000 then 1 else 2 + {b} % 1000 end as i, \
                {name} as name, \
                case when {c} < 9000 then 'english' when {c} < 9500 then 'sealed_first_price' \
                    when {c} < 9900 then 'sealed_second_price' else 'dutch' end as format, \
                case when {d} < 6000 then 'USD' when {d} < 9000 then 'EUR' else 'JPY' end \
                    as currency, \
                100 + 10 * {e} + {b} % 10 as baseprice, \
                case when {h} < 5000 then 'open' when {h} < 5100 then 'scheduled' \
                    when {h} < 8000 then 'sold' when {h} < 9900 then 'unsold' \
                    else 'cancelled' end as status, \
                case when {h} < 5100 \
                    then {now} + 1000000 + 777600000 * {j} + 77760 * {k} \
                    else {now} - 3153600000 * {j} - 315360 * {k} end as auction_end \
            from n) r where true",
        "insert into product_prices (product_id, position, seller_id, format, currency, status, \
            auction_end, price) \
         select product_id, position, seller_id, format, currency, status, auction_end, \
            coalesce(price, baseprice) from products",
        "{numbers} insert into product_words (word, product_id) \
         select {maker_word}, {product} from (select n.i as n, {maker} as maker from n) r where true",
        "{numbers} insert into product_words (word, product_id) \
         select {model_word}, {product} from (select n.i as n, 'm' || {model} as model from n) r \
         where true",
        "{numbers} insert into product_words (word, product_id) \
         select {year_word}, {product} from (select n.i as n, '' || {year} as year from n) r \
         where true",
    ];
    texts.iter().map(|text| written(text, now, words)).collect()
}

fn written(text: &str, now: i64, words: &Words) -> String {
    let id = |n: &str| words.id.replace("{n}", n);
    let bytes = |text: &str| words.bytes.replace("{text}", text);
    let numbers = |count: i64| words.numbers.replace("{count}", &count.to_string());
    let maker = "case when n.i in (5, 500005, 900005) then 'Zzyzx' when {l} < 3000 then 'Leica' \
                 when {l} < 3200 then 'Rolleiflex' else 'Maker' || {l} end";
    let (model, year) = ("({m} % 5000)", "(1900 + {o} % 200)");
    let mut text = text
        .replace("{users}", &numbers(SELLERS))
        .replace("{numbers}", &numbers(PRODUCTS))
        .replace("{seller}", &id("i"))
        .replace("{product}", &id("n"))
        .replace("{maker_word}", &bytes("lower(maker)"))
        .replace("{model_word}", &bytes("model"))
        .replace("{year_word}", &bytes("year"))
        .replace("{name}", "{maker} || ' M' || {model} || ', ' || {year}")
        .replace("{maker}", maker)
        .replace("{model}", model)
        .replace("{year}", year)
        .replace("{now}", &now.to_string());
    for (letter, prime) in "abcdefghjklmo".chars().zip(PRIMES) {
        let chance = format!("(n.i * {prime} % 2147483647 % 10000)");
        text = text.replace(&format!("{{{letter}}}"), &chance);
    }
    text
}

/// Multipliers of which the numbers are far apart.
const PRIMES: [i64; 13] = [
    48_271,
    69_621,
    742_938_285,
    950_706_376,
    1_226_874_159,
    62_089_911,
    1_343_714_438,
    630_360_016,
    397_204_094,
    16_807,
    39_373,
    1_385_320_287,
    764_261_123,
];
