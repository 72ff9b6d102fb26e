//! Striking bids (RULES.md §4, "Voiding bids"): what falls with a bid, and what remains.

use std::collections::BTreeSet;

use crate::entries::Entries;
use crate::planted::{self, Bug};
use crate::{
    Actor, After, Change, EntryId, EntryIds, Offered, Past, PastChange, Rejection, UserId,
    VoidTarget, Voided, replay,
};

/// Strikes one bid, or all bids of one bidder.
pub(crate) fn judge(
    entries: &mut Entries,
    actor: Actor,
    ids: EntryIds,
    target: VoidTarget,
    log: &[Past],
    reason: &str,
) -> Result<(), Rejection> {
    if entries.auction.terms.format.is_sealed() {
        return strike_sealed(entries, actor, ids, target, reason);
    }
    let history = History::of(log);
    let strike = history.named(target)?;
    let (struck, bids) = history.fallen(&strike);
    let all_struck: BTreeSet<_> = history.entries.iter().chain(&struck).copied().collect();
    let lead = replay(&entries.auction, log, &all_struck);

    let (terms, state) = (&entries.auction.terms, &entries.auction.state);
    let after = After {
        leader: lead.map(|lead| lead.leader),
        price: lead.map(|lead| lead.price),
        maximum: lead.map(|lead| lead.maximum),
        minimum: lead.map_or(Some(terms.baseprice), |lead| terms.increment.above(lead.price)),
        auction_end: state.auction_end,
    };
    let voided = Voided {
        bidder: strike.bidder,
        number: strike.number,
        bids,
        count: i64::try_from(strike.named.len()).unwrap_or(i64::MAX),
        standing: history.standing(strike.bidder, &all_struck),
        entries: struck,
        reason: reason.to_owned(),
    };
    entries.add(ids.own, actor.user_id, Change::BidsVoided(voided), after);
    Ok(())
}

/// In an open sealed auction a bidder's amount is struck, and nobody else learns of it.
fn strike_sealed(
    entries: &mut Entries,
    actor: Actor,
    ids: EntryIds,
    target: VoidTarget,
    reason: &str,
) -> Result<(), Rejection> {
    let VoidTarget::Bidder { user_id: bidder, sealed, number: Some(number) } = target else {
        return Err(Rejection::NoSuchBid);
    };
    if sealed.is_none() {
        return Err(Rejection::AlreadyVoided);
    }
    let change = Change::SealedBidVoided { bidder, number, reason: reason.to_owned() };
    let after = entries.after();
    entries.add_private(ids.own, actor.user_id, change, after);
    Ok(())
}

/// A log, with what was struck before.
struct History<'a> {
    log: &'a [Past],
    entries: BTreeSet<EntryId>,
    rows: BTreeSet<EntryId>,
}

/// Whose bids are struck, and which: those that were named, what falls with them, and their rows.
struct Strike {
    bidder: UserId,
    number: i64,
    named: BTreeSet<EntryId>,
}

impl<'a> History<'a> {
    fn of(log: &'a [Past]) -> Self {
        let (mut entries, mut rows) = (BTreeSet::new(), BTreeSet::new());
        for past in log {
            if let PastChange::Voided { bids, entries: struck } = &past.change {
                rows.extend(bids);
                entries.extend(struck);
            }
        }
        Self { log, entries, rows }
    }

    /// The bids that are meant: public ones that stand, all of one bidder.
    fn named(&self, target: VoidTarget) -> Result<Strike, Rejection> {
        let mut strike = None;
        let mut stands = false;
        for past in self.log {
            let PastChange::Bid { bidder, number, .. } = past.change else { continue };
            let is_meant = match target {
                VoidTarget::Bid(bid_id) => past.entry_id == bid_id,
                VoidTarget::Bidder { user_id, .. } => bidder == user_id,
            };
            if !is_meant || past.seq.is_none() {
                continue;
            }
            let named = BTreeSet::new();
            let strike = strike.get_or_insert(Strike { bidder, number, named });
            if !self.entries.contains(&past.entry_id) {
                strike.named.insert(past.entry_id);
                stands = true;
            }
        }
        match strike {
            None => Err(Rejection::NoSuchBid),
            Some(_) if !stands => Err(Rejection::AlreadyVoided),
            Some(strike) => Ok(strike),
        }
    }

    /// What falls: the entries, which are the named ones and the bidder's silent raises after each,
    /// up to his next bid with a seq that stands; and the public rows, which are those of the named
    /// bids, the house's answers to them, and the answers it gave for the bidder as long.
    fn fallen(&self, strike: &Strike) -> (Vec<EntryId>, Vec<EntryId>) {
        let (mut entries, mut rows) = (Vec::new(), Vec::new());
        let mut is_falling = false;
        for past in self.log {
            let PastChange::Bid { bidder, automatic, .. } = past.change else { continue };
            let is_named = strike.named.contains(&past.entry_id);
            let stood = !self.entries.contains(&past.entry_id);
            if bidder == strike.bidder && stood {
                let raises_fall = !planted::is(Bug::VoidKeepsSilentRaises);
                is_falling = is_named || (is_falling && past.seq.is_none() && raises_fall);
                if is_falling {
                    entries.push(past.entry_id);
                }
            }
            if is_named {
                rows.push(past.entry_id);
            }
            let answered = automatic.filter(|(row, user_id)| {
                let falls = is_named || (is_falling && *user_id == strike.bidder);
                falls && !self.rows.contains(row)
            });
            rows.extend(answered.map(|(row, _)| row));
        }
        (entries, rows)
    }

    /// The highest offer of a bidder that stands.
    fn standing(&self, bidder: UserId, struck: &BTreeSet<EntryId>) -> Option<Offered> {
        let offers = self.log.iter().filter_map(|past| match past.change {
            PastChange::Bid { bidder: of, offer, .. } if of == bidder => {
                (!struck.contains(&past.entry_id)).then_some(offer)
            }
            _ => None,
        });
        offers.max_by_key(|offer| offer.amount())
    }
}
