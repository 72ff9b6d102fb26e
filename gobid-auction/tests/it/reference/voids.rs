//! Voiding bids (§4): marks what is struck. Price and leader are what the replay says then.

use std::collections::BTreeSet;

use super::{
    Model, Stamp,
    answer::{Judged, refuse_when},
    log::What,
};

impl Model {
    /// One public bid of an English auction. An automatic answer, a silent raise and anything in an
    /// open sealed auction is not found.
    pub(super) fn void_bid(&mut self, bid: u64, admin: bool, stamp: Stamp) -> Judged<()> {
        self.refuse_void(admin, stamp)?;
        let named = self.bids().find(|(entry, placed)| entry.seq.is_some() && placed.id == bid);
        let Some((_, placed)) = named else {
            return refuse_when(true, "not_found");
        };
        refuse_when(placed.voided, "already_exists")?;
        let bidder = placed.bidder;
        self.strike(bidder, &BTreeSet::from([bid]), stamp.now);
        Ok(())
    }

    /// All bids of one bidder at once; in an open sealed auction his amount, without a seq.
    pub(super) fn void_bidder(&mut self, bidder: u64, admin: bool, stamp: Stamp) -> Judged<()> {
        self.refuse_void(admin, stamp)?;
        refuse_when(!self.bidders.contains(&bidder), "not_found")?;
        let is_sealed = self.is_sealed();
        let own = self.standing_bids().filter(|(entry, placed)| {
            placed.bidder == bidder && (is_sealed || entry.seq.is_some())
        });
        let bids: BTreeSet<u64> = own.map(|(_, placed)| placed.id).collect();
        refuse_when(bids.is_empty(), "already_exists")?;
        if is_sealed {
            // What he replaced goes, too, so that it does not come back.
            self.mark_voided(&bids);
            self.record(false, "amount_struck", What::Fact, stamp.now);
        } else {
            self.strike(bidder, &bids, stamp.now);
        }
        Ok(())
    }

    fn refuse_void(&self, admin: bool, stamp: Stamp) -> Judged<()> {
        refuse_when(!admin, "forbidden")?;
        self.refuse_over(stamp)?;
        self.refuse_not_open(stamp)
    }

    /// Strikes bids of one bidder, the silent raises that he made after each up to his next bid with
    /// a seq that is not voided, and the automatic answers of their events and of that time.
    fn strike(&mut self, bidder: u64, bids: &BTreeSet<u64>, now: i64) {
        let mut silent = Vec::new();
        let mut named = Vec::new();
        // Whether the last bid with a seq of his, of those that stood until now, is one of `bids`.
        let mut is_after_struck = false;
        for (entry, placed) in self.bids() {
            let is_own = placed.bidder == bidder && !placed.voided;
            let is_struck = bids.contains(&placed.id);
            if is_own && entry.seq.is_some() {
                is_after_struck = is_struck;
            }
            if is_struck {
                named.push(placed.id);
            } else if is_own && entry.seq.is_none() && is_after_struck {
                silent.push(placed.id);
            }
            if let Some(automatic) = placed.automatic.filter(|automatic| !automatic.voided)
                && (is_struck || (is_after_struck && automatic.bidder == bidder))
            {
                named.push(automatic.id);
            }
        }
        self.mark_voided(&named.iter().copied().chain(silent).collect());
        self.record(true, "bids_voided", What::Void(named), now);
    }
}
