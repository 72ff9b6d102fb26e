//! Lists of products, a page at a time.

mod condition;
mod shape;
pub(crate) mod statement;

use gobid_auction::{Currency, Format, ProductId, Status, Timestamp, UserId};
use uuid::Uuid;

use crate::database::{leasing, reading};
use crate::product::ProductRow;
use crate::{Database, Product, StoreError};
use condition::Condition;
use shape::{MOST_GATHERED, MOST_IN_SET, Shape};
use statement::{Statement, query};

/// How many products a first walk passes at most, and where the step is to look into sets alone.
/// Each further walk may pass twice as many as the one before.
const FIRST_WALK: i64 = 1_000;
const FIRST_WALK_BY_SETS: i64 = 4_000;
/// How many times a page is looked for, until it is given as far as it was found.
const MOST_LOOKS: u32 = 5;

/// Which products a list has, in which order, and which page of it is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Only those of this status.
    pub status: Option<Status>,
    /// Only those of this seller.
    pub seller_id: Option<UserId>,
    /// Only those of this format.
    pub format: Option<Format>,
    /// Only those in whose name a word begins with each of these, in lower case (see
    /// [`words_of`](crate::words_of)).
    pub words: Vec<String>,
    /// Only those that end after the first moment and not after the second.
    pub ending: Option<(Timestamp, Timestamp)>,
    /// Only those with this currency.
    pub currency: Option<Currency>,
    /// Only those with a price from here on, in minor units; needs a currency.
    pub min_price: Option<i64>,
    /// Only those with a price up to here, in minor units; needs a currency.
    pub max_price: Option<i64>,
    /// The order.
    pub sort: ProductSort,
    /// Only those behind this place: where the page before said that the list goes on.
    pub after: Option<Place>,
    /// How many at most.
    pub limit: usize,
}

/// In which order products are listed. Of what is alike the id decides.
///
/// The price of a list is the public one, and the baseprice where there is none: before the first
/// bid, of a sealed auction before its close, of a Dutch one before somebody accepts. Orders and
/// filters by it are those of the last second or two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProductSort {
    /// Those that end first, first.
    #[default]
    Ending,
    /// Those that were created last, first.
    Newest,
    /// The lowest price first; needs a currency.
    Cheapest,
    /// The highest price first; needs a currency.
    Dearest,
}

/// A place in the order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The end in microseconds, or the price in minor units; of the order by age 0.
    pub key: i64,
    /// The product.
    pub product_id: ProductId,
}

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductPage {
    /// The products. There may be fewer than were asked for, or none, and the list go on: where many
    /// products were passed that fulfil some of several filters and not all.
    pub products: Vec<Product>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Place>,
}

/// How the products of a page are found.
enum Way {
    /// An index has all of them, in order.
    Straight,
    /// Those that fulfil this condition are few: they are gathered and sorted.
    Gather(Condition),
    /// Each filter has many: all that an index has are met in order, and most are passed. The
    /// products of these conditions are few enough for a set.
    Walk(Vec<Condition>),
}

impl Database {
    /// A page of a list of products. Where amounts of no currency would be compared, it is empty.
    ///
    /// What is read at most: of a filter and an order that have an index, the page; else either
    /// some thousand products that fulfil one filter, or some ten thousand that are passed in order.
    pub async fn products(&self, filter: &ProductFilter) -> Result<ProductPage, StoreError> {
        let Some(mut shape) = Shape::of(filter) else { return Ok(ProductPage::default()) };
        let way = self.way(&shape).await?;
        let mut listed: Vec<(Place, Product)> = Vec::new();
        let mut next = None;
        let mut distance = way.first_walk();
        let is_sqlite = matches!(self, Self::Sqlite(_));
        for _ in 0..MOST_LOOKS {
            let wanted = (filter.limit + 1).saturating_sub(listed.len());
            let limit = i64::try_from(wanted).unwrap_or(i64::MAX);
            let mut looked_until = None;
            let mut look = shape.clone();
            let statement = match &way {
                Way::Straight => look.walk(limit, &[], is_sqlite),
                Way::Gather(condition) => look.gather(condition, limit),
                Way::Walk(sets) => {
                    looked_until = self.place(&look.place_at(distance, is_sqlite)).await?;
                    if let Some(last) = looked_until {
                        look.stop_at(last);
                    }
                    look.walk(limit, sets, is_sqlite)
                }
            };
            let mut found = self.listed(&statement).await?;
            found.sort_by_key(|(place, _)| *place);
            if filter.sort.is_descending() {
                found.reverse();
            }
            next = if found.len() == wanted {
                found.last().map(|(place, _)| *place)
            } else {
                looked_until
            };
            listed.extend(found.into_iter().filter(|(_, product)| filter.has(product)));
            match next {
                Some(place) if listed.len() <= filter.limit => shape.go_on(place),
                _ => break,
            }
            distance = distance.saturating_mul(2);
        }
        if listed.len() > filter.limit {
            listed.truncate(filter.limit);
            next = listed.last().map(|(place, _)| *place);
        }
        Ok(ProductPage { products: listed.into_iter().map(|(_, product)| product).collect(), next })
    }

    /// How the database reads the first page of a list, in its own words: a line for each step.
    pub async fn explain_products(
        &self,
        filter: &ProductFilter,
    ) -> Result<Vec<String>, StoreError> {
        let Some(shape) = Shape::of(filter) else { return Ok(Vec::new()) };
        let mut statements: Vec<_> =
            shape.others.iter().map(|condition| shape.count(condition)).collect();
        let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
        let is_sqlite = matches!(self, Self::Sqlite(_));
        match self.way(&shape).await? {
            Way::Straight => statements.push(shape.walk(limit, &[], is_sqlite)),
            Way::Gather(condition) => statements.push(shape.gather(&condition, limit)),
            Way::Walk(sets) => {
                statements.push(shape.place_at(FIRST_WALK, is_sqlite));
                statements.push(shape.walk(limit, &sets, is_sqlite));
            }
        }
        let mut steps = Vec::new();
        for Statement { sql, values } in statements {
            match self {
                Self::Postgres(database) => {
                    let statement = Statement { sql: format!("explain {sql}"), values };
                    let lines: Vec<String> = leasing!(&database.pool, |connection| {
                        query!(query_scalar, statement).fetch_all(connection).await?
                    });
                    steps.extend(lines);
                }
                Self::Sqlite(database) => {
                    let statement = Statement { sql: format!("explain query plan {sql}"), values };
                    let lines: Vec<(i64, i64, i64, String)> =
                        leasing!(&database.readers, |connection| {
                            query!(query_as, statement).fetch_all(connection).await?
                        });
                    steps.extend(lines.into_iter().map(|(.., step)| step));
                }
            }
        }
        Ok(steps)
    }

    async fn way(&self, shape: &Shape) -> Result<Way, StoreError> {
        if shape.others.is_empty() {
            return Ok(Way::Straight);
        }
        let mut few = Vec::new();
        for other in &shape.others {
            let count = self.count(&shape.count(other)).await?;
            if count <= MOST_IN_SET {
                few.push((count, other));
            }
        }
        few.sort_by_key(|(count, _)| *count);
        Ok(match few.first() {
            Some((count, condition)) if *count <= MOST_GATHERED => {
                Way::Gather((*condition).clone())
            }
            _ => Way::Walk(few.into_iter().map(|(_, condition)| condition.clone()).collect()),
        })
    }

    async fn count(&self, statement: &Statement) -> Result<i64, StoreError> {
        Ok(reading!(self, |connection| {
            query!(query_scalar, statement).fetch_one(connection).await?
        }))
    }

    async fn place(&self, statement: &Statement) -> Result<Option<Place>, StoreError> {
        let row: Option<(i64, Uuid)> = reading!(self, |connection| {
            query!(query_as, statement).fetch_optional(connection).await?
        });
        Ok(row.map(|(key, product_id)| Place { key, product_id }))
    }

    async fn listed(&self, statement: &Statement) -> Result<Vec<(Place, Product)>, StoreError> {
        let rows: Vec<ListedRow> = reading!(self, |connection| {
            query!(query_as, statement).fetch_all(connection).await?
        });
        let listed = rows.into_iter().map(|row| {
            let product = Product::try_from(row.product)?;
            Ok((Place { key: row.place, product_id: product.auction.terms.product_id }, product))
        });
        listed.collect()
    }
}

impl Way {
    const fn first_walk(&self) -> i64 {
        match self {
            Self::Walk(sets) if !sets.is_empty() => FIRST_WALK_BY_SETS,
            _ => FIRST_WALK,
        }
    }
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    product: ProductRow,
    place: i64,
}

impl ProductFilter {
    /// The lowest and the highest price, when either is limited.
    fn prices(&self) -> Option<(i64, i64)> {
        let is_limited = self.min_price.is_some() || self.max_price.is_some();
        is_limited.then_some((self.min_price.unwrap_or(0), self.max_price.unwrap_or(i64::MAX - 1)))
    }

    /// Whether a product belongs in the list as it is now: what lists sort by may be older.
    fn has(&self, product: &Product) -> bool {
        let (terms, state) = (&product.auction.terms, &product.auction.state);
        let price = state.price.unwrap_or(terms.baseprice).minor_units();
        self.status.is_none_or(|status| status == state.status)
            && self.ending.is_none_or(|(after, until)| {
                after < state.auction_end && state.auction_end <= until
            })
            && self.prices().is_none_or(|(from, to)| from <= price && price <= to)
    }
}

impl ProductSort {
    const fn is_by_price(self) -> bool {
        matches!(self, Self::Cheapest | Self::Dearest)
    }

    const fn is_descending(self) -> bool {
        matches!(self, Self::Newest | Self::Dearest)
    }
}

impl Place {
    const FIRST: Self = Self { key: i64::MIN, product_id: Uuid::nil() };
    const LAST: Self = Self { key: i64::MAX, product_id: Uuid::max() };

    /// The last place before this one.
    fn before(self) -> Self {
        match self.product_id.as_u128().checked_sub(1) {
            Some(id) => Self { product_id: Uuid::from_u128(id), ..self },
            None => Self { key: self.key.saturating_sub(1), product_id: Uuid::max() },
        }
    }

    /// The first place behind this one.
    fn behind(self) -> Self {
        match self.product_id.as_u128().checked_add(1) {
            Some(id) => Self { product_id: Uuid::from_u128(id), ..self },
            None => Self { key: self.key.saturating_add(1), product_id: Uuid::nil() },
        }
    }
}
