//! What the products of a list have in common.

use gobid_auction::{Currency, Format, Status, UserId};

use super::statement::{Statement, Value};
use crate::words;

/// A condition on the product `t`, of `products` or of `product_prices`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Status(Status),
    Seller(UserId),
    Format(Format),
    Currency(Currency),
    /// The end is after the first and not after the second, in microseconds.
    Ending(i64, i64),
    /// The price that lists sort by is neither below the first nor above the second.
    Price(i64, i64),
    /// A word of the name begins so.
    Word(String),
}

impl Condition {
    /// Adds the condition to a statement.
    pub(crate) fn write(&self, statement: &mut Statement) {
        let column = self.column();
        match self {
            Self::Status(status) => {
                statement.text(column).text(" = ").value(Value::Word(status.as_str()));
            }
            Self::Seller(seller_id) => {
                statement.text(column).text(" = ").value(Value::Id(*seller_id));
            }
            Self::Format(format) => {
                statement.text(column).text(" = ").value(Value::Word(format.as_str()));
            }
            Self::Currency(currency) => {
                statement.text(column).text(" = ").value(Value::Word(currency.code()));
            }
            Self::Ending(after, until) => {
                statement.text(column).text(" > ").number(*after).text(" and ");
                statement.text(column).text(" <= ").number(*until);
            }
            Self::Price(from, to) => {
                statement.text(column).text(" >= ").number(*from).text(" and ");
                statement.text(column).text(" <= ").number(*to);
            }
            // A subquery of one value is asked for each product. Of `exists` PostgreSQL may make a
            // join, for which it reads all that have the word.
            Self::Word(_) => {
                statement.text("(select 1 from product_words w where w.product_id = ");
                statement.text(column).text(" and ");
                self.write_words(statement);
                statement.text(" limit 1) = 1");
            }
        }
    }

    /// Adds the words `w` that are meant; for other conditions nothing.
    pub(crate) fn write_words(&self, statement: &mut Statement) {
        if let Self::Word(prefix) = self {
            let (from, to) = words::range(prefix);
            statement.text("w.word >= ").value(Value::Bytes(from));
            statement.text(" and w.word < ").value(Value::Bytes(to));
        }
    }

    /// The column of `t` that it is about.
    pub(crate) const fn column(&self) -> &'static str {
        match self {
            Self::Status(_) => "t.status",
            Self::Seller(_) => "t.seller_id",
            Self::Format(_) => "t.format",
            Self::Currency(_) => "t.currency",
            Self::Ending(..) => "t.auction_end",
            Self::Price(..) => "t.price",
            Self::Word(_) => "t.product_id",
        }
    }
}
