//! What entries lead to: the rare outcomes that a run should reach.

use gobid_auction::Format;
use gobid_store::{LogEntry, OfferKind};

use super::{Ledger, translated};
use crate::hub::simulation::world::World;

impl World {
    /// Looks whether an entry that was taken in is one of the rare ones.
    pub(super) fn count_outcome(&mut self, ledger: &Ledger, entry: &LogEntry) {
        let format = self.sale(entry.product_id).format;
        let is_bid = entry.kind == "bid_placed";
        let offer = entry.private.as_ref().map(|private| private.offer);
        let is_purchase = is_bid && offer == Some(OfferKind::Purchase);
        let is_sold = entry.kind == "closed" && entry.leader.is_some();
        self.reached.purchase += usize::from(is_purchase);
        self.reached.dutch_acceptance += usize::from(is_bid && format == Format::Dutch);
        self.reached.sealed_sale += usize::from(is_sold && format.is_sealed());
        if is_bid && format == Format::English {
            let before = ledger.version(entry.position - 1).view(0);
            let after = ledger.version(entry.position).view(0);
            let has_led =
                before.leader.is_some() && before.leader == entry.actor_id.map(translated::user);
            let is_met = before.reserve_met == Some(false) && after.reserve_met == Some(true);
            self.reached.raise_met_reserve += usize::from(has_led && is_met);
        }
    }
}
