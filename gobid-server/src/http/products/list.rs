//! Lists of products: which, in which order, and where a page goes on.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::time::Duration;

use axum::Json as Body;
use axum::extract::State;
use gobid_api::page::Page;
use gobid_api::products::ProductView;
use gobid_auction::planted::{self, Bug};
use gobid_auction::{Currency, Format, Status};
use gobid_store::{Place, ProductFilter, ProductSort, words_of};
use uuid::Uuid;

use crate::app::{App, AppState};
use crate::http::bearer::Anybody;
use crate::http::extract::Parameters;
use crate::http::pages;
use crate::http::problem::ApiError;
use crate::http::validate;
use crate::view;

/// What may be asked for.
const KNOWN: [&str; 11] = [
    "status",
    "seller",
    "format",
    "q",
    "ending_within",
    "currency",
    "min_price",
    "max_price",
    "sort",
    "limit",
    "cursor",
];
/// How many words may be searched for at once.
const MOST_WORDS: usize = 8;
/// How far ahead an end may be asked for, in days: further than any auction goes.
const MOST_DAYS: u64 = 366;

/// `GET /products`
pub(crate) async fn list(
    State(app): State<AppState>,
    _caller: Anybody,
    mut query: Parameters,
) -> Result<Body<Page<ProductView>>, ApiError> {
    let now = app.clock.now();
    let seller = seller(&app, &mut query).await?;
    let ending_within = query.take("ending_within", span);
    let filter = ProductFilter {
        seller_id: seller,
        ending: ending_within.map(|span| (now, now.plus(span))),
        ..filter(&mut query)
    };
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let list = name(&filter, ending_within);
    let after = query.take("cursor", |text| pages::place(&list, text).map(place));
    query.finish(&KNOWN)?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let mut page = app.database.products(&ProductFilter { after, limit, ..filter }).await?;
    if planted::is(Bug::LeakInOrder) {
        page.products.sort_by_key(|product| Reverse(product.auction.state.last_at));
    }
    let items = page.products.iter().map(|product| view::product_view(product, now)).collect();
    let next_cursor = page.next.map(|place| pages::cursor(&list, &bytes(place)));
    Ok(Body(Page { items, next_cursor }))
}

/// What is asked for by values that are read alone.
fn filter(query: &mut Parameters) -> ProductFilter {
    let currency: Option<Currency> = query.take("currency", validate::parsed);
    let sort = query.take("sort", sort).unwrap_or_default();
    if currency.is_none() && matches!(sort, ProductSort::Cheapest | ProductSort::Dearest) {
        lacks_currency(query, "sort");
    }
    let min_price = price(query, "min_price", currency);
    let max_price = price(query, "max_price", currency);
    if max_price.is_some_and(|most| min_price.is_some_and(|least| least > most)) {
        query.fault("min_price", "must not be above max_price");
    }
    ProductFilter {
        status: query.take("status", |text| one_of(text, Status::ALL, Status::as_str)),
        format: query.take("format", |text| one_of(text, Format::ALL, Format::as_str)),
        words: query.take("q", words).unwrap_or_default(),
        currency,
        min_price,
        max_price,
        sort,
        ..ProductFilter::default()
    }
}

/// A price in the currency of the list, in minor units.
fn price(query: &mut Parameters, name: &'static str, currency: Option<Currency>) -> Option<i64> {
    let Some(currency) = currency else {
        if query.take(name, |_text| Ok(())).is_some() {
            lacks_currency(query, name);
        }
        return None;
    };
    query.take(name, |text| validate::price_from_zero(text, currency))
}

/// Amounts of different currencies do not compare.
fn lacks_currency(query: &mut Parameters, name: &str) {
    query.fault(name, "needs a currency: add currency=USD, say");
    query.fault("currency", &format!("must be given with {name}: add currency=USD, say"));
}

/// Who sells: by id, or by name. An id that nobody has sells nothing.
async fn seller(app: &App, query: &mut Parameters) -> Result<Option<Uuid>, ApiError> {
    let Some(text) = query.take("seller", |text| Ok(text.to_owned())) else { return Ok(None) };
    if let Ok(user_id) = text.parse() {
        return Ok(Some(user_id));
    }
    let user_id = app.database.user_named(&text).await?;
    if user_id.is_none() {
        query.fault("seller", "is neither a user_id nor a user_name that there is");
    }
    Ok(user_id)
}

/// One of the words that there are.
fn one_of<T: Copy>(
    text: &str,
    all: impl IntoIterator<Item = T> + Copy,
    word: fn(T) -> &'static str,
) -> Result<T, String> {
    let words = || all.into_iter().map(word).collect::<Vec<_>>().join(", ");
    let found = all.into_iter().find(|it| word(*it) == text);
    found.ok_or_else(|| format!("must be one of {}", words()))
}

fn sort(text: &str) -> Result<ProductSort, String> {
    let found = SORTS.into_iter().find(|(_, word)| *word == text);
    let words = || SORTS.map(|(_, word)| word).join(", ");
    found.map(|(sort, _)| sort).ok_or_else(|| format!("must be one of {}", words()))
}

const SORTS: [(ProductSort, &str); 4] = [
    (ProductSort::Ending, "ending"),
    (ProductSort::Newest, "newest"),
    (ProductSort::Cheapest, "price"),
    (ProductSort::Dearest, "-price"),
];

fn words(text: &str) -> Result<Vec<String>, String> {
    let words = words_of(text);
    match words.len() {
        0 => Err("must have a word of letters or digits, or its beginning".to_owned()),
        1..=MOST_WORDS => Ok(words),
        _ => Err(format!("must not have more than {MOST_WORDS} words")),
    }
}

/// A span of time: seconds, or a number with `s`, `m`, `h` or `d`.
fn span(text: &str) -> Result<Duration, String> {
    let why = || {
        format!(
            "must be a number of seconds, or a span as 90s, 30m, 2h or 7d, of up to {MOST_DAYS}d"
        )
    };
    let (digits, unit) = match text.char_indices().find(|(_, letter)| !letter.is_ascii_digit()) {
        Some((at, _)) => text.split_at(at),
        None => (text, "s"),
    };
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(why()),
    };
    let seconds = digits.parse().ok().and_then(|number: u64| number.checked_mul(factor));
    let seconds = seconds.filter(|seconds| (1..=MOST_DAYS * 86_400).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(why)
}

/// The name of the list, to which its cursors are bound: its filter and its order.
fn name(filter: &ProductFilter, ending_within: Option<Duration>) -> String {
    let mut name = "products".to_owned();
    let mut add = |field: &str, value: Option<String>| {
        if let Some(value) = value {
            // Writing into a string never fails.
            let _written = write!(name, " {field}={value}");
        }
    };
    let text = |minor_units: i64| minor_units.to_string();
    add("status", filter.status.map(|status| status.to_string()));
    add("seller", filter.seller_id.map(|seller_id| seller_id.to_string()));
    add("format", filter.format.map(|format| format.to_string()));
    add("q", (!filter.words.is_empty()).then(|| filter.words.join("+")));
    add("ending_within", ending_within.map(|span| span.as_secs().to_string()));
    add("currency", filter.currency.map(|currency| currency.to_string()));
    add("min_price", filter.min_price.map(text));
    add("max_price", filter.max_price.map(text));
    let sort = SORTS.into_iter().find(|(sort, _)| *sort == filter.sort);
    add("sort", sort.map(|(_, word)| word.to_owned()));
    name
}

/// A place in the order, as bytes of a cursor.
fn bytes(place: Place) -> [u8; 24] {
    let (mut bytes, key) = ([0; 24], place.key.to_be_bytes());
    let all = key.iter().chain(place.product_id.as_bytes());
    bytes.iter_mut().zip(all).for_each(|(byte, other)| *byte = *other);
    bytes
}

fn place(bytes: [u8; 24]) -> Place {
    let (key, id) = bytes.split_at(8);
    let key = key.try_into().map(i64::from_be_bytes).unwrap_or_default();
    Place { key, product_id: Uuid::from_slice(id).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_span() {
        let seconds = [("1", 1), ("90s", 90), ("30m", 1_800), ("2h", 7_200), ("7d", 604_800)];
        for (text, seconds) in seconds {
            assert_eq!(span(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0", "0h", "-1", "1.5h", "2w", "h", "2 h", "367d", "99999999999999999999"]
        {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_are_some_and_not_too_many() {
        assert_eq!(words("Leica, M3!"), Ok(vec!["leica".to_owned(), "m3".to_owned()]));
        assert!(words("— …").is_err());
        assert!(words("a b c d e f g h").is_ok());
        assert!(words("a b c d e f g h i").is_err());
    }

    #[test]
    fn a_place_comes_back() {
        let place_of = |key| Place { key, product_id: Uuid::now_v7() };
        for place in [place_of(0), place_of(-5), place_of(i64::MAX)] {
            assert_eq!(super::place(bytes(place)), place);
        }
    }
}
