//! By which statements a list is read.
//!
//! Each filter and order together have an index that gives the products in order: such a list is
//! read straight from it. Where a filter has no such index, as where the end is limited and the
//! order is by price, the few products that the filter has are gathered and sorted; else the list is
//! a walk in order, on which the products of the filter are met the sooner the more there are. So
//! that each step is cheap, those of some thousand are made a set before.

use uuid::Uuid;

use super::condition::Condition;
use super::statement::{Statement, Value};
use super::{Place, ProductFilter, ProductSort};
use crate::product::{product_columns, product_joins};

/// How many products are gathered and sorted at most.
pub(crate) const MOST_GATHERED: i64 = 1_000;
/// How many products are made a set at most: as many are counted, too.
pub(crate) const MOST_IN_SET: i64 = 10_000;

/// What a list is read from, with which conditions and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// `product_prices` instead of `products`.
    is_by_price: bool,
    sort: ProductSort,
    /// What the index has in front of the order: all the products that a walk meets fulfil it.
    leading: Vec<Condition>,
    /// What is to be seen of each product besides.
    pub(crate) others: Vec<Condition>,
    /// The list lies between these places, without them.
    low: Place,
    high: Place,
}

impl Shape {
    /// How to read what a filter wants; `None` where amounts of no currency would be compared.
    pub(crate) fn of(filter: &ProductFilter) -> Option<Self> {
        let prices = filter.prices();
        let is_by_price = prices.is_some() || filter.sort.is_by_price();
        let mut shape = Self {
            is_by_price,
            sort: filter.sort,
            leading: Vec::new(),
            others: Vec::new(),
            low: Place::FIRST,
            high: Place::LAST,
        };
        if is_by_price {
            shape.leading.push(Condition::Currency(filter.currency?));
        }
        // One that is in front of the order in an index; the others are seen product by product.
        let has_index = !is_by_price || filter.sort.is_by_price();
        let equal = [
            filter.seller_id.map(Condition::Seller),
            filter.status.map(Condition::Status),
            filter.format.map(Condition::Format),
            filter.currency.filter(|_| !is_by_price).map(Condition::Currency),
        ];
        let mut equal = equal.into_iter().flatten();
        if has_index {
            shape.leading.extend(equal.next());
        }
        shape.others.extend(equal);
        match filter.ending {
            Some((after, until)) if filter.sort == ProductSort::Ending => {
                shape.limit(after.as_micros().saturating_add(1), until.as_micros());
            }
            Some((after, until)) => {
                shape.others.push(Condition::Ending(after.as_micros(), until.as_micros()));
            }
            None => {}
        }
        match prices {
            Some((from, to)) if filter.sort.is_by_price() => shape.limit(from, to),
            Some((from, to)) => shape.others.push(Condition::Price(from, to)),
            None => {}
        }
        shape.others.extend(filter.words.iter().cloned().map(Condition::Word));
        if let Some(after) = filter.after {
            shape.go_on(after);
        }
        Some(shape)
    }

    /// Only keys from the first to the second, both included.
    fn limit(&mut self, from: i64, to: i64) {
        let before = Place { key: from, product_id: Uuid::nil() }.before();
        self.low = self.low.max(before);
        self.high = self.high.min(Place { key: to, product_id: Uuid::max() }.behind());
    }

    /// Only what comes behind a place.
    pub(crate) fn go_on(&mut self, after: Place) {
        if self.sort.is_descending() {
            self.high = self.high.min(after);
        } else {
            self.low = self.low.max(after);
        }
    }

    /// Only what comes until a place, with it.
    pub(crate) fn stop_at(&mut self, last: Place) {
        if self.sort.is_descending() {
            self.low = self.low.max(last.before());
        } else {
            self.high = self.high.min(last.behind());
        }
    }

    /// Counts the products that fulfil one of the other conditions, up to one more than a set has.
    pub(crate) fn count(&self, condition: &Condition) -> Statement {
        let mut statement = Statement::default();
        statement.text("select count(*) from (select 1 ");
        self.write_from(condition, &mut statement);
        statement.text(" limit ").number(MOST_IN_SET + 1).text(") c");
        statement
    }

    /// The place that is so many products away on a walk in order.
    pub(crate) fn place_at(&self, distance: i64, is_sqlite: bool) -> Statement {
        let mut statement = Statement::default();
        statement.text("select ").text(self.key()).text(" as place, t.product_id from ");
        self.write_walk(is_sqlite, &mut statement);
        self.write_conditions(&self.leading, &mut statement);
        self.write_order(&mut statement);
        statement.text(" limit 1 offset ").number(distance - 1);
        statement
    }

    /// The products met first on a walk in order. The products of some of the other conditions are
    /// few enough for a set.
    pub(crate) fn walk(&self, limit: i64, sets: &[Condition], is_sqlite: bool) -> Statement {
        self.products(limit, |statement| {
            self.write_walk(is_sqlite, statement);
            for condition in sets {
                // Compared with `true` it is asked for each product: else PostgreSQL may make a join
                // of it, and lose the order.
                statement.text("(t.product_id in (select ");
                let of_word = matches!(condition, Condition::Word(_));
                statement.text(if of_word { "w.product_id " } else { "t.product_id " });
                self.write_from(condition, statement);
                statement.text(" limit ").number(MOST_IN_SET + 1).text(")) = true and ");
            }
            let seen = self.others.iter().filter(|other| !sets.contains(other));
            let all: Vec<_> = self.leading.iter().chain(seen).cloned().collect();
            self.write_conditions(&all, statement);
        })
    }

    /// The index of a walk, which gives the products in order. SQLite is told to take it: it has no
    /// statistics, and of two that would do it may take the one of all products.
    fn write_walk(&self, is_sqlite: bool, statement: &mut Statement) {
        statement.text(self.table()).text(" t");
        if let Some(index) = self.index().filter(|_| is_sqlite) {
            statement.text(" indexed by ").text(index);
        }
        statement.text(" where ");
    }

    /// The name of that index; `None` for the primary key.
    fn index(&self) -> Option<&'static str> {
        let leading = self.leading.last();
        Some(match (self.is_by_price, self.sort, leading) {
            (false, ProductSort::Newest, Some(Condition::Seller(_))) => "products_by_seller_newest",
            (false, ProductSort::Newest, Some(Condition::Status(_))) => "products_by_status_newest",
            (false, ProductSort::Newest, Some(Condition::Format(_))) => "products_by_format_newest",
            (false, ProductSort::Newest, Some(_)) => "products_by_currency_newest",
            (false, ProductSort::Newest, None) => return None,
            (false, _, Some(Condition::Seller(_))) => "products_by_seller",
            (false, _, Some(Condition::Status(_))) => "products_by_status",
            (false, _, Some(Condition::Format(_))) => "products_by_format",
            (false, _, Some(_)) => "products_by_currency",
            (false, _, None) => "products_by_end",
            (true, ProductSort::Newest, _) => "product_prices_by_newest",
            (true, ProductSort::Ending, _) => "product_prices_by_end",
            (true, _, Some(Condition::Seller(_))) => "product_prices_by_seller",
            (true, _, Some(Condition::Status(_))) => "product_prices_by_status",
            (true, _, Some(Condition::Format(_))) => "product_prices_by_format",
            (true, ..) => "product_prices_by_price",
        })
    }

    /// The first of the few products that fulfil one of the other conditions.
    pub(crate) fn gather(&self, driver: &Condition, limit: i64) -> Statement {
        let rest = self.others.iter().filter(|other| *other != driver);
        let rest: Vec<_> = self.leading.iter().chain(rest).cloned().collect();
        self.products(limit, |statement| {
            statement.text("(select ");
            if let Condition::Word(_) = driver {
                statement.text("distinct w.product_id ");
                self.write_from(driver, statement);
                statement.text(" limit ").number(MOST_GATHERED + 1);
                if rest.is_empty() && self.sort == ProductSort::Newest {
                    statement.text(") t where ");
                } else {
                    // In this order: the database without statistics takes it by the word.
                    statement.text(") d cross join ").text(self.table());
                    statement.text(" t where t.product_id = d.product_id and ");
                }
            } else {
                // No columns but those needed: the index has them, and no row is read.
                let mut columns = vec!["t.product_id"];
                let needed = rest.iter().map(Condition::column);
                let key = (self.sort != ProductSort::Newest).then_some(self.key());
                for column in needed.chain(key) {
                    if !columns.contains(&column) {
                        columns.push(column);
                    }
                }
                for (number, column) in columns.into_iter().enumerate() {
                    statement.text(if number == 0 { "" } else { ", " }).text(column);
                }
                statement.text(" ");
                self.write_from(driver, statement);
                statement.text(" limit ").number(MOST_GATHERED + 1).text(") t where ");
            }
            self.write_conditions(&rest, statement);
        })
    }

    /// The first products, with all that a list has of them, out of what is written behind `from`.
    /// They come in any order.
    fn products(&self, limit: i64, write_from: impl FnOnce(&mut Statement)) -> Statement {
        let mut statement = Statement::default();
        statement.text(concat!("select ", product_columns!(), ", l.place from (select "));
        statement.text(self.key()).text(" as place, t.product_id from ");
        write_from(&mut statement);
        self.write_order(&mut statement);
        statement.text(" limit ").number(limit);
        statement.text(concat!(
            ") l cross join products p",
            product_joins!(),
            "where p.product_id = l.product_id"
        ));
        statement
    }

    /// Where the products stand that fulfil a condition, behind their columns.
    fn write_from(&self, condition: &Condition, statement: &mut Statement) {
        if let Condition::Word(_) = condition {
            statement.text("from product_words w where ");
            return condition.write_words(statement);
        }
        statement.text("from ").text(self.table()).text(" t where ");
        let currency = self.leading.first().filter(|_| self.is_by_price);
        if let Some(currency) = currency {
            currency.write(statement);
            statement.text(" and ");
        }
        condition.write(statement);
    }

    /// The conditions, and between which places the products lie.
    fn write_conditions(&self, conditions: &[Condition], statement: &mut Statement) {
        for condition in conditions {
            condition.write(statement);
            statement.text(" and ");
        }
        for (place, comparison) in [(self.low, " > "), (self.high, " < ")] {
            if comparison == " < " {
                statement.text(" and ");
            }
            if self.sort == ProductSort::Newest {
                statement.text("t.product_id").text(comparison);
                statement.value(Value::Id(place.product_id));
            } else {
                statement.text("(").text(self.key()).text(", t.product_id)").text(comparison);
                statement.text("(").number(place.key).text(", ");
                statement.value(Value::Id(place.product_id)).text(")");
            }
        }
    }

    fn write_order(&self, statement: &mut Statement) {
        let descending = if self.sort.is_descending() { " desc" } else { "" };
        statement.text(" order by ");
        if self.sort != ProductSort::Newest {
            statement.text(self.key()).text(descending).text(", ");
        }
        statement.text("t.product_id").text(descending);
    }

    fn table(&self) -> &'static str {
        if self.is_by_price { "product_prices" } else { "products" }
    }

    fn key(&self) -> &'static str {
        match self.sort {
            ProductSort::Ending => "t.auction_end",
            ProductSort::Newest => "cast(0 as bigint)",
            ProductSort::Cheapest | ProductSort::Dearest => "t.price",
        }
    }
}
