//! A product's row: what was created and how its auction stands.

use gobid_auction::{
    Amount, Auction, Currency, Format, Increment, ProductId, State, Status, Terms, Timestamp,
    UserId,
};
use uuid::Uuid;

use crate::database::reading;
use crate::error::corrupt;
use crate::{Database, StoreError};

/// A product with its auction and the names that its views show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The auction's terms and state.
    pub auction: Auction,
    /// The product's name.
    pub product_name: String,
    /// What it is.
    pub description: String,
    /// The seller's own reference.
    pub reference: Option<String>,
    /// The seller's name.
    pub seller_name: String,
    /// Who leads, or won.
    pub leader: Option<Bidder>,
    /// Whether bidders appear by number.
    pub anonymous_bidders: bool,
    /// The end it was created with.
    pub original_end: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// Raised by every edit of the seller's.
    pub revision: i64,
    /// Whether the sale was annulled.
    pub annulled: bool,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
}

/// Who has bid: the name, and the number behind the alias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bidder {
    /// The user.
    pub user_id: UserId,
    /// The user's name.
    pub user_name: String,
    /// The user's number in this auction, in order of first bids.
    pub number: i64,
}

/// The columns of a product that its auction is made of: those of an [`AuctionRow`].
macro_rules! auction_columns {
    () => {
        "p.product_id, p.seller_id, p.format, p.currency, p.baseprice, p.increment, \
         p.auction_start, p.status, p.position, p.seq, p.leader_id, p.price, p.maximum, \
         p.bid_count, p.bidder_count, p.auction_end, p.last_at, p.anonymous_bidders, p.created_at"
    };
}

/// What `select` needs before its `from products p` and the joins of [`product_joins`].
macro_rules! product_columns {
    () => {
        concat!(
            $crate::product::auction_columns!(),
            ", p.product_name, p.description, p.reference, p.original_end, \
             p.revision, p.annulled, p.cancel_reason, seller.user_name as seller_name, \
             leader.user_name as leader_name, lead.number as leader_number"
        )
    };
}

/// The joins that bring a product's names.
macro_rules! product_joins {
    () => {
        " join users seller on seller.user_id = p.seller_id \
         left join users leader on leader.user_id = p.leader_id \
         left join auction_bidders lead \
            on lead.product_id = p.product_id and lead.user_id = p.leader_id "
    };
}

pub(crate) use {auction_columns, product_columns, product_joins};

/// A row of [`auction_columns`].
#[derive(sqlx::FromRow)]
pub(crate) struct AuctionRow {
    product_id: Uuid,
    seller_id: Uuid,
    format: String,
    currency: String,
    baseprice: i64,
    increment: String,
    auction_start: i64,
    status: String,
    position: i64,
    seq: i64,
    leader_id: Option<Uuid>,
    price: Option<i64>,
    maximum: Option<i64>,
    bid_count: i64,
    bidder_count: i64,
    auction_end: i64,
    last_at: i64,
    pub(crate) anonymous_bidders: bool,
    created_at: i64,
}

/// A row of [`product_columns`].
#[derive(sqlx::FromRow)]
pub(crate) struct ProductRow {
    #[sqlx(flatten)]
    auction: AuctionRow,
    product_name: String,
    description: String,
    reference: Option<String>,
    original_end: i64,
    revision: i64,
    annulled: bool,
    cancel_reason: Option<String>,
    seller_name: String,
    leader_name: Option<String>,
    leader_number: Option<i64>,
}

impl Database {
    /// One product.
    pub async fn product(&self, product_id: ProductId) -> Result<Option<Product>, StoreError> {
        const SQL: &str = concat!(
            "select ",
            product_columns!(),
            " from products p",
            product_joins!(),
            "where p.product_id = $1"
        );
        let row: Option<ProductRow> = reading!(self, |connection| {
            sqlx::query_as(SQL).bind(product_id).fetch_optional(connection).await?
        });
        row.map(Product::try_from).transpose()
    }
}

impl TryFrom<ProductRow> for Product {
    type Error = StoreError;

    fn try_from(row: ProductRow) -> Result<Self, StoreError> {
        let anonymous_bidders = row.auction.anonymous_bidders;
        let created_at = Timestamp::from_micros(row.auction.created_at);
        let auction = Auction::try_from(row.auction)?;
        let leader = match (auction.state.leader, row.leader_name, row.leader_number) {
            (Some(user_id), Some(user_name), Some(number)) => {
                Some(Bidder { user_id, user_name, number })
            }
            _ => None,
        };
        Ok(Self {
            auction,
            leader,
            product_name: row.product_name,
            description: row.description,
            reference: row.reference,
            seller_name: row.seller_name,
            anonymous_bidders,
            original_end: Timestamp::from_micros(row.original_end),
            created_at,
            revision: row.revision,
            annulled: row.annulled,
            cancel_reason: row.cancel_reason,
        })
    }
}

impl TryFrom<AuctionRow> for Auction {
    type Error = StoreError;

    fn try_from(row: AuctionRow) -> Result<Self, StoreError> {
        Ok(Self { terms: terms(&row)?, state: state(&row)? })
    }
}

fn terms(row: &AuctionRow) -> Result<Terms, StoreError> {
    let currency: Currency = row.currency.parse().map_err(|why| corrupt("products", why))?;
    let format: Format = row.format.parse().map_err(|why| corrupt("products", why))?;
    let increment: Increment =
        serde_json::from_str(&row.increment).map_err(|why| corrupt("products", why))?;
    Ok(Terms {
        product_id: row.product_id,
        seller_id: row.seller_id,
        format,
        currency,
        baseprice: amount(row.baseprice)?,
        increment,
        auction_start: Timestamp::from_micros(row.auction_start),
        starts_later: row.auction_start > row.created_at,
    })
}

fn state(row: &AuctionRow) -> Result<State, StoreError> {
    let status: Status = row.status.parse().map_err(|why| corrupt("products", why))?;
    Ok(State {
        status,
        position: row.position,
        seq: row.seq,
        leader: row.leader_id,
        price: row.price.map(amount).transpose()?,
        maximum: row.maximum.map(amount).transpose()?,
        bid_count: row.bid_count,
        bidder_count: row.bidder_count,
        auction_end: Timestamp::from_micros(row.auction_end),
        last_at: Timestamp::from_micros(row.last_at),
    })
}

fn amount(minor_units: i64) -> Result<Amount, StoreError> {
    Amount::new(minor_units)
        .ok_or_else(|| corrupt("products", format!("{minor_units} is no amount")))
}
