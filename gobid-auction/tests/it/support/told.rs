//! Makes commands of what is random.

use std::time::Duration;

use gobid_auction::{
    Action, Amount, Bid, Decimal, Dutch, Format, Increment, Offer, Offered, Order, ReserveEdit,
    Rung, SpendingCap, Terms, UserId,
};

use super::random::{Kind, Near, Pick, Reserve, Setup, Stamp, Step, Wanted, Wish};
use super::{
    A, CREATED, END, SECOND, START, Sale, amount, annul, at, cancel, extend, terms, void,
    void_bidder,
};

/// A command as it reaches the rules, without what a server adds to it.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) action: Action,
    /// What the bidder names the bid by.
    pub(crate) request: u64,
    pub(crate) received_at: i64,
    pub(crate) now: i64,
}

/// Makes commands, and remembers the bids among them.
#[derive(Default)]
pub(crate) struct Teller {
    sent: Vec<(u64, Bid)>,
}

impl Setup {
    /// An auction as it is created: open at once, when it does not start later.
    pub(crate) fn create(&self, format: Format) -> Sale {
        let baseprice = self.baseprice.max(2);
        let clamped = |minor: i64| amount(minor.clamp(1, Amount::MAX.minor_units()));
        let terms = terms(format);
        let is_english = format == Format::English;
        let above = |offset: i64| clamped(baseprice + offset);
        let reserve = self.reserve.filter(|_| format.has_reserve()).map(above);
        let least = ((baseprice * 13 + 9) / 10).max(reserve.map_or(0, Amount::minor_units));
        let buy_now_price = self.buy_now.and_then(|offset| Amount::new(least + offset));
        let (below, step, tick_seconds) = self.dutch;
        let floor = clamped((baseprice - below).min(baseprice - 1));
        let hard_end = self.hard_end.map(|seconds| at(END + seconds * SECOND));
        let terms = Terms {
            currency: self.currency.parse().unwrap(),
            baseprice: amount(baseprice),
            increment: if is_english { self.increment() } else { terms.increment },
            buy_now_price: buy_now_price.filter(|_| is_english),
            soft_close: Duration::from_secs(if is_english { self.soft_close_seconds } else { 0 }),
            hard_end: hard_end.filter(|_| is_english),
            dutch: terms.dutch.map(|_| Dutch { floor, step: amount(step), tick_seconds }),
            starts_later: self.starts_later,
            ..terms
        };
        assert_eq!(terms.faults(reserve, at(END)), []);
        if self.starts_later {
            return Sale::created_at(terms, reserve, CREATED);
        }
        let mut sale = Sale::created_at(terms, reserve, START);
        sale.ask(Action::Open, START, START).unwrap();
        sale
    }

    fn increment(&self) -> Increment {
        if self.rungs.is_empty() {
            return Increment::DEFAULT;
        }
        let rung = |(from, step): &(i64, i64)| Rung { from: *from, step: amount(*step) };
        Increment::ladder(self.rungs.iter().map(rung).collect()).unwrap()
    }
}

impl Teller {
    /// The command that a step means in an auction as it is now.
    pub(crate) fn tell(&mut self, sale: &Sale, step: &Step) -> Told {
        let stamp = match step.pick {
            Pick::Close(Some(offset)) => Stamp::NearClose(offset),
            _ => step.stamp,
        };
        let received_at = received_at(sale, stamp);
        let mut request = 0;
        let action = match &step.pick {
            Pick::Bid(wish) => {
                let bid = wished(sale, wish, received_at);
                // Everybody counts for himself: two bidders may use the same id.
                let own = self.sent.iter().filter(|(_request, sent)| sent.bidder == bid.bidder);
                request = u64::try_from(own.count()).unwrap() + 1;
                self.sent.push((request, bid.clone()));
                Action::Bid(bid)
            }
            Pick::Again(place, near) => match at_place(&self.sent, *place) {
                Some((known, bid)) => {
                    request = *known;
                    let other = near.map(|near| minor(sale, near, bid.bidder, received_at));
                    let other = other.map(|minor| Offer::Firm(written(sale, minor, 0)));
                    Action::Bid(Bid { offer: other.unwrap_or(bid.offer), ..bid.clone() })
                }
                None => Action::Open,
            },
            Pick::Open => Action::Open,
            Pick::Close(_) => Action::Close(Vec::new()),
            Pick::Order(actor, wanted) => {
                Action::Order(*actor, ordered(sale, *wanted, received_at))
            }
        };
        Told { action, request, received_at, now: received_at + step.lag }
    }
}

/// The order that is wanted.
fn ordered(sale: &Sale, wanted: Wanted, time: i64) -> Order {
    let end = sale.auction.state.auction_end;
    match wanted {
        Wanted::Edit(text, reserve, revision) => Order::Edit {
            description: text.map(|text| format!("a clock with {text} keys")),
            reserve: match reserve {
                Reserve::Kept => None,
                Reserve::Removed => Some(ReserveEdit::Remove),
                Reserve::Near(near) => {
                    Some(ReserveEdit::Set(written(sale, minor(sale, near, A, time), 0)))
                }
            },
            revision: revision.map(|above| sale.auction.state.revision + above),
        },
        Wanted::Cancel => cancel(),
        Wanted::Extend(after) => extend(end.as_micros() + after),
        Wanted::ExtendFully(after) => {
            extend(sale.auction.terms.hard_end.unwrap_or(end).as_micros() + after)
        }
        Wanted::Annul => annul(),
        Wanted::VoidRow(place) => {
            let row = at_place(&sale.rows(), place).map(|row| row.bid_id);
            void(row.unwrap_or_default())
        }
        Wanted::VoidEntry(place) => {
            let entry = at_place(&sale.log, place).map(|entry| entry.entry_id);
            void(entry.unwrap_or_default())
        }
        Wanted::VoidBidder(bidder) => void_bidder(bidder),
    }
}

fn received_at(sale: &Sale, stamp: Stamp) -> i64 {
    let end = sale.auction.state.auction_end.as_micros();
    let window = i64::try_from(sale.auction.terms.soft_close.as_micros()).unwrap();
    match stamp {
        Stamp::Soon(after) => START + after,
        Stamp::NearStart(offset) => START + offset,
        Stamp::NearFall(fall, offset) => {
            let tick_seconds = sale.auction.terms.dutch.map_or(1, |dutch| dutch.tick_seconds);
            START + fall * i64::from(tick_seconds) * SECOND + offset
        }
        Stamp::BeforeEnd(before) => end - before,
        Stamp::NearWindow(offset) => end - window + offset,
        Stamp::NearEnd(offset) => end + offset,
        Stamp::NearClose(offset) => end + 250_000 + offset,
    }
}

fn wished(sale: &Sale, wish: &Wish, received_at: i64) -> Bid {
    let bidder = wish.bidder;
    let amount = written(sale, minor(sale, wish.near, bidder, received_at), wish.digits);
    let has_all_kinds = wish.in_any_format || sale.auction.terms.format == Format::English;
    let (offer, expected) = match wish.kind {
        _ if !has_all_kinds => (Offer::Firm(amount), None),
        Kind::Firm => (Offer::Firm(amount), wish.expected),
        Kind::Maximum => (Offer::Maximum(amount), wish.expected),
        Kind::Purchase => (Offer::BuyNow, None),
    };
    let currency = sale.auction.terms.currency;
    let price = sale.auction.state.price.unwrap_or(sale.auction.terms.baseprice).minor_units();
    let offered = match offer {
        Offer::BuyNow => sale.auction.terms.buy_now_price,
        Offer::Firm(value) | Offer::Maximum(value) => Amount::from_decimal(value, currency).ok(),
    };
    let cap = wish.cap.and_then(|(above, is_same)| {
        let max_offer = Amount::new(offered?.minor_units() + above)?;
        let currency = if is_same { currency } else { "EUR".parse().unwrap() };
        Some(SpendingCap { max_offer, currency })
    });
    Bid {
        bidder,
        number: None,
        sealed: None,
        offer,
        expected_price: expected.map(|above| written(sale, price + above, 0)),
        not_after: wish.not_after.map(|later| at(received_at + later)),
        cap,
    }
}

/// An amount near one that matters to this bidder then, in minor units.
fn minor(sale: &Sale, near: Near, bidder: UserId, time: i64) -> i64 {
    let (terms, state) = (&sale.auction.terms, &sale.auction.state);
    let maximum = state.maximum.or_else(|| sale.best().first().map(|bid| bid.amount));
    let maximum = maximum.unwrap_or(terms.baseprice);
    let (amount, offset) = match near {
        Near::Minimum(offset) => (sale.auction.minimum_next_bid_at(at(time)), offset),
        Near::Maximum(offset) => (Some(maximum), offset),
        Near::AboveMaximum(offset) => (terms.increment.above(maximum), offset),
        Near::Own(offset) => (sale.offer_of(bidder).map(Offered::amount), offset),
        Near::Baseprice(offset) => (None, offset),
        Near::Reserve(offset) => (state.reserve, offset),
        Near::BuyNow(offset) => (terms.buy_now_price, offset),
        Near::Any(minor) => return minor,
    };
    amount.unwrap_or(terms.baseprice).minor_units() + offset
}

/// Minor units, written with a digit more or less than the currency has where that can be.
fn written(sale: &Sale, minor: i64, digits: i8) -> Decimal {
    let mut text = Decimal::from_minor_units(minor.max(0), sale.auction.terms.currency).to_string();
    if digits > 0 {
        text.push_str(if text.contains('.') { "0" } else { ".0" });
    } else if digits < 0 && text.contains('.') && text.ends_with('0') {
        text.pop();
    }
    text.parse().unwrap()
}

fn at_place<T>(items: &[T], place: usize) -> Option<&T> {
    items.get(place.checked_rem(items.len())?)
}
