//! An auction: its terms, its state, and the two things that can be done with it.

use std::time::Duration;

use crate::planted::{self, Bug};
use crate::{
    Action, After, Amount, Change, Command, Event, Format, Outcome, Rejection, State, Status,
    Terms, Timestamp, bid, life, orders,
};

/// An auction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auction {
    /// What was agreed when the product was created.
    pub terms: Terms,
    /// How things stand.
    pub state: State,
}

impl Auction {
    /// A close is judged this long after the end, so that a bid stamped in time on another server
    /// finds its way (RULES.md §7).
    pub const SETTLE: Duration = Duration::from_millis(250);

    /// When the close of an auction with this end is judged at the earliest.
    pub fn settled(auction_end: Timestamp) -> Timestamp {
        if planted::is(Bug::SettleDropped) { auction_end } else { auction_end.plus(Self::SETTLE) }
    }

    /// A new auction, before the first entry of its log.
    pub fn new(
        terms: Terms,
        reserve: Option<Amount>,
        auction_end: Timestamp,
        created_at: Timestamp,
    ) -> Self {
        let state = State {
            status: Status::Scheduled,
            position: 0,
            seq: 0,
            leader: None,
            price: None,
            maximum: None,
            reserve,
            reserve_fixed: false,
            bid_count: 0,
            bidder_count: 0,
            auction_end,
            ended_early: false,
            annulled: false,
            revision: 1,
            last_at: created_at,
        };
        Self { terms, state }
    }

    /// What a command leads to: one event or a few, in order, or why there is none.
    ///
    /// `received_at` is the command's stamp and decides whether it came in time; `now` is the
    /// time under the product's lock and dates the entries.
    pub fn judge(
        &self,
        command: &Command,
        received_at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Event>, Rejection> {
        match &command.action {
            Action::Bid(bid) => bid::judge(self, bid, command.ids, received_at, now),
            Action::Order(actor, order) => {
                orders::judge(self, *actor, order, command.ids, received_at, now)
            }
            Action::Open => life::open(self, command.ids, now),
            Action::Close(best) => life::close(self, best, command.ids, now),
        }
    }

    /// Changes the state by an event, without judging it again.
    pub fn apply(&mut self, event: &Event) {
        let is_dutch = self.terms.format == Format::Dutch;
        let after = event.after;
        let state = &mut self.state;
        match &event.change {
            Change::Opened => state.status = Status::Open,
            Change::BidPlaced { offer, number, .. } => {
                state.bid_count += 1;
                state.bidder_count = state.bidder_count.max(*number);
                state.ended_early |= is_dutch || offer.is_purchase();
            }
            Change::SealedBidPlaced { number, is_first, .. } => {
                state.bid_count += i64::from(*is_first);
                state.bidder_count = state.bidder_count.max(*number);
            }
            Change::BidsVoided(voided) => state.bid_count -= voided.count,
            Change::SealedBidVoided { .. } => {
                state.bid_count -= 1;
                state.revision += i64::from(planted::is(Bug::LeakInRevision));
            }
            Change::DescriptionChanged { .. } => state.revision += 1,
            Change::ReserveChanged { reserve, .. } => {
                state.reserve = *reserve;
                state.reserve_fixed |= state.bidder_count > 0;
                state.revision += 1;
            }
            Change::Raised { .. } => state.bid_count += i64::from(planted::is(Bug::LeakInBidCount)),
            Change::Extended { .. } => {}
            Change::Annulled { .. } => state.annulled = true,
            Change::Cancelled { .. } => {
                state.status = Status::Cancelled;
                state.ended_early = true;
            }
            Change::Closed(closing) => {
                state.status = match closing.outcome {
                    Outcome::Sold { .. } => Status::Sold,
                    Outcome::Unsold(_) => Status::Unsold,
                }
            }
        }
        state.position = event.position;
        state.seq = event.seq.unwrap_or(state.seq);
        state.last_at = event.at;
        let After { leader, price, maximum, auction_end, .. } = after;
        (state.leader, state.price, state.maximum) = (leader, price, maximum);
        state.auction_end = auction_end;
    }

    /// The lowest amount that the next bid may have; `None` where no legal amount is left, and when
    /// the auction has ended. Of a Dutch auction what it is at first: see
    /// [`Auction::minimum_next_bid_at`].
    pub fn minimum_next_bid(&self) -> Option<Amount> {
        match self.state.price {
            _ if self.state.status.is_over() => None,
            None => Some(self.terms.baseprice),
            Some(price) => self.terms.increment.above(price),
        }
    }

    /// The same at a time: the price of a Dutch auction falls.
    pub fn minimum_next_bid_at(&self, time: Timestamp) -> Option<Amount> {
        self.dutch_price_at(time).or_else(|| self.minimum_next_bid())
    }

    /// What the leader would pay if the auction closed now, or what the first to accept the price
    /// of a Dutch auction pays; `None` while nobody leads.
    pub fn current_price_at(&self, time: Timestamp) -> Option<Amount> {
        self.state.price.or_else(|| self.dutch_price_at(time))
    }

    /// Whether the reserve is met; `None` without one, and while that is secret.
    pub fn reserve_met(&self) -> Option<bool> {
        let reserve = self.state.reserve?;
        if self.terms.format.is_sealed() {
            let sold = self.state.status == Status::Sold;
            return (sold || self.state.status == Status::Unsold).then_some(sold);
        }
        Some(self.state.maximum.is_some_and(|maximum| maximum >= reserve))
    }

    /// Whether the buy-now price can be paid: until the first bid, and with a reserve until it is
    /// met.
    pub fn buy_now_available(&self) -> bool {
        let open = match self.reserve_met() {
            None => self.state.bidder_count == 0 || planted::is(Bug::BuyNowAfterFirstBid),
            Some(met) => !met,
        };
        open && self.terms.buy_now_price.is_some() && !self.state.status.is_over()
    }

    /// Whether count and bidders are secret: before the close of a sealed auction.
    pub fn is_secret(&self) -> bool {
        let status = self.state.status;
        let may_be_told = matches!(status, Status::Sold | Status::Unsold);
        self.terms.format.is_sealed() && !may_be_told
    }

    /// When the next opening or closing is due; `None` when the auction has ended.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.state.status {
            Status::Scheduled => Some(self.terms.auction_start.min(self.state.auction_end)),
            Status::Open => Some(self.state.auction_end),
            Status::Sold | Status::Unsold | Status::Cancelled => None,
        }
    }

    fn dutch_price_at(&self, time: Timestamp) -> Option<Amount> {
        let is_open = self.state.status == Status::Open;
        let dutch = self.terms.dutch.filter(|_| is_open)?;
        Some(dutch.price_at(self.terms.baseprice, self.terms.auction_start, time))
    }
}
