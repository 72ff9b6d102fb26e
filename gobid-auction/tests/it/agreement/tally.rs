//! What occurred while both were compared, and how often: what never occurs is not compared.

use std::collections::BTreeMap;

use gobid_auction::{
    Action, Amount, Auction, Change, Closing, Event, Format, Offer, Offered, Order, Outcome,
    Unsold, VoidTarget,
};

use super::translated;
use crate::reference::Answer;
use crate::support::Sale;
use crate::support::told::Told;

/// How often each thing occurred, in auctions of one format.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(BTreeMap<String, u64>);

/// An auction before a command.
pub(crate) struct Before {
    auction: Auction,
    entries: usize,
}

impl Before {
    pub(crate) fn of(sale: &Sale) -> Self {
        Self { auction: sale.auction.clone(), entries: sale.log.len() }
    }
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        for (what, count) in other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// Each of these did occur.
    pub(crate) fn assert_all<'a>(&self, expected: impl Iterator<Item = &'a &'static str>) {
        let is_missing = |what: &&&str| !self.0.contains_key(**what);
        let missing: Vec<_> = expected.filter(is_missing).collect();
        assert!(missing.is_empty(), "{missing:?} never occurred: {:#?}", self.0);
    }

    pub(crate) fn times(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Counts a command, its answer and what it led to.
    pub(crate) fn count(&mut self, before: &Before, told: &Told, answer: &Answer, after: &Sale) {
        self.note(&format!("{}: {}", name(&told.action), word(answer)));
        let events: Vec<_> = after.log.iter().skip(before.entries).collect();
        for event in &events {
            self.note(translated::kind(&event.change));
            self.count_event(before, told, event, after);
        }
        let is_opened = events.first().is_some_and(|event| event.change == Change::Opened);
        match &told.action {
            Action::Close(_) if is_opened => self.note("a close of what never opened"),
            Action::Bid(_) if is_opened => self.note("a bid that finds an opening due"),
            Action::Order(..) if is_opened => self.note("an order that finds an opening due"),
            Action::Order(_, Order::Edit { .. }) if events.len() == 2 => {
                self.note("both changes in one edit");
            }
            Action::Order(_, Order::Edit { .. })
                if *answer == Answer::Done && events.is_empty() =>
            {
                self.note("an edit of nothing");
            }
            Action::Bid(_) | Action::Order(_, Order::Void { .. })
                if !events.is_empty()
                    && told.now >= before.auction.state.auction_end.as_micros() =>
            {
                self.note("stamped in time and judged after the end");
            }
            _ => {}
        }
    }

    fn note(&mut self, what: &str) {
        *self.0.entry(what.to_owned()).or_default() += 1;
    }

    fn note_when(&mut self, condition: bool, what: &str) {
        if condition {
            self.note(what);
        }
    }

    fn count_event(&mut self, before: &Before, told: &Told, event: &Event, after: &Sale) {
        let is_over = after.auction.state.status.is_over();
        self.note_when(event.after.minimum.is_none() && !is_over, "no legal amount is left");
        match &event.change {
            Change::BidPlaced { offer, .. } if after.auction.terms.format == Format::Dutch => {
                self.count_acceptance(*offer, event, after);
            }
            Change::BidPlaced { offer, extended, .. } => {
                self.count_bid(&before.auction, *offer, event);
                let hard_end = after.auction.terms.hard_end;
                self.note_when(*extended, "the end moved");
                let is_last = *extended && Some(event.after.auction_end) == hard_end;
                self.note_when(is_last, "the end moved to the hard end");
            }
            Change::Raised { .. } => self.note("a silent raise"),
            Change::SealedBidPlaced { is_first, number, .. } => {
                let is_new = *number > before.auction.state.bidder_count;
                self.note_when(*is_first && is_new, "a first amount");
                self.note_when(*is_first && !is_new, "an amount after one that was struck");
                self.note_when(!is_first, "a higher amount");
            }
            Change::SealedBidVoided { .. } => self.note("an amount that was struck"),
            Change::ReserveChanged { reserve, .. } => {
                self.note_when(reserve.is_none(), "a reserve that was removed");
                let is_met = event.after.price != before.auction.state.price;
                self.note_when(is_met, "a lower reserve that is met");
            }
            Change::BidsVoided(voided) => {
                let is_one = matches!(
                    told.action,
                    Action::Order(_, Order::Void { target: VoidTarget::Bid(_), .. })
                );
                self.note(if is_one { "one bid struck" } else { "a bidder struck" });
                let silent = voided.entries.len() > usize::try_from(voided.count).unwrap();
                self.note_when(silent, "silent raises struck");
                let answers = voided.bids.len() > usize::try_from(voided.count).unwrap();
                self.note_when(answers, "automatic answers struck");
                let (old, new) = (before.auction.state.leader, event.after.leader);
                self.note_when(old != new && new.is_some(), "another leads after a strike");
                self.note_when(new.is_none(), "nobody leads after a strike");
            }
            Change::Closed(closing) => self.count_closing(closing, event, after),
            _ => {}
        }
    }

    /// A bid in an English auction, with a seq.
    fn count_bid(&mut self, before: &Auction, offer: Offered, event: &Event) {
        let (old, new) = (&before.state, &event.after);
        if offer.is_purchase() {
            self.note(if old.leader == event.actor { "the leader bought" } else { "a purchase" });
            return;
        }
        let is_reserve = new.price == old.reserve && new.price > old.price;
        if old.leader == new.leader {
            let is_raise = new.leader == event.actor;
            self.note(if is_raise { "a raise that met the reserve" } else { "the house answered" });
            let is_tie = old.maximum == Some(offer.amount());
            self.note_when(is_tie && !is_raise, "a tie, which the earlier wins");
            return;
        }
        self.note_when(is_reserve, "a new leader at the reserve");
        let Some(beaten) = old.maximum else { return };
        let step = before.terms.increment.above(beaten);
        self.note_when(new.price == step, "a new leader a step ahead");
        self.note_when(new.price < step, "a new leader less than a step ahead");
        self.note_when(!offer.is_maximum() && new.price > step, "a new leader at a firm amount");
    }

    fn count_acceptance(&mut self, offer: Offered, event: &Event, after: &Sale) {
        let terms = &after.auction.terms;
        let price = event.after.price;
        self.note_when(price == Some(terms.baseprice), "accepted at the first price");
        let floor = terms.dutch.map(|dutch| dutch.floor);
        self.note_when(price == floor, "accepted at the floor");
        self.note_when(price != floor && price < Some(terms.baseprice), "accepted as it falls");
        self.note_when(price < Some(offer.amount()), "agreed to more than the price");
    }

    fn count_closing(&mut self, closing: &Closing, event: &Event, after: &Sale) {
        let amounts: Vec<Amount> = closing.sealed.iter().map(|bid| bid.amount).collect();
        match (closing.outcome, amounts.as_slice()) {
            (Outcome::Unsold(Unsold::NoBids), _) => self.note("unsold: no bids"),
            (Outcome::Unsold(Unsold::ReserveNotMet), _) => self.note("unsold: reserve not met"),
            (Outcome::Sold { hammer_price, .. }, [first, rest @ ..]) => {
                let (terms, reserve) = (&after.auction.terms, after.auction.state.reserve);
                self.note_when(rest.first() == Some(first), "a tie, which the earlier wins");
                let is_least = rest.first() != Some(&hammer_price) && hammer_price != *first;
                self.note_when(rest.first() == Some(&hammer_price), "pays the second amount");
                self.note_when(is_least && Some(hammer_price) == reserve, "pays the reserve");
                let is_base = hammer_price == terms.baseprice && reserve != Some(hammer_price);
                self.note_when(is_least && is_base, "pays the baseprice");
            }
            (Outcome::Sold { .. }, []) if event.after.auction_end != event.at => {
                self.note("sold at its end");
            }
            (Outcome::Sold { .. }, []) => {}
        }
    }
}

const fn name(action: &Action) -> &'static str {
    match action {
        Action::Bid(bid) if matches!(bid.offer, Offer::BuyNow) => "purchase",
        Action::Bid(_) => "bid",
        Action::Open => "open",
        Action::Close(_) => "close",
        Action::Order(_, Order::Edit { .. }) => "edit",
        Action::Order(_, Order::Cancel { .. }) => "cancel",
        Action::Order(_, Order::Extend { .. }) => "extend",
        Action::Order(_, Order::Annul { .. }) => "annul",
        Action::Order(_, Order::Void { .. }) => "void",
    }
}

fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Accepted(accepted) if accepted.new => "accepted",
        Answer::Accepted(_) => "repeated",
        Answer::Done => "done",
        Answer::NotDue => "not_due",
        Answer::Refused(refused) if refused.received_in_time == Some(true) => "closed before it",
        Answer::Refused(refused) => refused.code,
    }
}
