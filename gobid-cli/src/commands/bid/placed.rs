//! A bid that was accepted, as it is printed.

use gobid_api::Decimal;
use gobid_api::bids::BidAnswer;
use gobid_api::client::safe_text;
use serde::Serialize;

use crate::output::{Cell, Column, Record};
use crate::{amount, exit};

/// A bid that was accepted. Its JSON is the wire's own.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(in crate::commands) struct Placed {
    pub(in crate::commands) answer: BidAnswer,
    #[serde(skip)]
    pub(in crate::commands) currency: String,
}

impl Placed {
    /// How a program ends that placed it alone: it matters to scripts that a maximum was in the way.
    pub(super) const fn exit(&self) -> u8 {
        match self.answer.result.leading {
            Some(false) => exit::BEATEN,
            Some(true) | None => exit::OK,
        }
    }

    fn money(&self, amount: Option<Decimal>) -> Cell {
        Cell::money(amount, &self.currency)
    }
}

impl Record for Placed {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("bid_id", |it| Cell::text(&it.answer.result.bid_id)),
        Column::new("product_id", |it| Cell::text(&it.answer.result.product_id)),
        Column::new("seq", |it| Cell::Number(it.answer.result.seq)),
        Column::new("amount", |it| it.money(it.answer.result.amount)),
        Column::new("max_amount", |it| it.money(it.answer.result.max_amount)),
        Column::for_programs("currency", |it| Cell::text(&it.currency)),
        Column::new("leading", |it| Cell::flag(it.answer.result.leading)),
        Column::new("current_price", |it| it.money(it.answer.result.current_price)),
        Column::new("minimum_next_bid", |it| it.money(it.answer.result.minimum_next_bid)),
        Column::new("auction_end", |it| Cell::Moment(it.answer.result.auction_end)),
        Column::new("received_at", |it| Cell::Moment(it.answer.result.received_at)),
        Column::new("idempotency_key", |it| Cell::text(&it.answer.idempotency_key)),
    ];

    fn id(&self) -> String {
        self.answer.result.bid_id.to_string()
    }

    fn sentence(&self) -> String {
        let result = &self.answer.result;
        let money = |amount| amount::money(amount, &self.currency);
        let offer = match (result.amount, result.max_amount) {
            (Some(amount), _) => format!("bid {}", money(amount)),
            (None, Some(maximum)) => format!("bid up to {}", money(maximum)),
            (None, None) => "bid".to_owned(),
        };
        let outcome = match result.leading {
            Some(true) => "you lead",
            Some(false) => "beaten at once by a maximum",
            None => "nobody sees it before the close",
        };
        let price = result.current_price.map(|price| format!("; the price is {}", money(price)));
        let price = price.unwrap_or_default();
        safe_text(&format!("{}  {offer}: {outcome}{price}", result.received_at))
    }
}
