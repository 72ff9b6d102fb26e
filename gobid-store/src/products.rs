//! The creation of products.

use gobid_auction::{Amount, Auction, ProductId, Timestamp, UserId};
use uuid::Uuid;

use crate::database::{reading, writing};
use crate::error::corrupt;
use crate::log::append;
use crate::prices::list;
use crate::{Database, LogEntry, StoreError};

/// A product to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProductRow {
    /// The auction, after the first entry of its log when there is one.
    pub auction: Auction,
    /// The product's name.
    pub product_name: String,
    /// What it is.
    pub description: String,
    /// The seller's own reference.
    pub reference: Option<Reference>,
    /// Whether bidders appear by number.
    pub anonymous_bidders: bool,
    /// Now.
    pub created_at: Timestamp,
}

/// What a seller names a product by, so that creating it twice is one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The reference, unique for its seller.
    pub text: String,
    /// The digest of what the product was created with.
    pub digest: Vec<u8>,
}

/// What became of the creation of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It was created.
    Made,
    /// It had been created before, by the same reference and with the same digest.
    Existed(ProductId),
    /// Another product of the seller's has the reference.
    ReferenceTaken,
}

impl Database {
    /// Creates a product, with the first entry of its log when its auction opens at once.
    pub async fn create_product(
        &self,
        product: &NewProductRow,
        first_entry: Option<&LogEntry>,
    ) -> Result<Created, StoreError> {
        let columns = Columns::of(product)?;
        let other: Option<Option<Referenced>> = writing!(self, |connection| {
            if insert!(connection, product, columns) == 1 {
                if let Some(entry) = first_entry {
                    append!(connection, entry);
                }
                list!(connection, product.auction.terms.product_id, &product.product_name);
                None
            } else {
                let other = sqlx::query_as(REFERENCED)
                    .bind(product.auction.terms.seller_id)
                    .bind(columns.reference)
                    .fetch_optional(connection)
                    .await?;
                Some(other)
            }
        });
        let product_id = product.auction.terms.product_id;
        match other {
            None => Ok(Created::Made),
            Some(Some(other)) if other.reference_digest.as_deref() == columns.digest => {
                Ok(Created::Existed(other.product_id))
            }
            Some(Some(_)) => Ok(Created::ReferenceTaken),
            Some(None) => Err(corrupt("products", format!("the id {product_id} is taken"))),
        }
    }

    /// The product of a seller's that has a reference, and was created with the same digest.
    pub async fn referenced(
        &self,
        seller_id: UserId,
        reference: &str,
        digest: &[u8],
    ) -> Result<Option<ProductId>, StoreError> {
        let other: Option<Referenced> = reading!(self, |connection| {
            sqlx::query_as(REFERENCED)
                .bind(seller_id)
                .bind(reference)
                .fetch_optional(connection)
                .await?
        });
        let same = |other: &Referenced| other.reference_digest.as_deref() == Some(digest);
        Ok(other.filter(same).map(|other| other.product_id))
    }
}

const REFERENCED: &str = "select product_id, reference_digest from products \
    where seller_id = $1 and reference = $2";

/// The product that has a reference.
#[derive(sqlx::FromRow)]
struct Referenced {
    product_id: Uuid,
    reference_digest: Option<Vec<u8>>,
}

/// Inserts the row and gives the number of rows inserted: 0 when the reference is taken.
macro_rules! insert {
    ($connection:expr, $product:expr, $columns:expr) => {{
        let (terms, state) = (&$product.auction.terms, &$product.auction.state);
        sqlx::query(
            "insert into products (product_id, seller_id, product_name, description, reference, \
                reference_digest, format, currency, baseprice, increment, anonymous_bidders, \
                auction_start, original_end, created_at, status, position, seq, leader_id, \
                price, maximum, minimum, bid_count, bidder_count, auction_end, due_at, last_at, \
                reserve_price, buy_now_price, soft_close_seconds, hard_end, dutch) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
                $18, $19, $20, $21, $22, $23, $13, $24, $25, $26, $27, $28, $29, $30) \
             on conflict do nothing",
        )
        .bind(terms.product_id)
        .bind(terms.seller_id)
        .bind(&$product.product_name)
        .bind(&$product.description)
        .bind($columns.reference)
        .bind($columns.digest)
        .bind(terms.format.as_str())
        .bind(terms.currency.code())
        .bind(terms.baseprice.minor_units())
        .bind(&$columns.increment)
        .bind($product.anonymous_bidders)
        .bind(terms.auction_start.as_micros())
        .bind(state.auction_end.as_micros())
        .bind($product.created_at.as_micros())
        .bind(state.status.as_str())
        .bind(state.position)
        .bind(state.seq)
        .bind(state.leader)
        .bind(state.price.map(Amount::minor_units))
        .bind(state.maximum.map(Amount::minor_units))
        .bind($columns.minimum)
        .bind(state.bid_count)
        .bind(state.bidder_count)
        .bind($columns.due_at)
        .bind(state.last_at.as_micros())
        .bind(state.reserve.map(Amount::minor_units))
        .bind(terms.buy_now_price.map(Amount::minor_units))
        .bind($columns.soft_close_seconds)
        .bind(terms.hard_end.map(Timestamp::as_micros))
        .bind($columns.dutch.as_deref())
        .execute(&mut *$connection)
        .await?
        .rows_affected()
    }};
}

use insert;

/// What stands in columns and has to be made for them.
struct Columns<'product> {
    reference: Option<&'product str>,
    digest: Option<&'product [u8]>,
    increment: String,
    minimum: Option<i64>,
    due_at: Option<i64>,
    soft_close_seconds: i64,
    dutch: Option<String>,
}

impl<'product> Columns<'product> {
    fn of(product: &'product NewProductRow) -> Result<Self, StoreError> {
        let (auction, reference) = (&product.auction, product.reference.as_ref());
        Ok(Self {
            reference: reference.map(|reference| reference.text.as_str()),
            digest: reference.map(|reference| reference.digest.as_slice()),
            increment: serde_json::to_string(&auction.terms.increment)
                .map_err(|why| corrupt("products", why))?,
            minimum: auction.minimum_next_bid().map(Amount::minor_units),
            due_at: auction.due_at().map(Timestamp::as_micros),
            soft_close_seconds: i64::try_from(auction.terms.soft_close.as_secs())
                .map_err(|why| corrupt("products", why))?,
            dutch: auction
                .terms
                .dutch
                .map(|dutch| serde_json::to_string(&dutch))
                .transpose()
                .map_err(|why| corrupt("products", why))?,
        })
    }
}
