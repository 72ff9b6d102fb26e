//! A product's row: what was created and how its auction stands.

use std::time::Duration;

use gobid_auction::{
    Amount, Auction, Currency, Dutch, Format, Increment, ProductId, State, Status, Terms,
    Timestamp, UserId,
};
use uuid::Uuid;

use crate::database::reading;
use crate::error::corrupt;
use crate::log::offered;
use crate::{BidderRow, Database, StoreError};

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
         p.bid_count, p.bidder_count, p.auction_end, p.last_at, p.anonymous_bidders, p.created_at, \
         p.reserve_price, p.buy_now_price, p.soft_close_seconds, p.hard_end, p.dutch, \
         p.reserve_fixed, p.ended_early, p.annulled, p.revision"
    };
}

/// What `select` needs before its `from products p` and the joins of [`product_joins`].
macro_rules! product_columns {
    () => {
        concat!(
            $crate::product::auction_columns!(),
            ", p.product_name, p.description, p.reference, p.original_end, p.cancel_reason, \
             seller.user_name as seller_name, \
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
#[expect(clippy::struct_excessive_bools, reason = "the table has each of them")]
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
    reserve_price: Option<i64>,
    buy_now_price: Option<i64>,
    soft_close_seconds: i64,
    hard_end: Option<i64>,
    dutch: Option<String>,
    reserve_fixed: bool,
    ended_early: bool,
    annulled: bool,
    revision: i64,
}

impl AuctionRow {
    /// A row of SQLite that begins with the columns.
    pub(crate) fn of_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            product_id: row.get(0)?,
            seller_id: row.get(1)?,
            format: row.get(2)?,
            currency: row.get(3)?,
            baseprice: row.get(4)?,
            increment: row.get(5)?,
            auction_start: row.get(6)?,
            status: row.get(7)?,
            position: row.get(8)?,
            seq: row.get(9)?,
            leader_id: row.get(10)?,
            price: row.get(11)?,
            maximum: row.get(12)?,
            bid_count: row.get(13)?,
            bidder_count: row.get(14)?,
            auction_end: row.get(15)?,
            last_at: row.get(16)?,
            anonymous_bidders: row.get(17)?,
            created_at: row.get(18)?,
            reserve_price: row.get(19)?,
            buy_now_price: row.get(20)?,
            soft_close_seconds: row.get(21)?,
            hard_end: row.get(22)?,
            dutch: row.get(23)?,
            reserve_fixed: row.get(24)?,
            ended_early: row.get(25)?,
            annulled: row.get(26)?,
            revision: row.get(27)?,
        })
    }
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

    /// One product, and how a user has taken part in its auction: by one statement, so that both are
    /// of the same moment.
    pub async fn product_and_part(
        &self,
        product_id: ProductId,
        user_id: UserId,
    ) -> Result<Option<(Product, Option<BidderRow>)>, StoreError> {
        const SQL: &str = concat!(
            "select ",
            product_columns!(),
            ", own.number, coalesce(own.sealed_amount, own.maximum) as offer, \
             own.firm, own.last_position from products p",
            product_joins!(),
            "left join auction_bidders own \
                on own.product_id = p.product_id and own.user_id = $2 \
             where p.product_id = $1"
        );
        let row: Option<ProductAndPart> = reading!(self, |connection| {
            sqlx::query_as(SQL).bind(product_id).bind(user_id).fetch_optional(connection).await?
        });
        row.map(TryInto::try_into).transpose()
    }
}

/// A product, and what somebody has done in its auction.
#[derive(sqlx::FromRow)]
pub(crate) struct ProductAndPart {
    #[sqlx(flatten)]
    product: ProductRow,
    #[sqlx(flatten)]
    part: Part,
}

impl TryFrom<ProductAndPart> for (Product, Option<BidderRow>) {
    type Error = StoreError;

    fn try_from(row: ProductAndPart) -> Result<Self, StoreError> {
        Ok((row.product.try_into()?, row.part.row()?))
    }
}

/// How somebody has taken part, if he has.
#[derive(sqlx::FromRow)]
struct Part {
    number: Option<i64>,
    offer: Option<i64>,
    firm: Option<bool>,
    last_position: Option<i64>,
}

impl Part {
    fn row(self) -> Result<Option<BidderRow>, StoreError> {
        let (Some(number), Some(firm), Some(last_position)) =
            (self.number, self.firm, self.last_position)
        else {
            return Ok(None);
        };
        let offer = self.offer.map(|minor_units| offered(minor_units, firm)).transpose()?;
        Ok(Some(BidderRow { number, offer, last_position }))
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
    let dutch = row.dutch.as_deref().map(serde_json::from_str::<Dutch>).transpose();
    Ok(Terms {
        product_id: row.product_id,
        seller_id: row.seller_id,
        format,
        currency,
        baseprice: amount(row.baseprice)?,
        increment,
        buy_now_price: row.buy_now_price.map(amount).transpose()?,
        soft_close: Duration::from_secs(u64::try_from(row.soft_close_seconds).unwrap_or(0)),
        hard_end: row.hard_end.map(Timestamp::from_micros),
        dutch: dutch.map_err(|why| corrupt("products", why))?,
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
        reserve: row.reserve_price.map(amount).transpose()?,
        reserve_fixed: row.reserve_fixed,
        bid_count: row.bid_count,
        bidder_count: row.bidder_count,
        auction_end: Timestamp::from_micros(row.auction_end),
        ended_early: row.ended_early,
        annulled: row.annulled,
        revision: row.revision,
        last_at: Timestamp::from_micros(row.last_at),
    })
}

fn amount(minor_units: i64) -> Result<Amount, StoreError> {
    Amount::new(minor_units)
        .ok_or_else(|| corrupt("products", format!("{minor_units} is no amount")))
}
