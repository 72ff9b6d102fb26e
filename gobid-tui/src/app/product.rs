//! What a product's frames say, read once into values that cannot be wrong and texts that are safe.

use std::str::FromStr;

use gobid_api::bids::BidRow;
use gobid_api::client::safe_text;
use gobid_api::live::ProductChange;
use gobid_api::products::{ProductView, RungView};
use gobid_api::{Amount, Currency, Decimal, ProductId, Timestamp, UserId};
use uuid::Uuid;

/// A product and how its auction stands.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its name.
    pub name: String,
    /// Who sells it.
    pub seller_id: UserId,
    /// The seller's name.
    pub seller: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// The lowest first bid.
    pub baseprice: Amount,
    /// The steps between bids.
    pub ladder: Ladder,
    /// When bidding begins.
    pub start: Timestamp,
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
    /// Why it was cancelled, or not sold.
    pub reason: Option<String>,
}

/// The part of a product that events change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where in its life the auction is.
    pub phase: Phase,
    /// What the leader would pay now.
    pub price: Option<Amount>,
    /// The lowest next bid; `None` where no legal amount is left.
    pub minimum: Option<Amount>,
    /// Accepted bids.
    pub bid_count: i64,
    /// How many users have bid.
    pub bidder_count: i64,
    /// Who leads, by the name the public sees.
    pub leader: Option<String>,
    /// The effective end.
    pub end: Timestamp,
    /// Whether the reserve is met; `None` without one.
    pub reserve_met: Option<bool>,
}

/// Where in its life an auction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It has not begun.
    Scheduled,
    /// It takes bids.
    Open,
    /// It ended with a winner.
    Sold,
    /// It ended without one.
    Unsold,
    /// It was called off.
    Cancelled,
}

/// The frame says something that this client cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server speaks of {0} that this version of gobid-tui does not know")]
pub struct Unreadable(&'static str);

/// One bid, as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bid {
    /// Its id.
    pub id: Uuid,
    /// When it was judged.
    pub at: Timestamp,
    /// Who bid.
    pub bidder: String,
    /// The price it set.
    pub amount: Amount,
    /// Whether the house placed it for the bidder.
    pub automatic: bool,
    /// Whether an admin struck it.
    pub voided: bool,
}

/// The steps between bids, by price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder(Vec<(i64, Amount)>);

impl Product {
    /// Reads a snapshot's product.
    pub fn read(view: &ProductView) -> Result<Self, Unreadable> {
        let currency =
            Currency::from_str(&view.currency).map_err(|_error| Unreadable("a currency"))?;
        let text = |text: &Option<String>| text.as_deref().map(safe_text);
        let standing = Standing::read(
            &ProductChange {
                current_price: view.current_price,
                minimum_next_bid: view.minimum_next_bid,
                bid_count: view.bid_count,
                bidder_count: view.bidder_count,
                leader: view.leader.clone(),
                auction_end: view.auction_end,
                status: view.status.clone(),
                reserve_met: view.reserve_met,
                buy_now_available: view.buy_now_available,
            },
            currency,
        )?;
        Ok(Self {
            id: view.product_id,
            name: safe_text(&view.product_name),
            seller_id: view.seller.user_id,
            seller: safe_text(&view.seller.user_name),
            currency,
            baseprice: amount(view.baseprice, currency)?,
            ladder: Ladder::read(&view.increment, currency),
            start: view.auction_start,
            soft_close_seconds: view.soft_close_seconds,
            standing,
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

    /// Winner and hammer price follow from how an auction stands that was sold, should the event
    /// that says so have been left out.
    pub fn settle_outcome(&mut self) {
        if self.standing.phase == Phase::Sold {
            let Standing { leader, price, .. } = &self.standing;
            self.winner = self.winner.take().or_else(|| leader.clone());
            self.hammer_price = self.hammer_price.or(*price);
        }
    }

    /// The step above an amount that is on the way up: the minimum at least.
    pub fn step_up(&self, from: Option<Amount>) -> Option<Amount> {
        let minimum = self.standing.minimum?;
        match from.filter(|from| *from >= minimum) {
            Some(from) => from.checked_add(self.ladder.step_at(from)).or(Some(from)),
            None => Some(minimum),
        }
    }

    /// The step below an amount: the minimum at least.
    pub fn step_down(&self, from: Option<Amount>) -> Option<Amount> {
        let minimum = self.standing.minimum?;
        let lower = from.and_then(|from| {
            let below = Amount::new(from.minor_units() - 1)?;
            Amount::new(from.minor_units() - self.ladder.step_at(below).minor_units())
        });
        Some(lower.map_or(minimum, |lower| lower.max(minimum)))
    }
}

impl Standing {
    /// Reads what holds after an event.
    pub fn read(change: &ProductChange, currency: Currency) -> Result<Self, Unreadable> {
        Ok(Self {
            phase: change.status.parse()?,
            price: optional(change.current_price, currency)?,
            minimum: optional(change.minimum_next_bid, currency)?,
            bid_count: change.bid_count,
            bidder_count: change.bidder_count,
            leader: change.leader.as_deref().map(safe_text),
            end: change.auction_end,
            reserve_met: change.reserve_met,
        })
    }
}

impl FromStr for Phase {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match text {
            "scheduled" => Ok(Self::Scheduled),
            "open" => Ok(Self::Open),
            "sold" => Ok(Self::Sold),
            "unsold" => Ok(Self::Unsold),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(Unreadable("a status")),
        }
    }
}

impl Bid {
    /// Reads a row.
    pub fn read(row: &BidRow, currency: Currency) -> Result<Self, Unreadable> {
        Ok(Self {
            id: row.bid_id,
            at: row.at,
            bidder: safe_text(&row.bidder),
            amount: amount(row.amount, currency)?,
            automatic: row.automatic,
            voided: row.voided,
        })
    }
}

impl Ladder {
    fn read(rungs: &[RungView], currency: Currency) -> Self {
        let rung = |rung: &RungView| {
            let from = Amount::from_decimal(rung.from, currency).map_or(0, Amount::minor_units);
            Some((from, Amount::from_decimal(rung.step, currency).ok()?))
        };
        Self(rungs.iter().filter_map(rung).collect())
    }

    /// The step at a price.
    pub fn step_at(&self, price: Amount) -> Amount {
        let reached = |(from, _): &&(i64, Amount)| *from <= price.minor_units();
        let rung = self.0.iter().take_while(reached).last();
        rung.map_or(Amount::MAX, |(_, step)| *step)
    }
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
