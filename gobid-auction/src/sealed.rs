//! Sealed auctions, RULES.md §5.

use crate::bid::Checked;
use crate::entries::Entries;
use crate::planted::{self, Bug};
use crate::{
    After, Amount, Auction, Change, EntryId, Format, Outcome, Rejection, TooLow, Unsold, UserId,
};

/// An amount that stands in a sealed auction. Secret before the close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedBid {
    /// The bid's id.
    pub bid_id: EntryId,
    /// Whose amount.
    pub bidder: UserId,
    /// The bidder's number in this auction.
    pub number: i64,
    /// The amount.
    pub amount: Amount,
    /// The position of its entry: of two equal amounts the earlier one wins.
    pub position: i64,
}

/// Judges an amount: a first one, or one that raises the bidder's own.
pub(crate) fn judge(entries: &mut Entries, bid: &Checked<'_>) -> Result<(), Rejection> {
    let auction = &entries.auction;
    let (amount, own) = (bid.offer.amount(), bid.bid.sealed);
    if amount < auction.terms.baseprice {
        return Err(too_low(Some(auction.terms.baseprice)));
    }
    if let Some(own) = own.filter(|own| amount <= *own) {
        return Err(too_low(Amount::new(own.minor_units() + 1)));
    }
    let number = bid.number(auction);
    let change = Change::SealedBidPlaced { amount, number, is_first: own.is_none() };
    let mut after = entries.after();
    if planted::is(Bug::LeakInSealedPrice) {
        after.price = Some(amount);
    }
    entries.add_private(bid.ids.own, bid.bid.bidder, change, after);
    Ok(())
}

/// Who wins, by the best amounts, best first, and what holds since.
pub(crate) fn outcome(auction: &Auction, best: &[SealedBid], after: After) -> (Outcome, After) {
    let mut first = best.first();
    if planted::is(Bug::TieOfSealedToTheLater) {
        first = best.iter().max_by_key(|bid| bid.amount); // the last of equal ones
    }
    let Some(first) = first else { return (Outcome::Unsold(Unsold::NoBids), after) };
    let reserve = auction.state.reserve;
    if reserve.is_some_and(|reserve| first.amount < reserve) {
        return (Outcome::Unsold(Unsold::ReserveNotMet), after);
    }
    let is_second_price = auction.terms.format == Format::SealedSecondPrice;
    let hammer_price = if is_second_price && !planted::is(Bug::SecondPriceIsFirst) {
        let baseprice = auction.terms.baseprice;
        let least = reserve.map_or(baseprice, |reserve| reserve.max(baseprice));
        best.get(1).map_or(least, |second| second.amount.max(least))
    } else {
        first.amount
    };
    let winner = first.bidder;
    let after = After {
        leader: Some(winner),
        price: Some(hammer_price),
        maximum: Some(first.amount),
        ..after
    };
    (Outcome::Sold { winner, hammer_price }, after)
}

/// Nothing is named but the least that the bidder may offer: others' amounts are secret.
const fn too_low(minimum_next_bid: Option<Amount>) -> Rejection {
    Rejection::TooLow(TooLow { current_price: None, minimum_next_bid, next_bids: Vec::new() })
}
