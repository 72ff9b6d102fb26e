//! The price and the time left, four rows high.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::{big, header, panel, row};
use crate::app::{App, Phase, Product, Role};
use crate::{countdown, money, words};

/// From here on the time left is drawn to be noticed.
const SOON: Duration = Duration::from_mins(1);

/// The box of the price.
pub(super) fn draw_price(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let product = app.watch.product.as_ref();
    let title = product.map_or("CURRENT BID", |product| match product.standing.phase {
        _ if product.standing.price.is_none() => "OPENING PRICE",
        Phase::Sold => "HAMMER PRICE",
        Phase::Unsold | Phase::Cancelled => "LAST BID",
        Phase::Scheduled | Phase::Open => "CURRENT BID",
    });
    let inner = panel(app, frame, area, [title, ""], false);
    draw_price_figure(app, frame, inner);
    let counts = header::counts(app, inner.width);
    let line = Line::from(counts).centered();
    frame.render_widget(line, row(inner, big::ROWS));
}

/// The price alone.
pub(super) fn draw_price_figure(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(product) = &app.watch.product else {
        return;
    };
    let price = product.hammer_price.or(product.standing.price);
    let price = price.unwrap_or(product.baseprice);
    let texts = [
        money::compact(price, product.currency),
        money::compact_digits(price, product.currency),
        money::with_code(price, product.currency),
    ];
    let theme = &app.look.theme;
    let style = match app.watch.role(&app.identity) {
        Role::Leader | Role::Winner => theme.good,
        Role::Outbid | Role::Loser => theme.bad,
        Role::Watcher | Role::Seller => theme.strong,
    };
    big::draw(app, frame, area, &texts, style);
}

/// The box of the time left.
pub(super) fn draw_time(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let product = app.watch.product.as_ref();
    let title = product.map_or("ENDS IN", |product| match product.standing.phase {
        Phase::Scheduled => "OPENS IN",
        Phase::Open => "ENDS IN",
        Phase::Sold | Phase::Unsold | Phase::Cancelled => "ENDED",
    });
    let clock = app.now.uncertainty.map(|span| {
        let millis = span.as_micros().div_ceil(1_000);
        format!("server clock ±{millis} ms")
    });
    let titles = [title, clock.as_deref().unwrap_or_default()];
    let inner = panel(app, frame, area, titles, false);
    draw_time_figure(app, frame, Rect { height: inner.height.min(big::ROWS), ..inner });
    if let Some(product) = product {
        let end = super::joined(&words::end(app, product), " · ", inner.width);
        frame.render_widget(Line::from(end), row(inner, big::ROWS));
    }
}

/// The time left alone, or what came of it.
pub(super) fn draw_time_figure(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(product) = &app.watch.product else {
        return;
    };
    let is_opening = app.watch.is_opening(&app.now);
    if is_opening || app.watch.is_closing(&app.now) {
        let text = if is_opening { "opening…" } else { "closing…" };
        big::draw_small(frame, area, text, app.look.theme.warning);
        return;
    }
    let text = figure(app, product);
    let short = text.trim_start_matches("0:0").replace(' ', "");
    big::draw(app, frame, area, &[text.clone(), short, text], style(app, product));
}

fn figure(app: &App, product: &Product) -> String {
    let left = |until: gobid_api::Timestamp| countdown::large(until.since(app.now.server_time));
    match product.standing.phase {
        Phase::Scheduled => left(product.start),
        Phase::Open => left(product.standing.end),
        Phase::Sold => match app.watch.role(&app.identity) {
            Role::Winner => "WON".to_owned(),
            Role::Loser => "LOST".to_owned(),
            _ => "SOLD".to_owned(),
        },
        Phase::Unsold => "UNSOLD".to_owned(),
        Phase::Cancelled => "CANCELLED".to_owned(),
    }
}

fn style(app: &App, product: &Product) -> Style {
    let theme = &app.look.theme;
    let left = product.standing.end.since(app.now.server_time);
    match (product.standing.phase, app.watch.role(&app.identity)) {
        (Phase::Open, _) if left <= countdown::LAST_SECONDS => theme.bad,
        (Phase::Open, _) if left <= SOON => theme.warning,
        (_, Role::Winner) => theme.good,
        (_, Role::Loser) => theme.bad,
        _ => theme.strong,
    }
}
