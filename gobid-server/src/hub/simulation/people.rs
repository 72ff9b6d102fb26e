//! People, and what comes to their minds.

use std::time::Duration;

use gobid_auction::{
    Amount, Auction, Decimal, Format, Offer, Order, ProductId, ReserveEdit, Timestamp, UserId,
    VoidTarget,
};
use gobid_store::{NewSession, NewUser, Product, SessionKey};
use uuid::Uuid;

use super::client::{Request, Wish};
use super::event::Event;
use super::trace::note;
use super::world::World;
use crate::hub::answer::PlaceBid;

/// The places of the seller and of the admin; everybody behind them bids.
pub(super) const SELLER: usize = 0;
pub(super) const ADMIN: usize = 1;
const FIRST_BIDDER: usize = 2;

/// A person.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) user_id: UserId,
    pub(super) user_name: String,
    pub(super) session: SessionKey,
    /// How many sessions there were.
    logins: u64,
    /// The server that the first copy of every request goes to.
    pub(super) home: usize,
    /// Sessions that have ended in the database, and when they had.
    pub(super) ended: Vec<(SessionKey, Timestamp)>,
    /// When he was suspended.
    pub(super) suspended_at: Option<Timestamp>,
}

fn session_of(person: usize, logins: u64) -> SessionKey {
    let mut key = [0; 32];
    key[0] = u8::try_from(person).unwrap();
    key[1] = u8::try_from(logins).unwrap();
    SessionKey(key)
}

impl World {
    pub(super) fn make_people(&mut self) {
        for place in 0..FIRST_BIDDER + self.plan.bidders {
            let user_id = Uuid::from_u128(u128::try_from(place).unwrap() + 1);
            let user_name = format!("user{place}");
            self.database.create_user(&NewUser {
                user_id,
                user_name: user_name.clone(),
                email: format!("{user_name}@example.org"),
                password_hash: String::new(),
                bio: String::new(),
                is_admin: place == ADMIN,
                created_at: self.database.clock(self.now),
            });
            self.people.push(Person {
                user_id,
                user_name,
                session: session_of(place, 0),
                logins: 0,
                home: self.random.index(4),
                ended: Vec::new(),
                suspended_at: None,
            });
            self.log_in(place);
            let first = self.random.millis(40, 2_000);
            self.later(first, Event::Act(place));
        }
    }

    pub(super) fn log_in(&mut self, person: usize) {
        let created_at = self.database.clock(self.now);
        let Person { session, logins, user_id, .. } = &mut self.people[person];
        *logins += 1;
        *session = session_of(person, *logins);
        self.database.create_session(&NewSession {
            key: *session,
            session_id: Uuid::nil(),
            device: None,
            address: None,
            user_id: *user_id,
            data: String::new(),
            remember: true,
            created_at,
            expires_at: created_at.plus(Duration::from_hours(24)),
        });
    }

    /// Some bidder logs out, with whatever of his is under way.
    pub(super) fn some_log_out(&mut self) {
        let person = FIRST_BIDDER + self.random.index(self.plan.bidders);
        let span = self.client_delay();
        self.later(span, Event::LoggingOut(person));
    }

    /// The session is over in the database, before the person learns that it is.
    pub(super) fn logging_out(&mut self, person: usize) {
        let (now, key) = (self.now, self.people[person].session);
        if self.is_database_down() || !self.database.end_session(key) {
            return;
        }
        note!(self, "person {person} is logged out");
        self.people[person].ended.push((key, now));
        let away = self.random.mostly((0, 0), (0, 1_500_000));
        self.later(away, Event::LogIn(person));
    }

    pub(super) fn some_suspension(&mut self) {
        let person = FIRST_BIDDER + self.random.index(self.plan.bidders);
        self.database.suspend(self.people[person].user_id);
        let now = self.now;
        note!(self, "person {person} is suspended");
        self.people[person].suspended_at.get_or_insert(now);
    }

    /// A person does something, and thinks about what to do next.
    pub(super) fn act(&mut self, person: usize) {
        if self.is_calm {
            return;
        }
        let idle = u64::try_from(self.plan.idle_at_most.as_micros()).unwrap();
        let factor = match (person < FIRST_BIDDER, self.plan.is_busy) {
            (true, true) => 16,
            (true, false) => 2,
            (false, _) => 1,
        };
        let span = self.random.micros(idle / 10, idle) * factor;
        self.later(span, Event::Act(person));
        if self.people[person].suspended_at.is_some() && !self.random.one_in(10) {
            return;
        }
        let Some(product) = self.some_product() else { return };
        match person {
            SELLER => self.sells(&product.auction),
            ADMIN => self.administers(&product.auction),
            _ => self.bids(person, &product.auction),
        }
    }

    /// Some product, and seldom one whose auction is over.
    fn some_product(&mut self) -> Option<Product> {
        let mut found = None;
        for _ in 0..4 {
            let sale = self.random.index(self.sales.len());
            found = self.database.product(self.sales[sale].product_id);
            let is_over = found.as_ref().is_none_or(|it| it.auction.state.status.is_over());
            if !is_over {
                return found;
            }
        }
        found.filter(|_| self.random.one_in(8))
    }

    fn wishes(&mut self, person: usize, product_id: ProductId, wish: Wish, aim: Option<i64>) {
        let user_id = self.people[person].user_id;
        self.requests.push(Request::new(person, product_id, user_id, wish, aim));
        self.send(self.requests.len() - 1);
    }

    fn bids(&mut self, person: usize, auction: &Auction) {
        let bid = self.some_bid(person, auction);
        let aims = self.random.one_in(6);
        let aim = aims.then(|| *self.random.pick(&[-2_000, -1, 0, 0, 1, 2_000, 240_000]));
        self.wishes(person, auction.terms.product_id, Wish::Bid(bid), aim);
    }

    /// Everybody bids at once on the first product, and some on the next one.
    pub(super) fn flood(&mut self) {
        let server = self.random.index(self.servers.len());
        for number in 0..self.random.between(100, 220) {
            let sale = usize::from(number % 20 == 19) % self.sales.len();
            let Some(product) = self.database.product(self.sales[sale].product_id) else { return };
            let person = FIRST_BIDDER + self.random.index(self.plan.bidders);
            let bid = PlaceBid { not_after: None, ..self.some_bid(person, &product.auction) };
            self.people[person].home = server;
            self.wishes(person, product.auction.terms.product_id, Wish::Bid(bid), None);
        }
    }

    fn some_bid(&mut self, person: usize, auction: &Auction) -> PlaceBid {
        let offer = self.some_offer(auction);
        let expects = auction.terms.format == Format::English && self.random.one_in(8);
        let price = auction.state.price.unwrap_or(auction.terms.baseprice);
        let number = u128::from(self.random.number());
        let used = self.requests.iter().rev().find_map(|request| match &request.wish {
            Wish::Bid(bid) if request.person == person => Some(bid.request_id),
            _ => None,
        });
        let uses_again = self.random.one_in(30);
        PlaceBid {
            request_id: used.filter(|_| uses_again).unwrap_or(Uuid::from_u128(number)),
            offer,
            expected_price: expects.then(|| price.to_decimal(auction.terms.currency)),
            not_after: self.some_limit(),
        }
    }

    fn some_limit(&mut self) -> Option<Timestamp> {
        let time = self.database.clock(self.now);
        match self.random.between(0, 9) {
            0 | 1 => None,
            2 => Some(time.plus(self.random.millis(1, 400))),
            _ => Some(time.plus(Duration::from_secs(5))),
        }
    }

    /// An offer near the price, the leader's maximum or the reserve.
    fn some_offer(&mut self, auction: &Auction) -> Offer {
        let state = &auction.state;
        let minor = |amount: Option<Amount>| amount.map(Amount::minor_units);
        let base = auction.terms.baseprice.minor_units();
        let minimum = minor(auction.minimum_next_bid_at(self.database.clock(self.now)));
        let minimum = minimum.unwrap_or(base);
        let maximum = minor(state.maximum).unwrap_or(base);
        let extra = i64::try_from(self.random.between(0, 1_20)).unwrap();
        let minor_units = match self.random.between(if self.plan.is_busy { 5 } else { 0 }, 9) {
            0 => minimum - 1,
            1 => maximum,
            2 => maximum + 1,
            3 => maximum + extra,
            4 => minor(state.reserve).unwrap_or(minimum),
            5 | 6 => minimum,
            _ => minimum + extra,
        };
        let amount = Decimal::from_minor_units(minor_units.max(1), auction.terms.currency);
        let may_differ = auction.terms.format == Format::English || self.random.one_in(20);
        match self.random.between(0, 19) {
            0..=8 if may_differ => Offer::Maximum(amount),
            9 if may_differ => Offer::BuyNow,
            _ => Offer::Firm(amount),
        }
    }

    fn sells(&mut self, auction: &Auction) {
        let order = match self.random.between(0, 9) {
            0 => Order::Cancel { reason: "not for sale any more".to_owned() },
            1..=4 => {
                let minor_units = i64::try_from(self.random.between(1_00, 9_00)).unwrap();
                let amount = Decimal::from_minor_units(minor_units, auction.terms.currency);
                let reserve = if self.random.one_in(4) {
                    ReserveEdit::Remove
                } else {
                    ReserveEdit::Set(amount)
                };
                let description = self.random.one_in(3).then(|| "as it is".to_owned());
                Order::Edit { description, reserve: Some(reserve), revision: None }
            }
            _ => Order::Edit {
                description: Some(format!("as it is {}", self.random.between(1, 3))),
                reserve: None,
                revision: self.random.one_in(2).then_some(auction.state.revision),
            },
        };
        self.wishes(SELLER, auction.terms.product_id, Wish::Order(order), None);
    }

    fn administers(&mut self, auction: &Auction) {
        let reason = "as the rules say".to_owned();
        let order = match self.random.between(0, 19) {
            0 => Order::Cancel { reason },
            1 => Order::Annul { reason },
            2..=4 => {
                let later = self.random.millis(1, 3_000);
                Order::Extend { auction_end: auction.state.auction_end.plus(later), reason }
            }
            _ => Order::Void { target: self.some_target(auction), reason, log: Vec::new() },
        };
        self.wishes(ADMIN, auction.terms.product_id, Wish::Order(order), None);
    }

    fn some_target(&mut self, auction: &Auction) -> VoidTarget {
        let product_id = auction.terms.product_id;
        let bids: Vec<_> =
            self.database.log(product_id).filter(|entry| entry.offer.is_some()).collect();
        if bids.is_empty() || self.random.one_in(8) {
            let person = FIRST_BIDDER + self.random.index(self.plan.bidders);
            let user_id = self.people[person].user_id;
            return VoidTarget::Bidder { user_id, sealed: None, number: None };
        }
        let bid = bids[self.random.index(bids.len())];
        let is_sealed = auction.terms.format.is_sealed();
        match bid.actor_id.filter(|_| is_sealed || self.random.one_in(3)) {
            Some(user_id) => VoidTarget::Bidder { user_id, sealed: None, number: None },
            None => VoidTarget::Bid(bid.entry_id),
        }
    }
}
