//! The orders of the seller and of admins (§3, §4): edit, cancel, extend, annul. Each is judged in
//! the order `forbidden`, ended or late, not open, another revision, invalid, fixed.

use super::{
    Model, Stamp, Status,
    answer::{Judged, Refused, refuse_when},
    input::{Decimal, Format},
    log::What,
};

impl Model {
    /// The seller changes the description or the reserve. What stands already is no change and costs
    /// nothing; each change is an event, and raises the revision.
    #[expect(clippy::option_option, reason = "the reserve is left alone, removed or set")]
    pub(super) fn edit(
        &mut self,
        by: u64,
        description: Option<&str>,
        reserve: Option<Option<Decimal>>,
        revision: Option<i64>,
        stamp: Stamp,
    ) -> Judged<()> {
        refuse_when(by != self.terms.seller, "forbidden")?;
        self.refuse_over(stamp)?;
        if revision.is_some_and(|revision| revision != self.revision) {
            let revision = Some(self.revision);
            return Err(Box::new(Refused { revision, ..Refused::of("precondition_failed") }));
        }
        let reserve = reserve.map(|reserve| self.valid_reserve(reserve)).transpose()?;
        let reserve = reserve.filter(|reserve| *reserve != self.reserve);
        if let Some(reserve) = reserve {
            refuse_when(self.is_reserve_fixed(reserve, stamp), "price_fixed")?;
        }
        let description = description.filter(|text| *text != self.description);

        self.open_if_due(stamp);
        if let Some(description) = description {
            self.description = description.to_owned();
            self.revision += 1;
            self.record(true, "description_changed", What::Fact, stamp.now);
        }
        if let Some(reserve) = reserve {
            self.reserve = reserve;
            self.reserve_fixed = self.has_first_bid();
            self.revision += 1;
            self.record(true, "reserve_changed", What::Reserve(reserve), stamp.now);
        }
        Ok(())
    }

    /// §3: a reserve exists on English and sealed auctions; §4: it is not above the buy-now price.
    fn valid_reserve(&self, reserve: Option<Decimal>) -> Judged<Option<i64>> {
        let invalid = || Box::new(Refused::invalid("reserve_price"));
        if self.terms.format == Format::Dutch {
            return Err(invalid());
        }
        let Some(reserve) = reserve else {
            return Ok(None);
        };
        let reserve = reserve.minor_units(self.terms.digits).ok_or_else(invalid)?;
        if self.terms.buy_now.is_some_and(|buy_now| reserve > buy_now) {
            return Err(invalid());
        }
        Ok(Some(reserve))
    }

    /// Sealed: fixed as soon as it is open. English: after the first bid it may be lowered or removed,
    /// once.
    fn is_reserve_fixed(&self, new: Option<i64>, stamp: Stamp) -> bool {
        if self.is_sealed() {
            return self.is_found_open(stamp);
        }
        let is_lower = match (self.reserve, new) {
            (Some(old), Some(new)) => new < old,
            (Some(_), None) => true,
            (None, _) => false,
        };
        self.has_first_bid() && (self.reserve_fixed || !is_lower)
    }

    /// Only the seller or an admin cancels; after the first bid, and an open sealed auction, only an
    /// admin. What is over is over for both: in a sealed auction that was called off, the seller would
    /// else be told whether there were bids.
    pub(super) fn cancel(&mut self, by: u64, admin: bool, stamp: Stamp) -> Judged<()> {
        refuse_when(!admin && by != self.terms.seller, "forbidden")?;
        self.refuse_over(stamp)?;
        let is_open_sealed = self.is_sealed() && self.is_found_open(stamp);
        refuse_when(!admin && (self.has_first_bid() || is_open_sealed), "forbidden")?;
        self.open_if_due(stamp);
        self.end_early(stamp);
        self.status = Status::Cancelled;
        self.record(true, "auction_cancelled", What::Fact, stamp.now);
        Ok(())
    }

    /// An admin moves the end of an open auction later, not past `hard_end`.
    pub(super) fn extend(&mut self, end: i64, admin: bool, stamp: Stamp) -> Judged<()> {
        refuse_when(!admin, "forbidden")?;
        self.refuse_over(stamp)?;
        self.refuse_not_open(stamp)?;
        let is_past_hard_end = self.terms.hard_end.is_some_and(|hard_end| end > hard_end);
        if end <= self.end || is_past_hard_end {
            return Err(Box::new(Refused::invalid("auction_end")));
        }
        self.open_if_due(stamp);
        self.end = end;
        self.record(true, "auction_extended", What::Fact, stamp.now);
        Ok(())
    }

    /// An admin annuls a sale: outcome, winner and price stay in the record, marked.
    pub(super) fn annul(&mut self, admin: bool, stamp: Stamp) -> Judged<()> {
        refuse_when(!admin, "forbidden")?;
        refuse_when(self.sale.is_none(), "not_found")?;
        refuse_when(self.annulled, "already_exists")?;
        self.annulled = true;
        self.record(true, "sale_annulled", What::Fact, stamp.now);
        Ok(())
    }

    /// Ended, or stamped at or after the end.
    pub(super) fn refuse_over(&self, stamp: Stamp) -> Judged<()> {
        self.refuse_ended(stamp)?;
        self.refuse_late(stamp)
    }

    pub(super) fn refuse_not_open(&self, stamp: Stamp) -> Judged<()> {
        if self.is_found_open(stamp) { Ok(()) } else { Err(Box::new(self.not_open())) }
    }
}
