//! What a chart draws: the course of a price.
#![expect(
    clippy::float_arithmetic,
    reason = "a chart is drawn in floats; nothing else is made of them"
)]

use std::time::Duration;

use gobid_api::{Amount, Timestamp};
use gobid_auction::Dutch;
use unicode_width::UnicodeWidthStr as _;

use crate::app::{App, Bid, Phase, Product};
use crate::money;

/// So many prices are drawn at most: more are narrower than a dot.
const MOST: usize = 400;

/// A chart is at least so long: one of no length at all would show nothing.
const SHORTEST: Duration = Duration::from_secs(1);

/// A place in the chart: seconds since the chart's beginning, and minor units.
type Point = (f64, f64);

/// What is drawn.
pub(super) struct Curve {
    /// The price so far.
    pub(super) steps: Vec<Point>,
    /// The price of a Dutch auction from now on, unless somebody accepts it.
    pub(super) ahead: Vec<Point>,
    /// One's own bids; of a falling price, now.
    pub(super) marks: Vec<Point>,
    /// When it begins.
    pub(super) begin: Timestamp,
    /// When it ends.
    pub(super) end: Timestamp,
    lowest: Amount,
    highest: Amount,
}

impl Curve {
    /// The course of a price; `None` while there is none.
    pub(super) fn of(app: &App, product: &Product) -> Option<Self> {
        if let Some(dutch) = &product.dutch {
            return Some(Self::falling(app, product, dutch));
        }
        let mut prices = course(app, product);
        let (first, last) = (prices.first()?.0, prices.last()?.0);
        // What took no time, a purchase say, is as long as something that can be seen.
        let end = now(app, product).max(last).max(first.plus(SHORTEST));
        let begin =
            first.plus(end.since(first).saturating_sub(end.since(first) / (1 << app.chart.zoom)));
        // The price that holds as the shown time begins is the first one.
        let earlier = prices.iter().take_while(|(at, _)| *at <= begin).count();
        prices.drain(..earlier.saturating_sub(1));
        if let Some((at, _)) = prices.first_mut() {
            *at = begin.max(*at);
        }
        Some(Self {
            steps: steps(&prices, begin, end),
            ahead: Vec::new(),
            marks: own(app, begin),
            begin,
            end,
            lowest: prices.iter().map(|(_, price)| *price).min()?,
            highest: prices.iter().map(|(_, price)| *price).max()?,
        })
    }

    /// The price of a Dutch auction, which is known ahead: down to its floor, if that comes.
    fn falling(app: &App, product: &Product, dutch: &Dutch) -> Self {
        let (begin, now) = (product.start, now(app, product).max(product.start));
        let height = product.baseprice.minor_units() - dutch.floor.minor_units();
        let falls = u64::try_from(height / dutch.step.minor_units() + 2).unwrap_or(1);
        let whole = Duration::from_secs(falls.saturating_mul(dutch.tick_seconds.into()));
        let end = product.standing.end.min(begin.plus(whole)).max(now);
        let between = |from: Timestamp, to: Timestamp| {
            let prices = sampled(product, dutch, (from, to), MOST);
            if to > from { steps(&prices, begin, to) } else { Vec::new() }
        };
        // While it falls the mark is where it has come to.
        let (ahead, marks) = if product.is_over() {
            (Vec::new(), own(app, begin))
        } else {
            let price = dutch.price_at(product.baseprice, product.start, now);
            (between(now, end), vec![(seconds(now, begin), units(price))])
        };
        Self {
            steps: between(begin, now),
            ahead,
            marks,
            begin,
            end,
            lowest: dutch.floor,
            highest: product.baseprice,
        }
    }

    /// How long it is.
    pub(super) fn seconds(&self) -> f64 {
        seconds(self.end, self.begin)
    }

    /// Lowest and highest price with a little room.
    pub(super) fn price_bounds(&self) -> [f64; 2] {
        let (low, high) = (units(self.lowest), units(self.highest));
        let room = ((high - low) * 0.06).max(high * 0.001);
        [(low - room).max(0.0), high + room]
    }

    /// The scale, in so many columns at most: few digits where they tell its ends apart.
    pub(super) fn price_labels(&self, product: &Product, columns: usize) -> [String; 3] {
        let currency = product.currency;
        let fits = |label: &String| label.width() <= columns;
        if self.lowest == self.highest {
            let only = Some(money::compact(self.lowest, currency)).filter(fits);
            let only = only.unwrap_or_else(|| money::rounded_down(self.lowest, currency, 2));
            return [String::new(), only, String::new()];
        }
        let middle = i64::midpoint(self.lowest.minor_units(), self.highest.minor_units());
        let middle = Amount::new(middle).unwrap_or(self.lowest);
        let prices = [self.lowest, middle, self.highest];
        let are_apart = |[low, between, high]: &[String; 3]| low != between && between != high;
        let rounded = prices.map(|price| money::rounded(price, currency));
        if are_apart(&rounded) {
            return rounded;
        }
        let exact = prices.map(|price| money::compact(price, currency));
        if exact.iter().all(fits) {
            return exact;
        }
        let finer =
            (2..=6).map(|places| prices.map(|price| money::rounded_down(price, currency, places)));
        finer.into_iter().find(are_apart).unwrap_or(exact)
    }
}

/// The newest prices, as many as there is room for; of a Dutch auction those so far.
pub(super) fn newest_prices(app: &App, product: &Product, most: usize) -> Vec<Amount> {
    let prices = match &product.dutch {
        Some(dutch) => {
            let now = now(app, product).max(product.start);
            sampled(product, dutch, (product.start, now), most)
        }
        None => course(app, product),
    };
    let first = prices.len().saturating_sub(most);
    prices.into_iter().skip(first).map(|(_, price)| price).collect()
}

/// Until when the price is known.
fn now(app: &App, product: &Product) -> Timestamp {
    match product.standing.phase {
        Phase::Open | Phase::Scheduled => app.now.server_time.min(product.standing.end),
        Phase::Sold | Phase::Unsold | Phase::Cancelled => product.standing.end,
    }
}

/// The prices that bids led to, and what else did: after a void the price falls. Whatever was
/// missed, the last one is the one that there is.
pub(super) fn course(app: &App, product: &Product) -> Vec<(Timestamp, Amount)> {
    let bids = drawn_bids(app).into_iter().map(|bid| (bid.at, bid.amount));
    let turns = app.watch.turns.iter().filter_map(|(at, price)| Some((*at, (*price)?)));
    let mut prices: Vec<_> = bids.chain(turns).collect();
    prices.sort_by_key(|(at, _)| *at);
    if let (Some((at, last)), Some(price)) = (prices.last(), product.standing.price)
        && *last != price
    {
        prices.push((now(app, product).max(*at), price));
    }
    prices
}

/// The bids that stand, oldest first.
fn drawn_bids(app: &App) -> Vec<&Bid> {
    let bids = app.watch.shown_bids().iter().filter(|bid| !bid.voided);
    let mut bids: Vec<_> = bids.take(MOST).collect();
    bids.reverse();
    bids
}

/// The price of a Dutch auction at so many moments of a span, its ends included.
fn sampled(
    product: &Product,
    dutch: &Dutch,
    (from, to): (Timestamp, Timestamp),
    most: usize,
) -> Vec<(Timestamp, Amount)> {
    let count = u32::try_from(most.max(2)).unwrap_or(2) - 1;
    let step = to.since(from) / count;
    let moments = (0..=count).map(|number| from.plus(step * number));
    moments.map(|at| (at, dutch.price_at(product.baseprice, product.start, at))).collect()
}

/// A line that stays at each price until the next one.
fn steps(prices: &[(Timestamp, Amount)], begin: Timestamp, end: Timestamp) -> Vec<Point> {
    let mut steps = Vec::with_capacity(prices.len() * 2 + 1);
    let mut last = None;
    for (at, price) in prices {
        let at = seconds(*at, begin);
        if last != Some(*price) {
            steps.extend(last.map(|last| (at, units(last))));
            steps.push((at, units(*price)));
        }
        last = Some(*price);
    }
    steps.extend(last.map(|price| (seconds(end, begin), units(price))));
    steps
}

/// One's own bids.
fn own(app: &App, begin: Timestamp) -> Vec<Point> {
    let bids = drawn_bids(app).into_iter();
    let bids = bids.filter(|bid| bid.at >= begin);
    let own = bids.filter(|bid| app.watch.is_me(Some(&bid.bidder), &app.identity));
    own.map(|bid| (seconds(bid.at, begin), units(bid.amount))).collect()
}

/// Seconds from one moment to another.
fn seconds(at: Timestamp, begin: Timestamp) -> f64 {
    at.since(begin).as_secs_f64().max(0.0)
}

/// Minor units as a float: exact, for no amount has more than twelve digits.
fn units(amount: Amount) -> f64 {
    const MILLION: i64 = 1_000_000;
    let part = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
    let minor = amount.minor_units();
    part(minor / MILLION) * 1e6 + part(minor % MILLION)
}
