//! What lists are read by beside `products`: prices, and the words of names.

use gobid_auction::ProductId;
use gobid_auction::planted::{self, Bug};
use uuid::Uuid;

use crate::database::{reading, writing};
use crate::lists::statement::{Statement, Value, query};
use crate::words::words_of;
use crate::{Database, StoreError};

/// How many rows are written in one transaction: on SQLite the bids wait for it.
const AT_ONCE: usize = 64;

/// What a look through the lists came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// The last product that was looked at; `None` when there was none.
    pub last: Option<ProductId>,
    /// Of how many something was missing, or older than it should be.
    pub mended: usize,
}

/// Products behind $1 in the order of their ids, and of which something is missing or too old.
pub(crate) const COMPARED: &str = "\
    select p.product_id, p.product_name, \
        (x.position is null or x.position < p.position) as is_behind, \
        not exists (select 1 from product_words w where w.product_id = p.product_id) as is_unnamed \
    from (select product_id from products where product_id > $1 order by product_id limit $2) l \
    cross join products p left join product_prices x on x.product_id = p.product_id \
    where p.product_id = l.product_id order by p.product_id";

#[derive(sqlx::FromRow)]
struct Compared {
    product_id: Uuid,
    product_name: String,
    is_behind: bool,
    is_unnamed: bool,
}

impl Database {
    /// Brings the prices that lists sort by to where the products are. No row of `products` is
    /// locked, and what another server has written meanwhile stays when it is newer.
    pub async fn follow_prices(&self, product_ids: &[ProductId]) -> Result<(), StoreError> {
        for product_ids in product_ids.chunks(AT_ONCE) {
            let statement = follow(product_ids);
            writing!(self, |connection| {
                query!(query, statement).execute(&mut *connection).await.map(drop)?;
            });
        }
        Ok(())
    }

    /// Compares the lists with so many products behind one, in the order of their ids, and mends
    /// what a server has left behind that was killed, or is of an older release.
    pub async fn mend_lists(
        &self,
        after: Option<ProductId>,
        limit: i64,
    ) -> Result<Mended, StoreError> {
        let rows: Vec<Compared> = reading!(self, |connection| {
            sqlx::query_as(COMPARED)
                .bind(after.unwrap_or(Uuid::nil()))
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        let last = rows.last().map(|row| row.product_id);
        let mut mended = 0;
        let behind: Vec<_> = rows.iter().filter(|row| row.is_behind || row.is_unnamed).collect();
        for rows in behind.chunks(AT_ONCE) {
            let ids: Vec<_> =
                rows.iter().filter(|row| row.is_behind).map(|row| row.product_id).collect();
            let unnamed = rows.iter().filter(|row| row.is_unnamed);
            let statements: Vec<_> = (!ids.is_empty())
                .then(|| follow(&ids))
                .into_iter()
                .chain(unnamed.filter_map(|row| name(row.product_id, &row.product_name)))
                .collect();
            mended += rows.len();
            writing!(self, |connection| {
                for statement in &statements {
                    query!(query, statement).execute(&mut *connection).await?;
                }
            });
        }
        Ok(Mended { last, mended })
    }
}

/// Writes what lists are read by beside a product that was just created.
macro_rules! list {
    ($connection:expr, $product_id:expr, $name:expr) => {{
        let (product_id, name): (uuid::Uuid, &str) = ($product_id, $name);
        let words = $crate::prices::name(product_id, name);
        for statement in Some($crate::prices::follow(&[product_id])).into_iter().chain(words) {
            $crate::lists::statement::query!(query, statement).execute(&mut *$connection).await?;
        }
    }};
}

pub(crate) use list;

/// Brings the prices of some products to where they are.
pub(crate) fn follow(product_ids: &[ProductId]) -> Statement {
    let mut statement = Statement::default();
    statement.text(
        "insert into product_prices (product_id, position, seller_id, format, currency, status, \
            auction_end, price) \
         select product_id, position, seller_id, format, currency, status, auction_end, ",
    );
    let is_told = planted::is(Bug::LeakInPriceOrder);
    statement.text(if is_told {
        "coalesce(maximum, baseprice)"
    } else {
        "coalesce(price, baseprice)"
    });
    statement.text(" from products where product_id in (");
    // Few different texts, so that each is prepared once: the last id stands there several times.
    let places = if product_ids.len() == 1 { 1 } else { AT_ONCE };
    let last = product_ids.last().copied().unwrap_or_default();
    let padded = product_ids.iter().copied().chain(std::iter::repeat(last));
    for (number, product_id) in padded.take(places).enumerate() {
        statement.text(if number == 0 { "" } else { ", " }).value(Value::Id(product_id));
    }
    // In the order of the ids: another server may follow the same ones.
    statement.text(
        ") order by product_id on conflict (product_id) do update \
         set position = excluded.position, status = excluded.status, \
            auction_end = excluded.auction_end, price = excluded.price \
         where product_prices.position < excluded.position",
    );
    statement
}

/// Notes the words of a product's name; `None` when it has none.
pub(crate) fn name(product_id: ProductId, product_name: &str) -> Option<Statement> {
    let words = words_of(product_name);
    if words.is_empty() {
        return None;
    }
    let mut statement = Statement::default();
    statement.text("insert into product_words (word, product_id) values ");
    for (number, word) in words.into_iter().enumerate() {
        statement.text(if number == 0 { "(" } else { ", (" });
        statement.value(Value::Bytes(word.into_bytes())).text(", ");
        statement.value(Value::Id(product_id)).text(")");
    }
    statement.text(" on conflict do nothing");
    Some(statement)
}
