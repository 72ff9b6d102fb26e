//! Judging what is due: an opening or a closing.

use std::cmp::Reverse;

use gobid_auction::planted::{self, Bug};
use gobid_auction::{Action, Auction, Command, SealedBid};
use gobid_store::{Found, More, NamedSealedBid};

use super::{Bench, Gate};
use crate::hub::lane::bench::OnBench;
use crate::hub::lane::plan::SEALED_TOLD;
use crate::hub::lane::queue::Queued;

impl Bench {
    /// A closing, when the end has settled and no ticket holds it back; else an opening.
    pub(super) fn judge_due(
        &mut self,
        command: &Queued,
        found: Option<&Found>,
        before: &[u64],
        gate: &Gate<'_>,
    ) {
        self.judged.done.push(command.stamp.id);
        let Some(product) = self.products.get_mut(&command.product_id) else { return };
        let auction_end = product.auction.state.auction_end;
        let ended = self.now >= Auction::settled(auction_end);
        let action = if ended { Action::Close(best_sealed(product, found)) } else { Action::Open };
        let action = Command { ids: command.ids, action };
        if let Ok(events) = product.auction.judge(&action, command.stamp.received_at, self.now)
            && (!ended
                || planted::is(Bug::TicketsNotAsked)
                || gate(command.product_id, auction_end, before))
        {
            product.record(&events, None);
        }
    }
}

/// The best amounts of a sealed auction, best first: those that were read, and what this batch has
/// made of them.
fn best_sealed(product: &mut OnBench, found: Option<&Found>) -> Vec<SealedBid> {
    let Some(More::BestSealed(read)) = found.map(|found| &found.more) else { return Vec::new() };
    for NamedSealedBid { bid, user_name } in read {
        product.meet(bid.bidder, user_name, Some(bid.number));
    }
    let unchanged = read.iter().map(|named| named.bid).filter(|bid| !product.changed(bid.bidder));
    let mut best: Vec<_> = unchanged.chain(product.sealed_bids()).collect();
    best.sort_by_key(|bid| (Reverse(bid.amount), bid.position));
    best.truncate(SEALED_TOLD);
    best
}
