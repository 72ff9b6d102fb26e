//! The Dutch auction, RULES.md §6.

use serde::{Deserialize, Serialize};

use crate::bid::Checked;
use crate::entries::Entries;
use crate::planted::{self, Bug};
use crate::{Amount, Rejection, Timestamp, TooLow, life};

/// How the price of a Dutch auction falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dutch {
    /// The lowest price.
    pub floor: Amount,
    /// By how much it falls each time.
    pub step: Amount,
    /// How many seconds lie between one fall and the next: 1 or more.
    pub tick_seconds: u32,
}

impl Dutch {
    /// The price at a time: a pure function, so that it needs no writes.
    pub fn price_at(&self, baseprice: Amount, start: Timestamp, time: Timestamp) -> Amount {
        let ticks = time.since(start).as_secs() / u64::from(self.tick_seconds.max(1));
        let fallen = i64::try_from(ticks).unwrap_or(i64::MAX);
        let fallen = self.step.minor_units().saturating_mul(fallen);
        let price = Amount::new(baseprice.minor_units().saturating_sub(fallen));
        price.map_or(self.floor, |price| price.max(self.floor))
    }
}

/// Judges an acceptance: the first one wins, at the price of its stamp.
pub(crate) fn judge(entries: &mut Entries, bid: &Checked<'_>) -> Result<(), Rejection> {
    let auction = &entries.auction;
    let is_late = planted::is(Bug::DutchPriceWhenJudged);
    let time = if is_late { entries.at() } else { bid.received_at };
    let Some(price) = auction.current_price_at(time) else {
        return Err(Rejection::WrongFormat);
    };
    if bid.offer.amount() < price {
        return Err(Rejection::TooLow(TooLow {
            current_price: Some(price),
            minimum_next_bid: Some(price),
            next_bids: Vec::new(),
        }));
    }
    life::sell_at_once(entries, bid, price);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_falls_a_step_each_tick_and_never_below_the_floor() {
        let amount = |minor| Amount::new(minor).unwrap();
        let dutch = Dutch { floor: amount(40), step: amount(25), tick_seconds: 10 };
        let start = Timestamp::from_micros(1_000_000_000);
        let table = [
            (-1, 100),
            (0, 100),
            (9_999_999, 100),
            (10_000_000, 75),
            (19_999_999, 75),
            (20_000_000, 50),
            (30_000_000, 40),
            (i64::MAX / 2, 40),
        ];
        for (since, price) in table {
            let time = Timestamp::from_micros(start.as_micros() + since);
            assert_eq!(dutch.price_at(amount(100), start, time), amount(price), "{since}");
        }
    }
}
