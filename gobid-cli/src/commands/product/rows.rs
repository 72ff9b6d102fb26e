//! Products and bids as rows.

use gobid_api::Decimal;
use gobid_api::bids::BidRow;
use gobid_api::products::{ProductCreated, ProductView, YourView};
use serde::Serialize;

use crate::output::{Cell, Column, Record};

impl Record for ProductCreated {
    const COLUMNS: &'static [Column<Self>] =
        &[Column::new("product_id", |product| Cell::text(&product.product_id))];

    fn id(&self) -> String {
        self.product_id.to_string()
    }
}

impl Record for ProductView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("product_id", |product| Cell::text(&product.product_id)),
        Column::new("product_name", |product| Cell::text(&product.product_name)),
        Column::new("status", |product| Cell::text(&product.status)),
        Column::new("current_price", |product| money(product, product.current_price)),
        Column::for_programs("currency", |product| Cell::text(&product.currency)),
        Column::new("bid_count", |product| Cell::Number(product.bid_count)),
        Column::new("auction_end", |product| Cell::Moment(product.auction_end)),
        Column::detail("description", |product| Cell::text(&product.description)),
        Column::detail("seller", |product| Cell::text(&product.seller.user_name)),
        Column::detail("format", |product| Cell::text(&product.format)),
        Column::detail("baseprice", |product| money(product, Some(product.baseprice))),
        Column::detail("minimum_next_bid", |product| money(product, product.minimum_next_bid)),
        Column::detail("leader", |product| Cell::maybe(product.leader.as_ref())),
        Column::detail("bidder_count", |product| Cell::Number(product.bidder_count)),
        Column::detail("winner", |product| Cell::maybe(product.winner.as_ref())),
        Column::detail("hammer_price", |product| money(product, product.hammer_price)),
        Column::detail("cancel_reason", |product| Cell::maybe(product.cancel_reason.as_ref())),
        Column::detail("auction_start", |product| Cell::Moment(product.auction_start)),
        Column::detail("you", |product| product.you.as_ref().map_or(Cell::Nothing, you)),
        Column::detail("your_amount", |product| {
            money(product, product.you.as_ref().and_then(|you| you.amount))
        }),
        Column::detail("seq", |product| Cell::Number(product.seq)),
    ];

    fn id(&self) -> String {
        self.product_id.to_string()
    }
}

/// How a product stands, in a few words: `open, USD 1,275.00, ends 2030-01-31T18:00:00.000Z`.
pub(in crate::commands) fn at_price(product: &ProductView) -> String {
    let price = product.current_price.map_or_else(
        || format!("from {}", crate::amount::money(product.baseprice, &product.currency)),
        |price| crate::amount::money(price, &product.currency),
    );
    format!("{}, {price}, ends {}", product.status, product.auction_end)
}

fn money(product: &ProductView, amount: Option<Decimal>) -> Cell {
    Cell::money(amount, &product.currency)
}

fn you(you: &YourView) -> Cell {
    if you.is_seller {
        return Cell::text(&"seller");
    }
    // In the words of the wire.
    serde_json::to_value(you.status)
        .ok()
        .and_then(|status| status.as_str().map(Cell::text))
        .unwrap_or(Cell::Nothing)
}

/// A bid, with the currency of its product. Its JSON is the wire's own, which has none.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct BidOn {
    bid: BidRow,
    #[serde(skip)]
    currency: String,
}

impl BidOn {
    pub(super) fn new(bid: BidRow, currency: &str) -> Self {
        Self { bid, currency: currency.to_owned() }
    }
}

impl Record for BidOn {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("at", |row| Cell::Moment(row.bid.at)),
        Column::new("amount", |row| Cell::money(Some(row.bid.amount), &row.currency)),
        Column::for_programs("currency", |row| Cell::text(&row.currency)),
        Column::new("bidder", |row| Cell::text(&row.bid.bidder)),
        Column::new("automatic", |row| Cell::Flag(row.bid.automatic)),
        Column::new("voided", |row| Cell::Flag(row.bid.voided)),
        Column::new("seq", |row| Cell::Number(row.bid.seq)),
        Column::new("bid_id", |row| Cell::text(&row.bid.bid_id)),
    ];

    fn id(&self) -> String {
        self.bid.bid_id.to_string()
    }
}
