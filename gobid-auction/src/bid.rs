//! Judging a bid: what all formats have in common, in the order of refusals of RULES.md §4.

use crate::entries::Entries;
use crate::planted::{self, Bug};
use crate::{
    Amount, Auction, Bid, Change, Decimal, EntryIds, Event, Format, Offer, Offered, PlacedBid,
    Rejection, Timestamp, dutch, english, life, sealed,
};

/// A bid of whom everything is checked that does not depend on the price.
pub(crate) struct Checked<'a> {
    pub(crate) bid: &'a Bid,
    pub(crate) offer: Offered,
    pub(crate) expected_price: Option<Amount>,
    pub(crate) ids: EntryIds,
    pub(crate) received_at: Timestamp,
}

/// Judges a bid.
pub(crate) fn judge(
    auction: &Auction,
    bid: &Bid,
    ids: EntryIds,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    if bid.not_after.is_some_and(|limit| received_at > limit && !planted::is(Bug::NotAfterIgnored))
    {
        return Err(Rejection::Expired);
    }
    let offer = offered(auction, bid.offer)?;
    let expected = |price| amount(auction, "expected_price", price);
    let expected_price = bid.expected_price.map(expected).transpose()?;
    life::in_time(auction, received_at)?;
    if bid.bidder == auction.terms.seller_id {
        return Err(Rejection::OwnProduct);
    }
    has_format(auction, bid)?;
    spares_cap(auction, bid, offer)?;
    let offer = offer.ok_or(Rejection::BuyNowUnavailable)?;

    let mut entries = Entries::of(auction, ids, received_at, now);
    let checked = Checked { bid, offer, expected_price, ids, received_at };
    match auction.terms.format {
        Format::English => english::judge(&mut entries, &checked)?,
        Format::SealedFirstPrice | Format::SealedSecondPrice => {
            sealed::judge(&mut entries, &checked)?;
        }
        Format::Dutch => dutch::judge(&mut entries, &checked)?,
    }
    Ok(entries.finish())
}

impl Checked<'_> {
    /// The bidder's number: the one of an earlier bid, or the next.
    pub(crate) fn number(&self, auction: &Auction) -> i64 {
        self.bid.number.unwrap_or(auction.state.bidder_count + 1)
    }

    /// The bid as an event of its own, with the row of the price it set.
    pub(crate) fn placed(&self, auction: &Auction, amount: Amount, extended: bool) -> Change {
        Change::BidPlaced {
            offer: self.offer,
            number: self.number(auction),
            bids: vec![self.row(amount)],
            extended,
        }
    }

    /// The row of the bid.
    pub(crate) const fn row(&self, amount: Amount) -> PlacedBid {
        PlacedBid { bid_id: self.ids.own, bidder: self.bid.bidder, amount, automatic: false }
    }
}

/// What is offered, in minor units; `None` for a purchase where there is no price to buy at.
fn offered(auction: &Auction, offer: Offer) -> Result<Option<Offered>, Rejection> {
    let amount = |value| amount(auction, offer.field(), value);
    Ok(match offer {
        Offer::Firm(value) => Some(Offered::Firm(amount(value)?)),
        Offer::Maximum(value) => Some(Offered::Maximum(amount(value)?)),
        Offer::BuyNow => auction.terms.buy_now_price.map(Offered::Purchase),
    })
}

/// An amount in the auction's currency.
pub(crate) fn amount(
    auction: &Auction,
    field: &'static str,
    value: Decimal,
) -> Result<Amount, Rejection> {
    Amount::from_decimal(value, auction.terms.currency)
        .map_err(|why| Rejection::NotAnAmount { field, why })
}

/// Maxima, purchases and expected prices are for English auctions alone.
fn has_format(auction: &Auction, bid: &Bid) -> Result<(), Rejection> {
    let is_plain = matches!(bid.offer, Offer::Firm(_)) && bid.expected_price.is_none();
    if is_plain || auction.terms.format == Format::English {
        return Ok(());
    }
    Err(Rejection::WrongFormat)
}

fn spares_cap(auction: &Auction, bid: &Bid, offer: Option<Offered>) -> Result<(), Rejection> {
    match (bid.cap, offer) {
        (Some(cap), Some(offer))
            if cap.currency != auction.terms.currency || offer.amount() > cap.max_offer =>
        {
            Err(Rejection::SpendingCap)
        }
        _ => Ok(()),
    }
}
