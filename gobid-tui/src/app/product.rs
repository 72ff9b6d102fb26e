//! What a product's frames say, read once into values that cannot be wrong and texts that are safe.

use std::str::FromStr;
use std::time::Duration;

use gobid_api::client::safe_text;
use gobid_api::live::ProductChange;
use gobid_api::products::{DutchView, ProductView, RungView};
use gobid_api::{Amount, Currency, Decimal, ProductId, Timestamp, UserId};
use gobid_auction::{Dutch, Format, Increment, Rung};

use super::standing::{Phase, Standing};

/// A product and how its auction stands.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Who sells it.
    pub seller_id: UserId,
    /// The seller's name.
    pub seller: String,
    /// By which rules.
    pub format: Format,
    /// The currency of every amount.
    pub currency: Currency,
    /// The lowest first bid; of a Dutch auction, the price it begins with.
    pub baseprice: Amount,
    /// The steps between bids.
    pub ladder: Increment,
    /// How the price of a Dutch auction falls.
    pub dutch: Option<Dutch>,
    /// The price that ends the auction at once.
    pub buy_now_price: Option<Amount>,
    /// When bidding begins.
    pub start: Timestamp,
    /// The end it was created with.
    pub original_end: Timestamp,
    /// Beyond which no late bid moves the end.
    pub hard_end: Option<Timestamp>,
    /// Late bids move the end by this much; 0 when they do not.
    pub soft_close_seconds: i64,
    /// What events change.
    pub standing: Standing,
    /// Who won, by the name the public sees.
    pub winner: Option<String>,
    /// What the winner pays.
    pub hammer_price: Option<Amount>,
    /// Whether the sale was annulled.
    pub annulled: bool,
    /// Whether bidders appear as `Bidder 1, 2, …`.
    pub is_anonymous: bool,
    /// Why it was cancelled, annulled, or not sold.
    pub reason: Option<String>,
}

/// The next fall of a Dutch price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// When.
    pub at: Timestamp,
    /// To what.
    pub price: Amount,
}

/// The frame says something that this client cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server speaks of {0} that this version of gobid-tui does not know")]
pub struct Unreadable(pub(super) &'static str);

impl Product {
    /// Reads a snapshot's product.
    pub fn read(view: &ProductView) -> Result<Self, Unreadable> {
        let currency =
            Currency::from_str(&view.currency).map_err(|_error| Unreadable("a currency"))?;
        let format = view.format.parse().map_err(|_error| Unreadable("a format"))?;
        let text = |text: &Option<String>| text.as_deref().map(safe_text);
        Ok(Self {
            id: view.product_id,
            name: safe_text(&view.product_name),
            description: safe_text(&view.description),
            seller_id: view.seller.user_id,
            seller: safe_text(&view.seller.user_name),
            format,
            currency,
            baseprice: amount(view.baseprice, currency)?,
            ladder: ladder(&view.increment, format, currency)?,
            dutch: view.dutch.map(|dutch| falling(dutch, currency)).transpose()?,
            buy_now_price: optional(view.buy_now_price, currency)?,
            start: view.auction_start,
            original_end: view.original_end,
            hard_end: view.hard_end,
            soft_close_seconds: view.soft_close_seconds,
            standing: Standing::read(&change(view), currency)?,
            winner: text(&view.winner),
            hammer_price: optional(view.hammer_price, currency)?,
            annulled: view.annulled,
            is_anonymous: view.anonymous_bidders,
            reason: text(&view.cancel_reason),
        })
    }

    /// Whether the auction takes no more bids.
    pub const fn is_over(&self) -> bool {
        match self.standing.phase {
            Phase::Scheduled | Phase::Open => false,
            Phase::Sold | Phase::Unsold | Phase::Cancelled => true,
        }
    }

    /// Whether count and amounts are secret: they become public at the close.
    pub const fn is_secret(&self) -> bool {
        self.format.is_sealed() && !matches!(self.standing.phase, Phase::Sold | Phase::Unsold)
    }

    /// What the leader would pay, or what the first to accept the price of a Dutch auction pays.
    pub fn price_at(&self, time: Timestamp) -> Option<Amount> {
        self.dutch_price_at(time).or(self.standing.price)
    }

    /// The lowest bid that anybody may place; `None` where no legal amount is left.
    pub fn minimum_at(&self, time: Timestamp) -> Option<Amount> {
        self.dutch_price_at(time).or(self.standing.minimum)
    }

    /// The next fall of an open Dutch auction's price: none at its floor, and none after its end.
    pub fn next_fall(&self, time: Timestamp) -> Option<Fall> {
        let dutch = self.dutch.as_ref()?;
        let price = self.dutch_price_at(time)?;
        let tick = u64::from(dutch.tick_seconds.max(1));
        let fallen = time.since(self.start).as_secs() / tick;
        let at = self.start.plus(Duration::from_secs((fallen + 1).saturating_mul(tick)));
        let next = dutch.price_at(self.baseprice, self.start, at);
        (next < price && at < self.standing.end).then_some(Fall { at, price: next })
    }

    fn dutch_price_at(&self, time: Timestamp) -> Option<Amount> {
        let dutch = self.dutch.as_ref().filter(|_| self.standing.phase == Phase::Open)?;
        Some(dutch.price_at(self.baseprice, self.start, time))
    }

    /// The buy-now price, while it can be paid.
    pub fn buy_now(&self) -> Option<Amount> {
        let can_be_paid = self.standing.buy_now_available && !self.is_over();
        self.buy_now_price.filter(|_| can_be_paid)
    }

    /// Winner and hammer price follow from how an auction stands that was sold, should the event
    /// that says so have been left out.
    pub fn settle_outcome(&mut self) {
        if self.standing.phase == Phase::Sold {
            let Standing { leader, price, .. } = &self.standing;
            self.winner = self.winner.take().or_else(|| leader.clone());
            self.hammer_price = self.hammer_price.or(*price);
        }
    }

    /// The step at a price.
    pub fn step_at(&self, price: Amount) -> Amount {
        self.dutch.map_or_else(|| self.ladder.step_at(price), |dutch| dutch.step)
    }

    /// The step above an amount that is on the way up: this first one at least.
    pub fn step_up(&self, from: Option<Amount>, first: Amount) -> Amount {
        match from.filter(|from| *from >= first) {
            Some(from) => from.checked_add(self.step_at(from)).unwrap_or(from),
            None => first,
        }
    }

    /// The step below an amount: this first one at least.
    pub fn step_down(&self, from: Option<Amount>, first: Amount) -> Amount {
        let lower = from.and_then(|from| {
            let below = Amount::new(from.minor_units() - 1)?;
            Amount::new(from.minor_units() - self.step_at(below).minor_units())
        });
        lower.map_or(first, |lower| lower.max(first))
    }
}

fn change(view: &ProductView) -> ProductChange {
    ProductChange {
        current_price: view.current_price,
        minimum_next_bid: view.minimum_next_bid,
        bid_count: view.bid_count,
        bidder_count: view.bidder_count,
        leader: view.leader.clone(),
        auction_end: view.auction_end,
        status: view.status.clone(),
        reserve_met: view.reserve_met,
        buy_now_available: view.buy_now_available,
    }
}

/// The ladder in force. Auctions of the other formats have none, and step by the house's.
fn ladder(rungs: &[RungView], format: Format, currency: Currency) -> Result<Increment, Unreadable> {
    if format != Format::English {
        return Ok(Increment::DEFAULT);
    }
    let rung = |rung: &RungView| {
        let from = Amount::from_decimal(rung.from, currency).map_or(0, Amount::minor_units);
        Ok(Rung { from, step: amount(rung.step, currency)? })
    };
    let rungs = rungs.iter().map(rung).collect::<Result<_, _>>()?;
    Increment::ladder(rungs).map_err(|_error| Unreadable("a ladder"))
}

fn falling(dutch: DutchView, currency: Currency) -> Result<Dutch, Unreadable> {
    Ok(Dutch {
        floor: amount(dutch.floor, currency)?,
        step: amount(dutch.step, currency)?,
        tick_seconds: dutch.tick_seconds,
    })
}

/// An amount of the wire in the auction's currency.
pub(super) fn amount(decimal: Decimal, currency: Currency) -> Result<Amount, Unreadable> {
    Amount::from_decimal(decimal, currency).map_err(|_error| Unreadable("an amount"))
}

/// The same where there may be none.
pub(super) fn optional(
    decimal: Option<Decimal>,
    currency: Currency,
) -> Result<Option<Amount>, Unreadable> {
    decimal.map(|decimal| amount(decimal, currency)).transpose()
}
