//! An auction with its log, and what a server keeps beside it for the next command.

use std::collections::BTreeMap;

use gobid_auction::{
    Action, Actor, Amount, Auction, Bid, Change, Command, EntryId, EntryIds, Event, Offered, Order,
    Past, Rejection, SealedBid, Standing, Terms, UserId, VoidTarget,
};
use uuid::Uuid;

use super::{CREATED, END, SOON, START, at};

/// What an action leads to.
pub(crate) type Judged = Result<Vec<Event>, Rejection>;

/// An auction with its log.
#[derive(Clone)]
pub(crate) struct Sale {
    pub(crate) auction: Auction,
    pub(crate) log: Vec<Event>,
    pub(crate) description: String,
    created: Auction,
    numbers: BTreeMap<UserId, i64>,
    sealed: BTreeMap<UserId, SealedBid>,
    standing: BTreeMap<UserId, Offered>,
    last_id: u128,
}

impl Sale {
    /// An auction that waits for its start.
    pub(crate) fn scheduled(terms: Terms, reserve: Option<Amount>) -> Self {
        Self::created_at(terms, reserve, CREATED)
    }

    pub(crate) fn created_at(terms: Terms, reserve: Option<Amount>, created_at: i64) -> Self {
        let auction = Auction::new(terms, reserve, at(END), at(created_at));
        Self {
            created: auction.clone(),
            auction,
            log: Vec::new(),
            description: "a clock".to_owned(),
            numbers: BTreeMap::new(),
            sealed: BTreeMap::new(),
            standing: BTreeMap::new(),
            last_id: 1_000,
        }
    }

    /// An auction that is open.
    pub(crate) fn open(terms: Terms, reserve: Option<Amount>) -> Self {
        let mut sale = Self::scheduled(terms, reserve);
        sale.ask(Action::Open, START, START).unwrap();
        sale
    }

    /// Judges an action that was received at one time and is judged at another, and applies what it
    /// leads to. What a server adds to an action need not be in it.
    pub(crate) fn ask(&mut self, action: Action, received_at: i64, now: i64) -> Judged {
        let ids = EntryIds { opening: self.new_id(), own: self.new_id(), second: self.new_id() };
        let command = Command { ids, action: self.complete(action) };
        let events = self.auction.judge(&command, at(received_at), at(now))?;
        for event in &events {
            self.auction.apply(event);
            self.keep(event);
        }
        self.log.extend(events.iter().cloned());
        Ok(events)
    }

    pub(crate) fn bid_at(&mut self, bid: Bid, now: i64) -> Judged {
        self.ask(Action::Bid(bid), now, now)
    }

    pub(crate) fn bid(&mut self, bid: Bid) -> Judged {
        self.bid_at(bid, SOON)
    }

    pub(crate) fn order_at(&mut self, actor: Actor, order: Order, now: i64) -> Judged {
        self.ask(Action::Order(actor, order), now, now)
    }

    pub(crate) fn order(&mut self, actor: Actor, order: Order) -> Judged {
        self.order_at(actor, order, SOON)
    }

    pub(crate) fn close_at(&mut self, now: i64) -> Judged {
        self.ask(Action::Close(Vec::new()), now, now)
    }

    /// Closes the auction as soon as that is due.
    pub(crate) fn close(&mut self) -> Judged {
        let due = self.auction.state.auction_end.plus(Auction::SETTLE);
        self.close_at(due.as_micros())
    }

    /// The state that the log alone leads to.
    pub(crate) fn replayed(&self) -> Auction {
        let mut auction = self.created.clone();
        for event in &self.log {
            auction.apply(event);
        }
        auction
    }

    /// The log as a void and a replay read it.
    pub(crate) fn past(&self) -> Vec<Past> {
        self.log.iter().filter_map(Past::of).collect()
    }

    /// The ids of the public bids of a bidder, oldest first.
    pub(crate) fn bids_of(&self, bidder: UserId) -> Vec<EntryId> {
        let is_bid = |event: &&Event| {
            event.actor == Some(bidder) && matches!(event.change, Change::BidPlaced { .. })
        };
        self.log.iter().filter(is_bid).map(|event| event.entry_id).collect()
    }

    /// Everybody who ever bid, by number.
    pub(crate) fn bidders(&self) -> BTreeMap<i64, UserId> {
        self.numbers.iter().map(|(user, number)| (*number, *user)).collect()
    }

    /// A bidder's highest offer that stands.
    pub(crate) fn offer_of(&self, bidder: UserId) -> Option<Offered> {
        self.standing.get(&bidder).copied()
    }

    pub(crate) fn standing_of(&self, user: UserId) -> Option<Standing> {
        Standing::of(&self.auction, user, self.standing.contains_key(&user))
    }

    fn new_id(&mut self) -> EntryId {
        self.last_id += 1;
        Uuid::from_u128(self.last_id)
    }

    /// Adds what a server knows and a client does not send.
    fn complete(&self, action: Action) -> Action {
        match action {
            Action::Bid(bid) => {
                let number = self.numbers.get(&bid.bidder).copied();
                let sealed = self.sealed.get(&bid.bidder).map(|own| own.amount);
                Action::Bid(Bid { number, sealed, ..bid })
            }
            Action::Order(actor, Order::Edit { description, reserve, revision }) => {
                let description = description.filter(|new| *new != self.description);
                Action::Order(actor, Order::Edit { description, reserve, revision })
            }
            Action::Order(actor, Order::Void { target, reason, .. }) => {
                let (target, log) = (self.target(target), self.past());
                Action::Order(actor, Order::Void { target, reason, log })
            }
            Action::Close(_) => Action::Close(self.best()),
            Action::Order(..) | Action::Open => action,
        }
    }

    fn target(&self, target: VoidTarget) -> VoidTarget {
        let VoidTarget::Bidder { user_id, .. } = target else { return target };
        let sealed = self.sealed.get(&user_id).map(|own| own.amount);
        VoidTarget::Bidder { user_id, sealed, number: self.numbers.get(&user_id).copied() }
    }

    /// The amounts of a sealed auction, best first.
    pub(crate) fn best(&self) -> Vec<SealedBid> {
        let mut best: Vec<_> = self.sealed.values().copied().collect();
        best.sort_by_key(|bid| (std::cmp::Reverse(bid.amount), bid.position));
        best
    }

    fn keep(&mut self, event: &Event) {
        match &event.change {
            Change::BidPlaced { offer, number, .. } => self.keep_offer(event, *number, *offer),
            Change::Raised { maximum, number } => {
                self.keep_offer(event, *number, Offered::Maximum(*maximum));
            }
            Change::SealedBidPlaced { amount, number, .. } => {
                self.keep_offer(event, *number, Offered::Firm(*amount));
                let (bid_id, bidder) = (event.entry_id, event.actor.unwrap());
                let (number, amount, position) = (*number, *amount, event.position);
                let bid = SealedBid { bid_id, bidder, number, amount, position };
                self.sealed.insert(bidder, bid);
            }
            Change::SealedBidVoided { bidder, .. } => {
                self.sealed.remove(bidder);
                self.standing.remove(bidder);
            }
            Change::BidsVoided(voided) => {
                self.standing.remove(&voided.bidder);
                self.standing.extend(voided.standing.map(|offer| (voided.bidder, offer)));
            }
            Change::DescriptionChanged { description } => self.description.clone_from(description),
            _ => {}
        }
    }

    fn keep_offer(&mut self, event: &Event, number: i64, offer: Offered) {
        let bidder = event.actor.unwrap();
        self.numbers.insert(bidder, number);
        self.standing.insert(bidder, offer);
    }
}
