//! Products and bids as rows.

use gobid_api::Decimal;
use gobid_api::bids::BidRow;
use gobid_api::products::{ProductCreated, ProductView, YourView};
use serde::Serialize;

use super::increment;
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
        Column::new("format", |product| Cell::text(&product.format)),
        Column::new("current_price", |product| money(product, product.current_price)),
        Column::for_programs("currency", |product| Cell::text(&product.currency)),
        Column::new("bid_count", |product| Cell::count(product.bid_count)),
        Column::new("auction_end", |product| Cell::Moment(product.auction_end)),
        Column::detail("description", |product| Cell::text(&product.description)),
        Column::detail("seller", |product| Cell::text(&product.seller.user_name)),
        Column::detail("baseprice", |product| money(product, Some(product.baseprice))),
        Column::detail("minimum_next_bid", |product| money(product, product.minimum_next_bid)),
        Column::detail("increment", |product| {
            Cell::maybe(increment::text(&product.increment).as_ref())
        }),
        Column::detail("dutch_floor", |product| {
            money(product, product.dutch.map(|dutch| dutch.floor))
        }),
        Column::detail("dutch_step", |product| {
            money(product, product.dutch.map(|dutch| dutch.step))
        }),
        Column::detail("dutch_tick_seconds", |product| {
            Cell::count(product.dutch.map(|dutch| dutch.tick_seconds.into()))
        }),
        Column::detail("reserve_met", |product| Cell::flag(product.reserve_met)),
        Column::detail("buy_now_price", |product| money(product, product.buy_now_price)),
        Column::detail("buy_now_available", |product| Cell::Flag(product.buy_now_available)),
        Column::detail("leader", |product| Cell::maybe(product.leader.as_ref())),
        Column::detail("bidder_count", |product| Cell::count(product.bidder_count)),
        Column::detail("winner", |product| Cell::maybe(product.winner.as_ref())),
        Column::detail("hammer_price", |product| money(product, product.hammer_price)),
        Column::detail("annulled", |product| Cell::Flag(product.annulled)),
        Column::detail("cancel_reason", |product| Cell::maybe(product.cancel_reason.as_ref())),
        Column::detail("auction_start", |product| Cell::Moment(product.auction_start)),
        Column::detail("original_end", |product| Cell::Moment(product.original_end)),
        Column::detail("hard_end", |product| Cell::moment(product.hard_end)),
        Column::detail("soft_close_seconds", |product| Cell::Number(product.soft_close_seconds)),
        Column::detail("you", |product| product.you.as_ref().map_or(Cell::Nothing, you)),
        Column::detail("your_amount", |product| your_money(product, |you| you.amount)),
        Column::detail("your_max_amount", |product| your_money(product, |you| you.max_amount)),
        Column::detail("your_alias", |product| your_text(product, |you| you.alias.as_ref())),
        Column::detail("reserve_price", |product| your_money(product, |you| you.reserve_price)),
        Column::detail("reference", |product| your_text(product, |you| you.reference.as_ref())),
        Column::detail("contact", |product| your_text(product, |you| you.contact.as_ref())),
        Column::detail("revision", |product| Cell::Number(product.revision)),
        Column::detail("seq", |product| Cell::Number(product.seq)),
    ];

    fn id(&self) -> String {
        self.product_id.to_string()
    }
}

/// How a product stands, in a few words: `open, USD 1,275.00, ends 2030-01-31T18:00:00.000Z`, and
/// of an auction that is over `sold, USD 1,275.00`.
pub(in crate::commands) fn at_price(product: &ProductView) -> String {
    let price = product.current_price.map_or_else(
        || format!("from {}", crate::amount::money(product.baseprice, &product.currency)),
        |price| crate::amount::money(price, &product.currency),
    );
    let stands = format!("{}, {price}", product.status);
    match &*product.status {
        "scheduled" | "open" => format!("{stands}, ends {}", product.auction_end),
        _ => stands,
    }
}

fn money(product: &ProductView, amount: Option<Decimal>) -> Cell {
    Cell::money(amount, &product.currency)
}

fn your_money(product: &ProductView, amount: fn(&YourView) -> Option<Decimal>) -> Cell {
    money(product, product.you.as_ref().and_then(amount))
}

fn your_text(product: &ProductView, text: fn(&YourView) -> Option<&String>) -> Cell {
    Cell::maybe(product.you.as_ref().and_then(text))
}

fn you(you: &YourView) -> Cell {
    if you.is_seller {
        return Cell::text(&"seller");
    }
    Cell::word(you.status.as_ref())
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
