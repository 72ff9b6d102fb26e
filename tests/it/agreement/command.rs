//! What is commanded: by chance, and mostly where something depends on it.

use super::cast::{ADMIN, Cast, SELLER};
use super::dice::Dice;
use super::listing::now_micros;
use super::reference::{Bid, Decimal, Format, LARGEST_AMOUNT, Offer, Order, Terms, View};

/// A command, before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// Who sends it.
    pub(crate) by: u64,
    pub(crate) order: Order,
    pub(crate) way: Way,
    /// What an order gives as its reason.
    pub(crate) reason: String,
}

/// How a command is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Rest,
    Socket,
    /// REST, on the paths that are for admins.
    Admin,
}

/// Who draws the commands of one auction.
pub(crate) struct Drawer {
    terms: Terms,
    /// Nobody bids.
    is_quiet: bool,
    /// Those who do.
    bidders: Vec<u64>,
    /// Every bid that was drawn so far, to be repeated.
    bids: Vec<Bid>,
    /// How many commands were drawn.
    drawn: u64,
}

impl Drawer {
    /// Sometimes one alone bids.
    pub(crate) fn new(dice: &mut Dice, terms: Terms, is_quiet: bool) -> Self {
        let mut bidders = Cast::bidders();
        if dice.chance(15) {
            bidders.truncate(1);
        }
        Self { terms, is_quiet, bidders, bids: Vec::new(), drawn: 0 }
    }

    /// The next command, given what stands.
    pub(crate) fn draw(&mut self, dice: &mut Dice, view: &View) -> Command {
        self.drawn += 1;
        let is_over = !matches!(view.status, "open" | "scheduled");
        let annuls = if is_over { 25 } else { 1 };
        // A quiet auction ends by itself.
        let (bids, cancels) = if self.is_quiet && !is_over { (0, 0) } else { (1, 1) };
        let weights =
            [(65 * bids, 0), (9 * bids, 1), (9, 2), (4, 3), (2, 4), (cancels, 5), (annuls, 6)];
        match dice.weighed(&weights) {
            0 => self.bid(dice, view),
            1 => self.repeat(dice, view),
            2 => self.edit(dice, view),
            3 => self.void(dice, view),
            4 => self.extend(dice, view),
            5 => self.cancel(dice),
            _ => self.by_admin(dice, |admin| Order::Annul { admin }),
        }
    }

    fn command(&self, by: u64, order: Order, way: Way) -> Command {
        Command { by, order, way, reason: format!("Reason {}.", self.drawn) }
    }

    fn bid(&mut self, dice: &mut Dice, view: &View) -> Command {
        let bidder = if dice.chance(3) { SELLER } else { self.bidder(dice) };
        let bid = Bid {
            bidder,
            request: self.drawn,
            offer: self.offer(dice, view),
            expected: self.expected(dice, view),
            not_after: not_after(dice),
            cap: None,
        };
        self.send(dice, &bid)
    }

    /// A bid that was sent before, whatever it was answered with: the same, or under its request id
    /// another one.
    fn repeat(&mut self, dice: &mut Dice, view: &View) -> Command {
        let Some(bid) = dice.one_of(&self.bids).cloned() else { return self.bid(dice, view) };
        let bid = match dice.between(1, 10) {
            1..=5 => bid,
            6 => Bid { bidder: self.bidder(dice), ..bid },
            7 => Bid { expected: self.expected(dice, view), ..bid },
            8 => Bid { not_after: not_after(dice), ..bid },
            _ => Bid { offer: self.offer(dice, view), ..bid },
        };
        self.send(dice, &bid)
    }

    fn send(&mut self, dice: &mut Dice, bid: &Bid) -> Command {
        self.bids.push(bid.clone());
        // A purchase has no expected price to send.
        let expected = bid.expected.filter(|_| bid.offer != Offer::BuyNow);
        let way = if dice.chance(50) { Way::Rest } else { Way::Socket };
        self.command(bid.bidder, Order::Bid(Bid { expected, ..bid.clone() }), way)
    }

    fn offer(&self, dice: &mut Dice, view: &View) -> Offer {
        let is_english = self.terms.format == Format::English;
        let (firm, maximum) = if is_english { (45, 52) } else { (92, 5) };
        let purchase = if view.buy_now_available { 14 } else { 3 };
        match dice.weighed(&[(firm, 0), (maximum, 1), (purchase, 2)]) {
            0 => {
                let amount = self.amount(dice, view);
                Offer::Firm(self.written(dice, amount))
            }
            1 => {
                let most = self.amount(dice, view) + dice.between(0, 12) * step(&self.terms, view);
                Offer::Maximum(self.written(dice, most))
            }
            _ => Offer::BuyNow,
        }
    }

    fn amount(&self, dice: &mut Dice, view: &View) -> i64 {
        let step = step(&self.terms, view);
        let price = view.price.unwrap_or(self.terms.baseprice);
        let least = view.minimum.unwrap_or(price);
        if self.terms.format == Format::Dutch {
            let below = dice.weighed(&[(45, step), (43, 1), (6, 0), (6, -step)]);
            return least - below;
        }
        // A sealed amount is measured by the bidder's own, which is anywhere.
        let far = if self.terms.format == Format::English { 4 } else { 80 };
        let edge = dice.between(-1, 1);
        match dice.between(1, 10) {
            1 => least - dice.between(1, step),
            2..=4 => least,
            5 => view.maximum.map_or(least, |maximum| maximum + edge),
            // One that is far off is not to be met.
            6 => match view.reserve {
                Some(reserve) if reserve < 3 * least => reserve + edge,
                _ => least,
            },
            _ => least + dice.between(0, far * step),
        }
    }

    fn expected(&self, dice: &mut Dice, view: &View) -> Option<Decimal> {
        let rarely = if self.terms.format == Format::English { 14 } else { 4 };
        let price = view.price.unwrap_or(self.terms.baseprice);
        let price = price + if dice.chance(60) { 0 } else { dice.between(-5, 5) };
        dice.chance(rarely).then(|| self.written(dice, price))
    }

    /// An amount as somebody may write it: with fewer digits where it can, rarely with more than the
    /// currency has, or one that is no amount.
    fn written(&self, dice: &mut Dice, minor_units: i64) -> Decimal {
        let mut decimal = Decimal { digits: minor_units.max(0), scale: self.terms.digits };
        match dice.between(1, 50) {
            1 => Decimal {
                digits: decimal.digits * 10 + dice.between(0, 1),
                scale: decimal.scale + 1,
            },
            2 if dice.chance(30) => Decimal { digits: 0, ..decimal },
            2 if dice.chance(30) => Decimal { digits: LARGEST_AMOUNT + 1, ..decimal },
            3..=20 => {
                while decimal.scale > 0 && decimal.digits % 10 == 0 {
                    decimal = Decimal { digits: decimal.digits / 10, scale: decimal.scale - 1 };
                }
                decimal
            }
            _ => decimal,
        }
    }

    fn edit(&mut self, dice: &mut Dice, view: &View) -> Command {
        let by = if dice.chance(90) { SELLER } else { self.bidder(dice) };
        let description = match dice.between(1, 10) {
            1..=3 => Some(format!("As it was described after {} commands.", self.drawn)),
            4 => Some(view.description.clone()),
            _ => None,
        };
        let around = view.reserve.or(view.price).unwrap_or(self.terms.baseprice);
        let reserve = match dice.between(1, 10) {
            1 => Some(None),
            2..=6 => {
                let reserve = around + dice.between(-around / 8, around / 20);
                Some(Some(self.written(dice, reserve)))
            }
            7 => view.reserve.map(|reserve| Some(self.written(dice, reserve))),
            8 => view.maximum.map(|maximum| Some(self.written(dice, maximum))),
            _ => None,
        };
        let revision = dice.weighed(&[(6, None), (3, Some(0)), (1, Some(-1))]);
        let revision = revision.map(|off| view.revision + off);
        self.command(by, Order::Edit { by, description, reserve, revision }, Way::Rest)
    }

    fn cancel(&mut self, dice: &mut Dice) -> Command {
        let by = dice.weighed(&[(6, SELLER), (3, 0), (1, ADMIN)]);
        let by = if by == 0 { self.bidder(dice) } else { by };
        let way = if dice.chance(50) && by != SELLER { Way::Admin } else { Way::Rest };
        self.command(by, Order::Cancel { by, admin: by == ADMIN }, way)
    }

    fn extend(&mut self, dice: &mut Dice, view: &View) -> Command {
        let hard_end = self.terms.hard_end.unwrap_or(view.end);
        let end = match dice.between(1, 6) {
            1 => view.end - dice.between(0, 1) * 1_000,
            2 => hard_end + dice.between(0, 1) * 1_000,
            _ => view.end + dice.between(1, 800) * 1_000,
        };
        // Whole milliseconds, as the wire has them.
        let end = end.div_euclid(1_000) * 1_000;
        self.by_admin(dice, |admin| Order::Extend { end, admin })
    }

    fn void(&mut self, dice: &mut Dice, view: &View) -> Command {
        // In a sealed auction nobody knows the id of a bid.
        if dice.chance(if view.bids.is_empty() { 80 } else { 35 }) {
            let bidder = if dice.chance(10) { SELLER } else { self.bidder(dice) };
            return self.by_admin(dice, |admin| Order::VoidBidder { bidder, admin });
        }
        // Newer ones matter more; there may be silent raises among the ids, and ids of nothing.
        let newest = view.bids.len().saturating_sub(12);
        let row = dice.one_of(&view.bids[newest..]).map(|row| row.id);
        let bid = match (dice.between(1, 10), row) {
            (1, _) | (_, None) => u64::MAX,
            (2, Some(id)) => id + 1,
            (_, Some(id)) => id,
        };
        self.by_admin(dice, |admin| Order::VoidBid { bid, admin })
    }

    fn bidder(&self, dice: &mut Dice) -> u64 {
        *dice.one_of(&self.bidders).unwrap()
    }

    /// What only an admin may, mostly by him.
    fn by_admin(&mut self, dice: &mut Dice, order: impl FnOnce(bool) -> Order) -> Command {
        let by = if dice.chance(95) { ADMIN } else { self.bidder(dice) };
        self.command(by, order(by == ADMIN), Way::Admin)
    }
}

/// One increment; of a Dutch auction, by how much the price falls.
pub(crate) fn step(terms: &Terms, view: &View) -> i64 {
    if let Some(dutch) = terms.dutch {
        return dutch.step;
    }
    let price = view.price.unwrap_or(terms.baseprice);
    let rung = terms.ladder.iter().rfind(|(from, _)| *from <= price);
    rung.map_or(1, |(_, step)| *step)
}

/// A moment that has passed, that is now, or that is to come.
fn not_after(dice: &mut Dice) -> Option<i64> {
    let off = dice.weighed(&[(90, None), (1, Some(-1_000)), (3, Some(3)), (6, Some(4_000))]);
    off.map(|millis: i64| now_micros().div_euclid(1_000) * 1_000 + millis * 1_000)
}
