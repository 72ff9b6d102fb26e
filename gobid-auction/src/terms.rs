//! What was agreed when a product was created.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::{Amount, Currency, Dutch, Increment, ProductId, Timestamp, UnknownWord, UserId};

/// What was agreed when the product was created, and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The product.
    pub product_id: ProductId,
    /// Who sells it.
    pub seller_id: UserId,
    /// By which rules.
    pub format: Format,
    /// In which currency.
    pub currency: Currency,
    /// The lowest first bid; of a Dutch auction, the price it begins with.
    pub baseprice: Amount,
    /// The steps between bids of an English auction.
    pub increment: Increment,
    /// What is paid to end an English auction at once.
    pub buy_now_price: Option<Amount>,
    /// A bid of an English auction that comes this close to the end moves it; zero when none does.
    pub soft_close: Duration,
    /// Beyond this nothing moves the end.
    pub hard_end: Option<Timestamp>,
    /// How the price of a Dutch auction falls.
    pub dutch: Option<Dutch>,
    /// When bidding begins.
    pub auction_start: Timestamp,
    /// Whether that was later than the creation: of an auction that began with it no bid is early.
    pub starts_later: bool,
}

/// By which rules an auction is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rising prices, RULES.md §4.
    English,
    /// One secret amount a bidder; the highest pays what it says, RULES.md §5.
    SealedFirstPrice,
    /// The same, but the highest pays the second-highest amount.
    SealedSecondPrice,
    /// A falling price; the first to accept it wins, RULES.md §6.
    Dutch,
}

/// A term that the rules do not allow: the field, as the wire names it, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field.
    pub field: &'static str,
    /// What is wrong, and what to write instead.
    pub why: &'static str,
}

impl Terms {
    /// Every term that does not belong to the format or does not fit another one, with the reserve
    /// and the end that the auction is to have (RULES.md §3, §4, §6).
    pub fn faults(&self, reserve: Option<Amount>, auction_end: Timestamp) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut check = |is_wrong: bool, field, why| {
            if is_wrong {
                faults.push(Fault { field, why });
            }
        };
        let (english, dutch) = (self.format == Format::English, self.format == Format::Dutch);
        let only_english = "belongs to english auctions only";
        check(dutch && reserve.is_some(), "reserve_price", "does not belong to dutch auctions");
        check(!english && self.buy_now_price.is_some(), "buy_now_price", only_english);
        check(!english && !self.soft_close.is_zero(), "soft_close_seconds", only_english);
        check(!english && self.hard_end.is_some(), "hard_end", only_english);
        check(!english && self.increment != Increment::DEFAULT, "increment", only_english);
        check(!dutch && self.dutch.is_some(), "dutch", "belongs to dutch auctions only");
        check(dutch && self.dutch.is_none(), "dutch", "is missing: give floor, step, tick_seconds");
        let floor_too_high = self.dutch.is_some_and(|dutch| dutch.floor >= self.baseprice);
        check(floor_too_high, "dutch", "must have a floor below baseprice");
        if let Some(price) = self.buy_now_price.filter(|_| english) {
            let too_low = price.minor_units() * 10 < self.baseprice.minor_units() * 13;
            check(too_low, "buy_now_price", "must be at least 30 % above baseprice");
            let below = reserve.is_some_and(|reserve| price < reserve);
            check(below, "buy_now_price", "must not be below reserve_price");
        }
        let early = self.hard_end.is_some_and(|hard_end| hard_end < auction_end);
        check(early, "hard_end", "must not be before auction_end");
        faults
    }
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] =
        [Self::English, Self::SealedFirstPrice, Self::SealedSecondPrice, Self::Dutch];

    /// The word for it, on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::SealedFirstPrice => "sealed_first_price",
            Self::SealedSecondPrice => "sealed_second_price",
            Self::Dutch => "dutch",
        }
    }

    /// Whether bids are secret until the close.
    pub const fn is_sealed(self) -> bool {
        matches!(self, Self::SealedFirstPrice | Self::SealedSecondPrice)
    }

    /// Whether there may be a secret minimum.
    pub const fn has_reserve(self) -> bool {
        !matches!(self, Self::Dutch)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or(UnknownWord)
    }
}
