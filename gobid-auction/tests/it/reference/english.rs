//! Who leads an English auction, at which price (§4): once by the rules of a bid, once by the replay
//! of all bids that stand. The model checks after every bid that both say the same.

use super::{
    Model, Stamp,
    answer::Accepted,
    bids::Content,
    input::Terms,
    log::{Automatic, Entry, Kind, Placed, What},
    money::{increment, one_step_above},
};

/// The leader `L`, the current price `P` and the leader's maximum `M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lead {
    pub(super) leader: u64,
    pub(super) price: i64,
    pub(super) maximum: i64,
}

/// What an accepted bid leads to.
struct Outcome {
    lead: Lead,
    /// A raise of the leader that is nobody else's business (§4.2).
    silent: bool,
    /// The challenger lost at once, and the house answered for the leader (§4.5).
    answered: bool,
}

impl Model {
    /// Records a bid that was found good.
    pub(super) fn place(&mut self, bidder: u64, content: &Content, stamp: Stamp) -> Accepted {
        let offer = content.amount.unwrap_or_default();
        let before = self.lead;
        let outcome = outcome(&self.terms, before, self.reserve, bidder, content.kind, offer);
        let Outcome { lead, silent, answered } = outcome;

        let id = self.next_bid_id();
        let automatic = before.filter(|_| answered).map(|before| Automatic {
            id: self.next_bid_id(),
            bidder: before.leader,
            amount: lead.price,
            voided: false,
        });
        let extended = !silent && self.soft_close(stamp.received_at);
        // §4.8: one row, the bid at the price it set; or two, the challenger's at what he offered.
        let row = if answered { offer } else { lead.price };
        let kind = content.kind;
        let placed = Placed { id, bidder, kind, offer, row, automatic, extended, voided: false };
        let name = if silent { "bid_raised" } else { "bid_placed" };
        self.record(!silent, name, What::Bid(placed), stamp.now);
        assert_eq!(self.lead, Some(lead), "a replay of the log says what the rules of a bid say");

        Accepted {
            new: true,
            bid: id,
            seq: self.seq(),
            amount: content.amount.filter(|_| kind == Kind::Firm),
            max_amount: content.amount.filter(|_| kind == Kind::Maximum),
            leading: Some(lead.leader == bidder),
            price: Some(lead.price),
            minimum: self.english_minimum(Some(lead)),
            end: self.end,
            received_at: stamp.received_at,
        }
    }

    /// §1: baseprice while there is no bid, else the current price and the increment there.
    pub(super) fn english_minimum(&self, lead: Option<Lead>) -> Option<i64> {
        match lead {
            None => Some(self.terms.baseprice),
            Some(lead) => one_step_above(&self.terms.ladder, lead.price),
        }
    }

    /// None without a reserve.
    pub(super) fn is_reserve_met(&self) -> Option<bool> {
        let maximum = self.lead.map(|lead| lead.maximum);
        self.reserve.map(|reserve| maximum.is_some_and(|maximum| maximum >= reserve))
    }

    /// Until the first bid; with a reserve, until it is met (§4, Buy-now).
    pub(super) fn is_buy_now_available(&self) -> bool {
        let still_early = match self.is_reserve_met() {
            None => !self.has_first_bid(),
            Some(is_met) => !is_met,
        };
        self.terms.buy_now.is_some() && !self.is_over() && still_early
    }
}

/// §4.2 and §4.4 to §4.7, for a bid that passed all checks.
fn outcome(
    terms: &Terms,
    before: Option<Lead>,
    reserve: Option<i64>,
    bidder: u64,
    kind: Kind,
    m: i64,
) -> Outcome {
    let inc = |price| increment(&terms.ladder, price);
    let is_firm = kind == Kind::Firm;
    let mut silent = false;
    let mut answered = false;
    let mut lead = match before {
        // 4. No leader yet: the bidder leads. Firm: P = m. Maximum: P = baseprice.
        None => {
            let price = if is_firm { m } else { terms.baseprice };
            Lead { leader: bidder, price, maximum: m }
        }
        // 2. The bidder leads already: M = m, the price stays.
        Some(before) if before.leader == bidder => {
            silent = true;
            Lead { maximum: m, ..before }
        }
        // 5. m <= M: P = min(M, m + inc(m)).
        Some(before) if m <= before.maximum => {
            answered = true;
            Lead { price: before.maximum.min(m + inc(m)), ..before }
        }
        // 6. m > M: the challenger leads. Firm: P = m. Maximum: P = min(m, M + inc(M)).
        Some(before) => {
            let price = if is_firm { m } else { m.min(before.maximum + inc(before.maximum)) };
            Lead { leader: bidder, price, maximum: m }
        }
    };
    // 7. When the leader's maximum reaches the reserve and P is below it, P = reserve; a raise of the
    // leader that does so is an event like any bid (2).
    if let Some(reserve) =
        reserve.filter(|reserve| lead.maximum >= *reserve && lead.price < *reserve)
    {
        lead.price = reserve;
        silent = false;
    }
    Outcome { lead, silent, answered }
}

/// §4, Voiding bids: what remains is replayed in the order of the log, changes of the reserve in
/// their place.
pub(super) fn replay(terms: &Terms, log: &[Entry]) -> Option<Lead> {
    let mut lead: Option<Lead> = None;
    let mut reserve = terms.reserve;
    for entry in log {
        match &entry.what {
            What::Bid(placed) if !placed.voided => {
                lead = Some(replay_bid(terms, lead, placed));
            }
            What::Reserve(changed) => reserve = *changed,
            _ => continue,
        }
        if let (Some(lead), Some(reserve)) = (&mut lead, reserve)
            && lead.maximum >= reserve
        {
            lead.price = lead.price.max(reserve);
        }
    }
    lead
}

/// "In the replay no bid is measured by a minimum: one above the leader's maximum leads, one at or
/// below it loses, by the formulas of 4 to 7, and the price never falls; a firm bid of whoever leads
/// raises his maximum to it."
fn replay_bid(terms: &Terms, lead: Option<Lead>, placed: &Placed) -> Lead {
    let m = placed.offer;
    let leads_at = |price| Lead { leader: placed.bidder, price, maximum: m };
    let Some(lead) = lead else {
        return leads_at(if placed.kind == Kind::Maximum { terms.baseprice } else { m });
    };
    if placed.kind == Kind::Purchase {
        return leads_at(m);
    }
    if placed.bidder == lead.leader {
        return Lead { maximum: lead.maximum.max(m), ..lead };
    }
    let one_step_above = |x| x + increment(&terms.ladder, x);
    if m <= lead.maximum {
        let price = lead.maximum.min(one_step_above(m));
        return Lead { price: price.max(lead.price), ..lead };
    }
    let price = if placed.kind == Kind::Firm { m } else { m.min(one_step_above(lead.maximum)) };
    leads_at(price.max(lead.price))
}
