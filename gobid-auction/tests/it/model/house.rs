//! An auction house with one auction: who bids, and when, in few words.

use crate::reference::{
    Accepted, Answer, Bid, Decimal, Format, Model, Offer, Order, Refused, Row, Terms, View,
};

pub(crate) const SECOND: i64 = 1_000_000;
/// When the auction of `terms` ends.
pub(crate) const END: i64 = 1_000 * SECOND;
pub(crate) const SELLER: u64 = 1;
pub(crate) const A: u64 = 10;
pub(crate) const B: u64 = 11;
pub(crate) const C: u64 = 12;
pub(crate) const D: u64 = 13;
pub(crate) const E: u64 = 14;

/// Opens at 0 and ends at 1,000 s, step 10, baseprice 100, in whole units.
pub(crate) fn terms(format: Format) -> Terms {
    Terms {
        format,
        digits: 0,
        baseprice: 100,
        ladder: vec![(0, 10)],
        reserve: None,
        buy_now: None,
        soft_close_micros: 0,
        hard_end: None,
        dutch: None,
        start: 0,
        starts_later: false,
        end: END,
        seller: SELLER,
        created_at: 0,
    }
}

pub(crate) fn english() -> Terms {
    terms(Format::English)
}

pub(crate) struct House {
    pub(crate) model: Model,
    digits: u32,
    /// The moment of the next command.
    pub(crate) now: i64,
    request: u64,
}

impl House {
    pub(crate) fn new(terms: Terms) -> Self {
        let digits = terms.digits;
        let now = terms.created_at;
        Self { model: Model::new(terms, "As it was.".to_owned()), digits, now, request: 0 }
    }

    pub(crate) fn at(&mut self, seconds: i64) -> &mut Self {
        self.now = seconds * SECOND;
        self
    }

    pub(crate) fn order(&mut self, order: &Order) -> Answer {
        self.model.apply(order, self.now, self.now)
    }

    /// A bid with a request id of its own and no conditions.
    pub(crate) fn offer(&mut self, bidder: u64, offer: Offer) -> Bid {
        self.request += 1;
        Bid { bidder, request: self.request, offer, expected: None, not_after: None, cap: None }
    }

    pub(crate) fn bid(&mut self, bidder: u64, offer: Offer) -> Answer {
        let bid = self.offer(bidder, offer);
        self.order(&Order::Bid(bid))
    }

    pub(crate) fn money(&self, minor_units: i64) -> Decimal {
        Decimal { digits: minor_units, scale: self.digits }
    }

    pub(crate) fn max(&mut self, bidder: u64, amount: i64) -> Answer {
        let offer = Offer::Maximum(self.money(amount));
        self.bid(bidder, offer)
    }

    pub(crate) fn firm(&mut self, bidder: u64, amount: i64) -> Answer {
        let offer = Offer::Firm(self.money(amount));
        self.bid(bidder, offer)
    }

    pub(crate) fn buy(&mut self, bidder: u64) -> Answer {
        self.bid(bidder, Offer::BuyNow)
    }

    pub(crate) fn void(&mut self, bid: u64) -> Answer {
        self.order(&Order::VoidBid { bid, admin: true })
    }

    pub(crate) fn void_bidder(&mut self, bidder: u64) -> Answer {
        self.order(&Order::VoidBidder { bidder, admin: true })
    }

    pub(crate) fn set_reserve(&mut self, reserve: Option<i64>) -> Answer {
        let reserve = Some(reserve.map(|amount| self.money(amount)));
        self.order(&Order::Edit { by: SELLER, description: None, reserve, revision: None })
    }

    /// Closes the auction when its close is due.
    pub(crate) fn close(&mut self) -> View {
        self.now = self.view().end + SECOND / 4;
        assert_eq!(self.order(&Order::Close), Answer::Done);
        self.view()
    }

    pub(crate) fn view(&self) -> View {
        self.model.view(self.now)
    }

    /// Who leads, and at which price.
    pub(crate) fn lead(&self) -> Option<(u64, i64)> {
        let view = self.view();
        view.leader.zip(view.price)
    }

    /// The bidder's own highest offer and his status.
    pub(crate) fn own(&self, bidder: u64) -> (Option<i64>, Option<&'static str>) {
        let view = self.view();
        let own = view.bidders.into_iter().find(|own| own.user == bidder);
        own.map_or((None, Some("never bid")), |own| (own.offer, own.status))
    }

    /// The amounts of the public rows, oldest first, with who stands there.
    pub(crate) fn rows(&self) -> Vec<(u64, i64, &'static str)> {
        self.view().bids.iter().map(|row| (row.bidder, row.amount, mark(row))).collect()
    }

    /// The types of the events, oldest first.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.view().events.iter().map(|event| event.kind).collect()
    }

    /// The row of a bidder and an amount.
    pub(crate) fn row(&self, bidder: u64, amount: i64) -> u64 {
        let rows = self.view().bids;
        match rows.iter().find(|row| row.bidder == bidder && row.amount == amount) {
            Some(row) => row.id,
            None => panic!("no row of {bidder} at {amount} in {rows:?}"),
        }
    }
}

fn mark(row: &Row) -> &'static str {
    match (row.automatic, row.voided) {
        (false, false) => "",
        (true, false) => "automatic",
        (false, true) => "voided",
        (true, true) => "automatic, voided",
    }
}

/// The answer in a word: `accepted`, `again`, `done`, `not due`, or the code of the refusal.
pub(crate) fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Accepted(accepted) if accepted.new => "accepted",
        Answer::Accepted(_) => "again",
        Answer::Done => "done",
        Answer::Refused(refused) => refused.code,
        Answer::NotDue => "not due",
    }
}

pub(crate) fn accepted(answer: Answer) -> Accepted {
    match answer {
        Answer::Accepted(accepted) => accepted,
        other => panic!("not accepted: {other:?}"),
    }
}

pub(crate) fn refused(answer: Answer) -> Refused {
    match answer {
        Answer::Refused(refused) => refused,
        other => panic!("not refused: {other:?}"),
    }
}
