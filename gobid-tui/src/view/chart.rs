//! The price over time, as steps, with one's own bids marked.

mod curve;

use std::time::Duration;

use gobid_api::Amount;
use gobid_auction::Format;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart, Dataset, GraphType, Sparkline};

use super::{columns, fitted, panel, row};
use crate::app::{App, ChartStyle, Pane, Product};
use crate::{countdown, money};
use curve::{Curve, course, newest_prices};

/// Columns of the prices at most; times that do not fit beside them are named at the ends alone.
const SCALE: u16 = 10;

/// Below this its times are told apart by seconds.
const SHORT: Duration = Duration::from_mins(3);

/// The box of the chart.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let is_falling = app
        .watch
        .product
        .as_ref()
        .is_some_and(|product| product.format == Format::Dutch && !product.is_over());
    let key = if is_falling { "• now" } else { "• you" };
    let has_focus = app.zoomed.unwrap_or(app.focus) == Pane::Chart;
    let zoomed = format!("{key} · last 1/{}", 1_u32 << app.chart.zoom);
    let key = if app.chart.zoom > 0 { &zoomed } else { key };
    let inner = panel(app, frame, area, ["PRICE", key], has_focus);
    let Some(product) = &app.watch.product else {
        return;
    };
    match app.chart.style {
        ChartStyle::Steps => {}
        ChartStyle::Bars => return draw_bars(app, frame, inner),
        ChartStyle::Table => return draw_table(app, product, frame, inner),
    }
    let Some(curve) = Curve::of(app, product) else {
        let text = fitted("the first bid begins the chart", inner.width, app.look.theme.dim);
        frame.render_widget(Line::from(text).centered(), row(inner, inner.height / 2));
        return;
    };
    draw_curve(app, product, &curve, frame, inner);
}

fn draw_curve(app: &App, product: &Product, curve: &Curve, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let (line, ahead, mark) = if app.look.is_ascii {
        (Marker::Custom('-'), Marker::Custom('.'), Marker::Custom('*'))
    } else {
        (app.look.marker, app.look.marker, Marker::Dot)
    };
    let datasets = vec![
        Dataset::default()
            .marker(ahead)
            .graph_type(GraphType::Line)
            .style(theme.dim)
            .data(&curve.ahead),
        Dataset::default()
            .marker(line)
            .graph_type(GraphType::Line)
            .style(theme.chart)
            .data(&curve.steps),
        Dataset::default()
            .marker(mark)
            .graph_type(GraphType::Scatter)
            .style(theme.mark)
            .data(&curve.marks),
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
    let x_axis = Axis::default().bounds([0.0, curve.seconds()]).labels(times).style(theme.dim);
    let y_axis = Axis::default()
        .bounds([low, high])
        .labels(curve.price_labels(product, SCALE.into()).map(label))
        .style(theme.dim);
    let chart = Chart::new(datasets).x_axis(x_axis).y_axis(y_axis).legend_position(None);
    frame.render_widget(chart, area);
}

/// The prices as a table, newest first.
fn draw_table(app: &App, product: &Product, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let prices = course(app, product);
    let before = prices.iter().map(|(_, price)| Some(*price));
    let before = std::iter::once(None).chain(before);
    let rows: Vec<_> = prices.iter().zip(before).collect();
    for (below, ((at, price), before)) in (0..area.height).zip(rows.into_iter().rev()) {
        let time = countdown::moment(*at, app.now.server_time, &app.look.zone);
        let change = before.map(|before| price.minor_units() - before.minor_units());
        let sign = if change.is_some_and(|change| change < 0) { "-" } else { "+" };
        let change = change.and_then(|change| Amount::new(change.abs()));
        let change = change.map(|by| format!("{sign}{}", money::digits(by, product.currency)));
        let line = Line::from(vec![
            fitted(&format!("{time} "), area.width, theme.dim),
            Span::raw(format!("{:12} ", money::with_sign(*price, product.currency))),
            Span::styled(change.unwrap_or_default(), theme.dim),
        ]);
        frame.render_widget(line, row(area, below));
    }
}

/// The prices as bars, for a few rows.
pub(super) fn draw_bars(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    let Some(product) = app.watch.product.as_ref().filter(|it| !it.format.is_sealed()) else {
        return;
    };
    let prices = newest_prices(app, product, width);
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
