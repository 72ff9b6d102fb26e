//! What events do to the list of bids and to the price.

use gobid_api::bids::BidRow;
use gobid_api::client::safe_text;
use gobid_api::{Decimal, Timestamp};
use uuid::Uuid;

use super::identity::Identity;
use super::log::Tone;
use super::product::{self, Unreadable};
use super::standing::Bid;
use super::watch::{Role, Watch};
use crate::{money, words};

/// So many bids are kept.
pub(super) const MOST_BIDS: usize = 500;
/// So many prices are kept that no bid led to.
const MOST_TURNS: usize = 100;

impl Watch {
    /// Bids were placed, in one event.
    pub(super) fn take_bids(
        &mut self,
        rows: &[BidRow],
        leader: Option<&str>,
        identity: &Identity,
    ) -> Result<(), Unreadable> {
        let led = self.role(identity) == Role::Leader;
        let outbids_me = led && !self.is_me(leader, identity);
        for row in rows {
            self.take_bid(row, outbids_me, identity)?;
        }
        if let Some(product) = &mut self.product {
            product.standing.leader = leader.map(safe_text);
        }
        Ok(())
    }

    fn take_bid(
        &mut self,
        row: &BidRow,
        outbids_me: bool,
        identity: &Identity,
    ) -> Result<(), Unreadable> {
        let Some(product) = &self.product else {
            return Ok(());
        };
        let bid = Bid::read(row, product.currency)?;
        let text = words::bid(&bid, product);
        if !self.is_me(Some(&bid.bidder), identity) {
            let (tone, effect) =
                if outbids_me { (Tone::Bad, " — you were outbid") } else { (Tone::Plain, "") };
            self.log.add_of(&bid.bidder, bid.at, tone, format!("{text}{effect}"));
        } else if bid.automatic {
            self.log.add_of(&bid.bidder, bid.at, Tone::Good, text);
        } else {
            self.log.add_own_bid(bid.at, bid.id, &format!("you {text}"), None);
        }
        self.bids.push_front(bid);
        self.bids.truncate(MOST_BIDS);
        self.bids_seen += 1;
        Ok(())
    }

    /// Marks rows as voided, and says whose they were.
    pub(super) fn void(
        &mut self,
        ids: &[Uuid],
        reason: &str,
        identity: &Identity,
    ) -> (Tone, String) {
        self.gap.strike(ids);
        let mut struck = None;
        let mut count = 0_usize;
        for bid in self.bids.iter_mut().filter(|bid| ids.contains(&bid.id)) {
            bid.voided = true;
            if !bid.automatic {
                count += 1;
                struck = Some(bid.clone());
            }
        }
        let reason = safe_text(reason);
        let Some((bid, product)) = struck.zip(self.product.as_ref()) else {
            return (Tone::Warning, format!("an admin voided earlier bids: {reason}"));
        };
        let is_mine = self.is_me(Some(&bid.bidder), identity);
        let whose = if is_mine { "your" } else { "a" };
        let what = match count {
            1 => {
                let amount = money::with_sign(bid.amount, product.currency);
                format!("{whose} bid of {amount}")
            }
            _ if is_mine => format!("{count} of your bids"),
            _ => format!("{count} bids"),
        };
        let by = if is_mine { String::new() } else { format!(" by {}", bid.bidder) };
        let tone = if is_mine { Tone::Bad } else { Tone::Warning };
        (tone, format!("an admin voided {what}{by}: {reason}"))
    }

    /// The price is another one since a bid.
    pub(super) fn set_price(&mut self, price: Option<Decimal>) -> Result<(), Unreadable> {
        if let Some(product) = &mut self.product {
            product.standing.price = product::optional(price, product.currency)?;
        }
        Ok(())
    }

    /// The price may be another one, and not by a bid.
    pub(super) fn turn(&mut self, at: Timestamp, price: Option<Decimal>) -> Result<(), Unreadable> {
        let price_of = |watch: &Self| watch.product.as_ref().and_then(|it| it.standing.price);
        let before = price_of(self);
        self.set_price(price)?;
        if before != price_of(self) {
            self.add_turn(at, price)?;
        }
        Ok(())
    }

    /// The price was this one from a moment on, and not by a bid.
    pub(super) fn add_turn(
        &mut self,
        at: Timestamp,
        price: Option<Decimal>,
    ) -> Result<(), Unreadable> {
        let Some(product) = &self.product else {
            return Ok(());
        };
        let price = product::optional(price, product.currency)?;
        let place = self.turns.partition_point(|(other, _)| *other <= at);
        self.turns.insert(place, (at, price));
        if self.turns.len() > MOST_TURNS {
            self.turns.pop_front();
        }
        Ok(())
    }
}
