//! The price over time, as steps, with one's own bids marked.
#![expect(
    clippy::float_arithmetic,
    reason = "a chart is drawn in floats; nothing else is made of them"
)]

use std::time::Duration;

use gobid_api::{Amount, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart, Dataset, GraphType, Sparkline};

use super::{columns, fitted, panel, row};
use crate::app::{App, Bid, Phase, Product};
use crate::{countdown, money};

/// So many bids are drawn at most: more are narrower than a dot.
const MOST: usize = 400;

/// Columns of the prices at most; times that do not fit beside them are named at the ends alone.
const SCALE: u16 = 10;

/// Below this its times are told apart by seconds.
const SHORT: Duration = Duration::from_mins(3);

/// A place in the chart: seconds since the chart's beginning, and minor units.
type Point = (f64, f64);

/// What is drawn.
struct Curve {
    steps: Vec<Point>,
    own: Vec<Point>,
    begin: Timestamp,
    end: Timestamp,
    lowest: Amount,
    highest: Amount,
}

/// The box of the chart.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let inner = panel(app, frame, area, ["PRICE", "• you"], false);
    let Some(product) = &app.watch.product else {
        return;
    };
    let Some(curve) = Curve::of(app, product) else {
        let text = fitted("the first bid begins the chart", inner.width, app.look.theme.dim);
        frame.render_widget(Line::from(text).centered(), row(inner, inner.height / 2));
        return;
    };
    draw_curve(app, product, &curve, frame, inner);
}

fn draw_curve(app: &App, product: &Product, curve: &Curve, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let (line, mark) = if app.look.is_ascii {
        (Marker::Custom('-'), Marker::Custom('*'))
    } else {
        (Marker::Braille, Marker::Dot)
    };
    let datasets = vec![
        Dataset::default()
            .marker(line)
            .graph_type(GraphType::Line)
            .style(theme.chart)
            .data(&curve.steps),
        Dataset::default()
            .marker(mark)
            .graph_type(GraphType::Scatter)
            .style(theme.mark)
            .data(&curve.own),
    ];
    let label = |text: String| Span::styled(text, Style::new());
    let zone = &app.look.zone;
    let middle = curve.begin.plus(curve.end.since(curve.begin) / 2);
    let times = [curve.begin, middle, curve.end];
    let times = if curve.end.since(curve.begin) < SHORT {
        times.map(|at| countdown::time_of_day(at, zone))
    } else {
        times.map(|at| countdown::hour_and_minute(at, zone))
    };
    let taken: u16 = times.iter().map(|time| columns(time) + 3).sum();
    let mut times = times.map(label).to_vec();
    if area.width < taken.saturating_add(SCALE) {
        times.remove(1);
    }
    let [low, high] = curve.price_bounds();
    let x_axis = Axis::default()
        .bounds([0.0, seconds(curve.end, curve.begin)])
        .labels(times)
        .style(theme.dim);
    let y_axis = Axis::default()
        .bounds([low, high])
        .labels(curve.price_labels(product).map(label))
        .style(theme.dim);
    let chart = Chart::new(datasets).x_axis(x_axis).y_axis(y_axis).legend_position(None);
    frame.render_widget(chart, area);
}

/// The prices as bars, for a few rows.
pub(super) fn draw_bars(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let bids = drawn_bids(app);
    let width = usize::from(area.width);
    let first = bids.len().saturating_sub(width);
    let prices: Vec<_> = bids.iter().skip(first).map(|bid| bid.amount).collect();
    let (Some(lowest), Some(highest)) = (prices.iter().min(), prices.iter().max()) else {
        return;
    };
    let span = highest.minor_units() - lowest.minor_units();
    let foot = lowest.minor_units() - span / 3 - 1;
    let heights = prices
        .iter()
        .map(|price| u64::try_from(price.minor_units().saturating_sub(foot)).unwrap_or_default());
    let blank = std::iter::repeat_n(0, width.saturating_sub(prices.len()));
    let heights: Vec<_> = blank.chain(heights).collect();
    let bars = Sparkline::default().data(&heights).style(app.look.theme.chart);
    frame.render_widget(bars, area);
}

/// The bids that stand, oldest first.
fn drawn_bids(app: &App) -> Vec<&Bid> {
    let bids = app.watch.bids.iter().filter(|bid| !bid.voided);
    let mut bids: Vec<_> = bids.take(MOST).collect();
    bids.reverse();
    bids
}

impl Curve {
    fn of(app: &App, product: &Product) -> Option<Self> {
        let bids = drawn_bids(app);
        let (first, last) = (bids.first()?, bids.last()?);
        let now = match product.standing.phase {
            Phase::Open => app.now.server_time.min(product.standing.end),
            _ => product.standing.end,
        };
        let (begin, end) = (first.at, now.max(last.at));
        let mut steps = Vec::with_capacity(bids.len() * 2 + 1);
        let mut price = None;
        for bid in &bids {
            let at = seconds(bid.at, begin);
            steps.extend(price.map(|price| (at, price)));
            price = Some(units(bid.amount));
            steps.push((at, units(bid.amount)));
        }
        steps.extend(price.map(|price| (seconds(end, begin), price)));
        let own = bids.iter().filter(|bid| app.watch.is_me(Some(&bid.bidder), &app.identity));
        Some(Self {
            steps,
            own: own.map(|bid| (seconds(bid.at, begin), units(bid.amount))).collect(),
            begin,
            end,
            lowest: bids.iter().map(|bid| bid.amount).min()?,
            highest: bids.iter().map(|bid| bid.amount).max()?,
        })
    }

    /// Lowest and highest price with a little room.
    fn price_bounds(&self) -> [f64; 2] {
        let (low, high) = (units(self.lowest), units(self.highest));
        let room = ((high - low) * 0.06).max(high * 0.001);
        [(low - room).max(0.0), high + room]
    }

    /// The scale: few digits where they tell its ends apart.
    fn price_labels(&self, product: &Product) -> [String; 3] {
        if self.lowest == self.highest {
            let only = money::compact(self.lowest, product.currency);
            return [String::new(), only, String::new()];
        }
        let middle = i64::midpoint(self.lowest.minor_units(), self.highest.minor_units());
        let middle = Amount::new(middle).unwrap_or(self.lowest);
        let prices = [self.lowest, middle, self.highest];
        let rounded = prices.map(|price| money::rounded(price, product.currency));
        let [low, between, high] = &rounded;
        if low != between && between != high {
            return rounded;
        }
        prices.map(|price| money::compact(price, product.currency))
    }
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
