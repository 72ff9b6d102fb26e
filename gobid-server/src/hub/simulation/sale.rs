//! What is sold: auctions of all formats, some of which begin later.

use std::time::Duration;

use gobid_auction::{
    Amount, Auction, Dutch, EntryIds, Format, Increment, ProductId, Terms, Timestamp,
};
use gobid_store::NewProductRow;
use uuid::Uuid;

use super::checks::Ledger;
use super::event::{Event, Task};
use super::world::World;
use crate::hub::record;

/// A product.
#[derive(Debug)]
pub(super) struct Sale {
    pub(super) product_id: ProductId,
    pub(super) format: Format,
    pub(super) anonymous_bidders: bool,
}

/// Ids of products are far from those of users and entries.
const FIRST_PRODUCT: u128 = 500_000;

fn amount(minor_units: u64) -> Amount {
    Amount::new(i64::try_from(minor_units).unwrap()).unwrap()
}

impl World {
    pub(super) fn make_sales(&mut self) {
        for number in 0..self.plan.sales {
            self.make_sale(number);
        }
    }

    fn make_sale(&mut self, number: usize) {
        let now = self.database.clock(self.now);
        let product_id = Uuid::from_u128(FIRST_PRODUCT + u128::try_from(number).unwrap());
        let is_popular = (self.plan.floods > 0 || self.plan.is_busy) && number == 0;
        let format = match self.random.between(0, 9) {
            _ if is_popular => Format::English,
            0 => Format::SealedFirstPrice,
            1 => Format::SealedSecondPrice,
            2 => Format::Dutch,
            _ => Format::English,
        };
        let terms = self.terms(product_id, format, now);
        let reserve = match format {
            Format::Dutch => None,
            _ => self.random.one_in(2).then(|| amount(self.random.between(2_00, 9_00))),
        };
        let calm_after = u64::try_from(self.plan.calm_after.as_millis()).unwrap();
        let length =
            self.random.millis(if is_popular { calm_after } else { 2_000 }, calm_after + 1_000);
        let auction_end = terms.auction_start.plus(length);
        let terms = Terms { hard_end: terms.hard_end.map(|it| it.max(auction_end)), ..terms };
        let mut auction = Auction::new(terms, reserve, auction_end, now);
        let [opening, own, second] = [1, 2, 3].map(|place| {
            Uuid::from_u128(FIRST_PRODUCT + 1_000 * place + u128::try_from(number).unwrap())
        });
        let first_entry = record::first_entry(&mut auction, EntryIds { opening, own, second }, now);
        let product = NewProductRow {
            auction,
            product_name: format!("product {number}"),
            description: "as it was".to_owned(),
            reference: None,
            anonymous_bidders: self.random.one_in(3),
            created_at: now,
        };
        self.database.create_product(&product, first_entry.as_ref());
        let anonymous_bidders = product.anonymous_bidders;
        self.ledgers.insert(product_id, Ledger::new(&product, first_entry));
        self.sales.push(Sale { product_id, format, anonymous_bidders });
        let process = self.process(0);
        self.later(super::SOON, Event::Server(process, Task::Created(product_id)));
    }

    fn terms(&mut self, product_id: ProductId, format: Format, now: Timestamp) -> Terms {
        let is_english = format == Format::English;
        let starts_later = self.random.one_in(3);
        let start = if starts_later { self.random.millis(100, 3_000) } else { Duration::ZERO };
        let dutch = Dutch { floor: amount(50), step: amount(60), tick_seconds: 1 };
        let has_buy_now = is_english && !self.plan.is_busy && self.random.one_in(3);
        let has_soft_close = is_english && self.random.one_in(2);
        let has_hard_end = is_english && self.random.one_in(3);
        let increment = if is_english && self.random.one_in(2) {
            Increment::flat(amount(10))
        } else {
            Increment::DEFAULT
        };
        Terms {
            product_id,
            seller_id: self.people[super::people::SELLER].user_id,
            format,
            currency: "USD".parse().unwrap(),
            baseprice: amount(if format == Format::Dutch { 8_00 } else { 1_00 }),
            increment,
            buy_now_price: has_buy_now.then(|| amount(9_00)),
            soft_close: if has_soft_close { Duration::from_secs(2) } else { Duration::ZERO },
            hard_end: has_hard_end.then(|| now.plus(Duration::from_secs(15))),
            dutch: (format == Format::Dutch).then_some(dutch),
            auction_start: now.plus(start),
            starts_later,
        }
    }
}
